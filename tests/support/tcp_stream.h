// A blocking TCP connection with a deadline on every step, for the servers and clients of the
// tests. Not for the product: it never waits for more than one descriptor.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class TcpStream {
 public:
  explicit TcpStream(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  // "127.0.0.1", "[::1]" or a name.
  static Result<TcpStream> connect(const std::string& host, const std::string& port,
                                   std::chrono::milliseconds timeout);

  // Up to 64 KiB that have arrived; empty when the peer has closed; `temporary` on timeout or loss.
  Result<std::string> read_some(std::chrono::milliseconds timeout);
  Result<void> write_all(std::string_view bytes, std::chrono::milliseconds timeout);

  int number() const { return descriptor_.number(); }
  // Ends the connection with RST instead of FIN: what a dying server looks like.
  void reset();
  // Wakes a thread that reads: it then sees the end. Callable from another thread.
  void shut_down();

 private:
  FileDescriptor descriptor_;
};

class TcpListener {
 public:
  // On 127.0.0.1; port 0 takes a free one.
  static Result<TcpListener> listen(std::uint16_t port);

  std::uint16_t port() const { return port_; }
  // `temporary` after `timeout` without a connection.
  Result<TcpStream> accept(std::chrono::milliseconds timeout);

 private:
  TcpListener(FileDescriptor descriptor, std::uint16_t port)
      : descriptor_(std::move(descriptor)), port_(port) {}
  FileDescriptor descriptor_;
  std::uint16_t port_;
};

// "127.0.0.1:2525" or "[::1]:25" as host and port.
Result<std::pair<std::string, std::string>> split_host_and_port(std::string_view text);

}  // namespace secondlook
