// A TLS server on loopback for tests of who is trusted: answers every request with 200 and {}.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "tests/support/tcp_stream.h"
#include "tests/support/test_certificate.h"

struct ssl_ctx_st;

namespace secondlook {

class TlsServer {
 public:
  // Throws std::runtime_error when it cannot listen or use the certificate.
  static std::unique_ptr<TlsServer> start(const TestCertificate& certificate);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  unsigned requests() const { return requests_; }  // whose bytes came through

 private:
  TlsServer(TcpListener listener, ssl_ctx_st* context);
  void run();
  void serve(const TcpStream& stream);

  TcpListener listener_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<unsigned> requests_ = 0;
  std::thread thread_;
};

}  // namespace secondlook
