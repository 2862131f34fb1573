// Unix domain sockets: named stream sockets with peer credentials, pairs, passed descriptors.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// A listening SOCK_STREAM socket at `path` (at most 107 bytes); a stale file there is replaced.
Result<FileDescriptor> listen_on_unix_socket(const std::string& path, unsigned mode = 0600);
Result<FileDescriptor> connect_to_unix_socket(const std::string& path);
// Blocks until somebody connects (or, on a non-blocking socket, answers `temporary`).
Result<FileDescriptor> accept_unix_connection(int listening);

Result<std::pair<FileDescriptor, FileDescriptor>> make_socket_pair();

struct PeerCredentials {
  pid_t process = 0;
  uid_t user = 0;
  gid_t group = 0;
};
Result<PeerCredentials> peer_credentials(int connection);

// At most 16 descriptors travel with the first byte of `bytes`, which must not be empty. Continues
// after short writes. Blocks; on a non-blocking socket a full buffer is `temporary`.
Result<void> send_with_descriptors(int connection, std::string_view bytes,
                                   const std::vector<int>& descriptors = {});

struct ReceivedBytes {
  std::string bytes;  // empty: the peer closed
  std::vector<FileDescriptor> descriptors;
};
// One recvmsg: up to `limit` bytes and the descriptors that came with them (close-on-exec set).
Result<ReceivedBytes> receive_with_descriptors(int connection, std::size_t limit);

// False after `timeout` without readable data (a negative timeout waits for ever).
Result<bool> wait_readable(int descriptor, std::chrono::milliseconds timeout);

}  // namespace secondlook
