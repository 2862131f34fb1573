#include "base/unix_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostDescriptors = 16;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return malformed("socket path of " + std::to_string(path.size()) +
                     " bytes, at most 107 are possible: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<FileDescriptor> make_stream_socket() {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return last_system_error("socket");
  return socket;
}

}  // namespace

Result<FileDescriptor> listen_on_unix_socket(const std::string& path, unsigned mode) {
  const auto address = address_of(path);
  if (!address) return address.error();
  auto socket = make_stream_socket();
  if (!socket) return socket;
  ::unlink(path.c_str());
  // The mode is set before anybody can connect: bind under a closed umask, chmod, then listen.
  const mode_t previous = ::umask(0177);
  const int bound =
      ::bind(socket->number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  const int code = errno;
  ::umask(previous);
  if (bound != 0) return system_error("bind " + path, code);
  if (::chmod(path.c_str(), mode) != 0) return last_system_error("chmod " + path);
  if (::listen(socket->number(), 64) != 0) return last_system_error("listen " + path);
  return socket;
}

Result<FileDescriptor> connect_to_unix_socket(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  auto socket = make_stream_socket();
  if (!socket) return socket;
  if (::connect(socket->number(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) !=
      0)
    return last_system_error("connect to " + path);
  return socket;
}

Result<FileDescriptor> accept_unix_connection(int listening) {
  int number = -1;
  do {
    number = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return last_system_error("accept");
  return FileDescriptor(number);
}

Result<std::pair<FileDescriptor, FileDescriptor>> make_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return last_system_error("socketpair");
  return std::pair(FileDescriptor(ends[0]), FileDescriptor(ends[1]));
}

Result<PeerCredentials> peer_credentials(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return last_system_error("peer credentials");
  return PeerCredentials{peer.pid, peer.uid, peer.gid};
}

Result<void> send_with_descriptors(int connection, std::string_view bytes,
                                   const std::vector<int>& descriptors) {
  if (bytes.empty() || descriptors.size() > kMostDescriptors)
    return internal("descriptors travel with at least one byte, sixteen at most");
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)> control{};
  bool attached = descriptors.empty();
  while (!bytes.empty()) {
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!attached) {
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
      cmsghdr* header = CMSG_FIRSTHDR(&message);
      header->cmsg_level = SOL_SOCKET;
      header->cmsg_type = SCM_RIGHTS;
      header->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
      std::memcpy(CMSG_DATA(header), descriptors.data(), sizeof(int) * descriptors.size());
    }
    const ssize_t sent = ::sendmsg(connection, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return last_system_error("send");
    attached = true;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<ReceivedBytes> receive_with_descriptors(int connection, std::size_t limit) {
  ReceivedBytes received;
  received.bytes.resize(limit);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)> control{};
  iovec part{received.bytes.data(), limit};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t count = -1;
  do {
    count = ::recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return last_system_error("receive");
  received.bytes.resize(static_cast<std::size_t>(count));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t passed = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::array<int, kMostDescriptors> numbers{};
    std::memcpy(numbers.data(), CMSG_DATA(header), passed * sizeof(int));
    for (std::size_t i = 0; i < passed; ++i) received.descriptors.emplace_back(numbers[i]);
  }
  if ((message.msg_flags & MSG_CTRUNC) != 0)
    return malformed("the peer passed more than sixteen descriptors");
  return received;
}

Result<bool> wait_readable(int descriptor, std::chrono::milliseconds timeout) {
  pollfd waited{descriptor, POLLIN, 0};
  const int milliseconds =
      timeout.count() < 0 ? -1 : static_cast<int>(std::min<long long>(timeout.count(), 1 << 30));
  int ready = -1;
  do {
    ready = ::poll(&waited, 1, milliseconds);
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return last_system_error("poll");
  return ready > 0;
}

}  // namespace secondlook
