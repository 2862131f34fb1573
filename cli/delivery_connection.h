// A blocking connection to an SMTP server of this machine: lines in, bytes out, TLS when asked.
// Each read and write has a limit. The certificate is not judged: the peer is
// ourselves.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class DeliveryConnection {
 public:
  // address: "host:port", IPv6 in brackets. temporary names it when nobody answers there.
  // `patience`: of connecting, and of each read and write.
  static Result<DeliveryConnection> open(const std::string& address,
                                         std::chrono::seconds patience = std::chrono::minutes(5));

  // Without its line end. temporary: the peer closed or fell silent.
  Result<std::string> read_line();
  Result<void> write(std::string_view bytes);
  // What came before the handshake is dropped (RFC 3207 §4.2).
  Result<void> start_tls();

 private:
  struct FreeTls {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  explicit DeliveryConnection(FileDescriptor socket) : socket_(std::move(socket)) {}

  FileDescriptor socket_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeTls> tls_;
  std::string received_;
};

}  // namespace secondlook
