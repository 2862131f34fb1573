#include "journal_ingest/tls_context.h"

#include <utility>

namespace secondlook {

Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const std::string& certificate_file,
                                                             const std::string& key_file) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                                    SSL_OP_CIPHER_SERVER_PREFERENCE);
  asio::error_code error;
  context->use_certificate_chain_file(certificate_file, error);
  if (error) return malformed("certificate " + certificate_file + ": " + error.message());
  context->use_private_key_file(key_file, asio::ssl::context::pem, error);
  if (error) return malformed("key " + key_file + ": " + error.message());
  if (SSL_CTX_check_private_key(context->native_handle()) != 1)
    return malformed("key " + key_file + " does not belong to certificate " + certificate_file);
  return context;
}

}  // namespace secondlook
