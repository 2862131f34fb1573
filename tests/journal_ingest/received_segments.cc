#include "tests/journal_ingest/received_segments.h"

#include <linux/tcp.h>
#include <sys/socket.h>

namespace secondlook {

unsigned received_segments(int socket) {
  tcp_info facts{};
  socklen_t length = sizeof facts;
  constexpr int kTcp = 6;  // IPPROTO_TCP
  return ::getsockopt(socket, kTcp, TCP_INFO, &facts, &length) == 0 ? facts.tcpi_data_segs_in : 0;
}

}  // namespace secondlook
