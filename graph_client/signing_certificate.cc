#include "graph_client/signing_certificate.h"

#include <ctime>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/file_descriptor.h"
#include "graph_client/base64.h"

namespace secondlook {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

constexpr std::size_t kLargestCertificateFile = 1U << 20U;
constexpr int kFewestKeyBits = 2048;
constexpr std::chrono::minutes kAssertionLife{10};
constexpr std::chrono::days kWarnBefore{30};

// What OpenSSL says is neither for operators nor surely free of a file's content.
Error bad_file(const std::string& path, const std::string& what) {
  ERR_clear_error();
  return malformed(path + " " + what);
}

Bio memory_bio(std::string_view text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

int no_password(char*, int, int, void*) {
  return -1;
}

Result<Certificate> read_certificate(const std::string& path) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return within("certificate", file.error());
  auto text = read_descriptor(file->number(), kLargestCertificateFile);
  if (!text) return within("certificate " + path, text.error());
  Certificate certificate(PEM_read_bio_X509(memory_bio(*text).get(), nullptr, nullptr, nullptr),
                          &X509_free);
  if (!certificate) return bad_file(path, "holds no certificate in PEM");
  return certificate;
}

Result<Key> read_key(const std::string& path) {
  const auto text = read_secret_file(path);
  if (!text) return text.error();
  if (text->reveal().find("ENCRYPTED") != std::string::npos)
    return bad_file(path, "is encrypted: a service cannot ask for its password; decrypt it");
  Key key(PEM_read_bio_PrivateKey(memory_bio(text->reveal()).get(), nullptr, &no_password, nullptr),
          &EVP_PKEY_free);
  if (!key) return bad_file(path, "holds no private key in PEM");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return bad_file(path, "holds no RSA key, and the login server takes no other");
  if (EVP_PKEY_get_bits(key.get()) < kFewestKeyBits)
    return bad_file(path, "holds a key shorter than 2048 bits");
  return key;
}

}  // namespace

struct SigningCertificate::State {
  Certificate certificate;
  Key key;
};

SigningCertificate::SigningCertificate(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningCertificate::SigningCertificate(SigningCertificate&& other) noexcept = default;
SigningCertificate& SigningCertificate::operator=(SigningCertificate&& other) noexcept = default;
SigningCertificate::~SigningCertificate() = default;

Result<SigningCertificate> SigningCertificate::load(const CertificateFiles& files) {
  auto certificate = read_certificate(files.certificate);
  if (!certificate) return certificate.error();
  auto key = read_key(files.key);
  if (!key) return key.error();
  if (X509_check_private_key(certificate->get(), key->get()) != 1)
    return bad_file(files.key, "is not the key of the certificate in " + files.certificate);
  return SigningCertificate(
      std::make_unique<State>(State{*std::move(certificate), *std::move(key)}));
}

Timestamp SigningCertificate::expires_at() const {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(state_->certificate.get()), &parts) != 1) return {};
  return Timestamp(std::chrono::seconds{::timegm(&parts)});
}

std::string SigningCertificate::thumbprint(AssertionAlgorithm algorithm) const {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const EVP_MD* const kind = algorithm == AssertionAlgorithm::ps256 ? EVP_sha256() : EVP_sha1();
  if (X509_digest(state_->certificate.get(), kind, digest, &size) != 1) return "";
  return base64url({reinterpret_cast<const char*>(digest), size});
}

Result<std::string> SigningCertificate::sign(std::string_view input,
                                             AssertionAlgorithm algorithm) const {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;  // belongs to the context
  bool good =
      EVP_DigestSignInit(context.get(), &parameters, EVP_sha256(), nullptr, state_->key.get()) == 1;
  if (algorithm == AssertionAlgorithm::ps256) {
    good = good && EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(input.data());
  std::size_t size = 0;
  good = good && EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size()) == 1;
  std::string signature(size, '\0');
  good = good && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                &size, bytes, input.size()) == 1;
  if (!good) {
    ERR_clear_error();
    return internal("the client assertion cannot be signed");
  }
  signature.resize(size);
  return signature;
}

std::string expiry_warning(const SigningCertificate& certificate, Timestamp now) {
  const Timestamp end = certificate.expires_at();
  if (now + kWarnBefore < end) return "";
  const std::string day = format_rfc3339(end).substr(0, 10);
  if (now >= end) return "expired on " + day + ": upload another to the app registration";
  const auto left = std::chrono::floor<std::chrono::days>(end - now).count();
  return "expires on " + day + ", in " + std::to_string(left) +
         " days: upload another to the app registration";
}

Result<Secret> make_client_assertion(const SigningCertificate& certificate,
                                     AssertionAlgorithm algorithm, const AssertionFacts& facts) {
  const bool is_ps256 = algorithm == AssertionAlgorithm::ps256;
  const auto now = std::chrono::floor<std::chrono::seconds>(facts.now.time_since_epoch()).count();
  const nlohmann::json header{{"alg", is_ps256 ? "PS256" : "RS256"},
                              {"typ", "JWT"},
                              {is_ps256 ? "x5t#S256" : "x5t", certificate.thumbprint(algorithm)}};
  const nlohmann::json claims{{"aud", facts.audience},
                              {"iss", facts.client_id},
                              {"sub", facts.client_id},
                              {"jti", facts.unique_id},
                              {"nbf", now},
                              {"iat", now},
                              {"exp", now + std::chrono::seconds(kAssertionLife).count()}};
  const auto text = [](const nlohmann::json& value) {
    return base64url(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  };
  const std::string signed_part = text(header) + "." + text(claims);
  const auto signature = certificate.sign(signed_part, algorithm);
  if (!signature) return signature.error();
  return Secret(signed_part + "." + base64url(*signature));
}

}  // namespace secondlook
