// A connection to a mail or log server: TCP, later or at once TLS, with a deadline on every step
// and one for all of them. Blocks its thread; used by one thread at a time. The process must ignore
// SIGPIPE: TLS writes by write(2).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

struct ssl_st;

namespace secondlook {

struct ServerName {
  std::string host, port;  // host without brackets
};
// "host:port", "[2001:db8::1]:25".
Result<ServerName> parse_server_name(const std::string& server);

// A step is connecting (all addresses of the name together), the handshake, a write, a line. A
// server that sends a line of each reply just in time would else hold its client for as long as it
// likes.
struct StreamPatience {
  std::chrono::milliseconds step{10'000};
  std::chrono::milliseconds altogether{30'000};
};

class ClientStream {
 public:
  // Looking up the name comes before, and takes as long as the resolver's own limits.
  static Result<std::unique_ptr<ClientStream>> connect(const ServerName& server,
                                                       StreamPatience patience = {});
  ~ClientStream();
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;

  // TLS 1.2 or newer; certificate and name are always verified. ca_file: PEM, trusted besides the
  // system's; empty: none. temporary when the handshake or the check fails: it may be repaired.
  Result<void> start_tls(const std::string& ca_file);
  bool is_encrypted() const { return tls_ != nullptr; }

  Result<void> write(std::string_view bytes);
  // Up to CR LF or LF, which are not part of it; at most 4 KiB.
  Result<std::string> read_line();
  // Ends the connection in order: with TLS a close_notify first. Then waits a moment for the peer's
  // end, so that what was written has a chance to be refused. Its end and silence are both fine,
  // with or without a close_notify of its own: many log servers send none.
  Result<void> finish();

  const ServerName& server() const { return server_; }

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  ClientStream(FileDescriptor socket, ServerName server, StreamPatience patience);
  Result<void> wait(bool for_reading, Deadline until) const;
  Result<std::string> read_some(Deadline until);
  Deadline deadline() const;  // of a step that begins now

  FileDescriptor socket_;
  ServerName server_;
  StreamPatience patience_;
  Deadline last_moment_;
  ssl_st* tls_ = nullptr;
  std::string received_;
};

}  // namespace secondlook
