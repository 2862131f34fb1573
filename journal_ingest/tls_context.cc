#include "journal_ingest/tls_context.h"

#include <ctime>

#include <openssl/err.h>
#include <openssl/x509err.h>

namespace secondlook {

Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const SmtpSettings& smtp,
                                                             const SettingsFiles& files) {
  if (smtp.tls_certificate_file.empty()) return std::shared_ptr<asio::ssl::context>();
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                                    SSL_OP_CIPHER_SERVER_PREFERENCE);
  asio::error_code error;
  context->use_certificate_chain(asio::buffer(files.certificate), error);
  if (error) return malformed("certificate " + smtp.tls_certificate_file + ": " + error.message());
  context->use_private_key(asio::buffer(files.key), asio::ssl::context::pem, error);
  ERR_clear_error();  // what is left over would be taken for an error of a running session
  if (!error) return context;
  const auto code = static_cast<unsigned long>(error.value());
  if (ERR_GET_LIB(code) == ERR_LIB_X509 && ERR_GET_REASON(code) == X509_R_KEY_VALUES_MISMATCH)
    return malformed("key " + smtp.tls_key_file + " does not belong to certificate " +
                     smtp.tls_certificate_file);
  return malformed("key " + smtp.tls_key_file + ": " + error.message());
}

Timestamp expiry_of(asio::ssl::context* context) {
  const X509* const certificate =
      context == nullptr ? nullptr : SSL_CTX_get0_certificate(context->native_handle());
  std::tm parts{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1)
    return {};
  return Timestamp(std::chrono::seconds(::timegm(&parts)));
}

}  // namespace secondlook
