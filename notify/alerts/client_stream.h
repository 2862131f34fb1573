// A connection to a mail or log server: TCP, later or at once TLS, with a deadline on every step. Blocks
// its thread; used by one thread at a time. The process must ignore SIGPIPE: TLS writes by write(2).
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

class ClientStream {
 public:
  // `timeout` is for connecting (all addresses of the name together) and for each later step. Looking
  // up the name takes as long as the resolver's own limits.
  static Result<std::unique_ptr<ClientStream>> connect(const ServerName& server,
                                                       std::chrono::milliseconds timeout);
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
  // Ends the connection in order: with TLS a close_notify first. Then waits a moment for the peer's end,
  // so that what was written has a chance to be refused; an orderly end or silence are both fine.
  Result<void> finish();

  const ServerName& server() const { return server_; }

 private:
  ClientStream(FileDescriptor socket, ServerName server, std::chrono::milliseconds timeout);
  Result<void> wait(bool for_reading, std::chrono::steady_clock::time_point deadline) const;
  Result<std::string> read_some(std::chrono::steady_clock::time_point deadline);
  std::chrono::steady_clock::time_point deadline() const;

  FileDescriptor socket_;
  ServerName server_;
  std::chrono::milliseconds timeout_;
  ssl_st* tls_ = nullptr;
  std::string received_;
};

}  // namespace secondlook
