// The SMTP listening sockets, opened by `serve` and kept open over every restart of ingest, so that
// no connection is refused meanwhile: it waits in the kernel's queue.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct ListeningSocket {
  FileDescriptor socket;  // non-blocking, close-on-exec
  std::string address;    // as bound: "127.0.0.1:2525", "[::]:25"
};

// address: "host:port" of [smtp] listen, IPv6 in brackets ("[::]" serves IPv4 too), port 0 for any
// free one. An address that another process holds is tried again for `patience`: after a kill the
// last holder may need a moment to go. malformed: not an address; forbidden, temporary: bind(2).
Result<ListeningSocket> listen_on(const std::string& address, std::chrono::milliseconds patience);

}  // namespace secondlook
