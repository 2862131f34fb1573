#include "tests/graph_client/tls_server.h"

#include <stdexcept>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace secondlook {

namespace {

void use_certificate(SSL_CTX* context, const TestCertificate& made) {
  const auto bio_of = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  };
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio_of(made.certificate).get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio_of(made.key).get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1)
    throw std::runtime_error("the TLS server cannot use its certificate");
}

}  // namespace

TlsServer::TlsServer(TcpListener listener, ssl_ctx_st* context)
    : listener_(std::move(listener)), context_(context, &SSL_CTX_free) {}

std::unique_ptr<TlsServer> TlsServer::start(const TestCertificate& certificate) {
  auto listener = TcpListener::listen(0);
  if (!listener) throw std::runtime_error(listener.error().message);
  std::unique_ptr<TlsServer> server(
      new TlsServer(*std::move(listener), SSL_CTX_new(TLS_server_method())));
  use_certificate(server->context_.get(), certificate);
  server->thread_ = std::thread([raw = server.get()] { raw->run(); });
  return server;
}

TlsServer::~TlsServer() {
  is_stopping_ = true;
  thread_.join();
}

void TlsServer::run() {
  while (!is_stopping_)
    if (const auto stream = listener_.accept(std::chrono::milliseconds{50}); stream) serve(*stream);
}

void TlsServer::serve(const TcpStream& stream) {
  const timeval patience{5, 0};
  ::setsockopt(stream.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
  SSL_set_fd(ssl.get(), stream.number());
  if (SSL_accept(ssl.get()) != 1) return;
  std::string got;
  char bytes[4096];
  while (got.find("\r\n\r\n") == std::string::npos) {
    const int count = SSL_read(ssl.get(), bytes, sizeof bytes);
    if (count <= 0) return;
    got.append(bytes, static_cast<std::size_t>(count));
  }
  ++requests_;
  constexpr std::string_view kAnswer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
      "Connection: close\r\n\r\n{}";
  SSL_write(ssl.get(), kAnswer.data(), static_cast<int>(kAnswer.size()));
  SSL_shutdown(ssl.get());
}

}  // namespace secondlook
