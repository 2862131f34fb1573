// The socket of [metrics] listen. On loopback alone: numbers tell how much mail a company gets and
// when its defences are down, and there is neither TLS nor a password here.
#pragma once

#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

struct ListeningMetricsSocket {
  FileDescriptor socket;
  std::string address;  // as it is bound: "127.0.0.1:9464"
};

// "127.0.0.1:9464", "[::1]:9464", "localhost:0" (any port). malformed: no such address, or not on
// loopback.
Result<ListeningMetricsSocket> listen_for_metrics(const std::string& address);

}  // namespace secondlook
