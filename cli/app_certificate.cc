#include "cli/app_certificate.h"

#include <array>
#include <cstdint>
#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace secondlook {
namespace {

constexpr int kKeyBits = 3072;
constexpr auto kBefore = std::chrono::days(1);
constexpr auto kLife = std::chrono::days(730);

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Extension = std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)>;

Error openssl_failed() {
  return internal("OpenSSL could not make the certificate");
}

time_t seconds_of(Timestamp time) {
  return static_cast<time_t>(
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

std::string content_of(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

bool add_extension(X509* certificate, int kind, const char* value) {
  const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value),
                            &X509_EXTENSION_free);
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool describe(X509* certificate, const std::string& common_name, Timestamp now,
              RandomSource& random) {
  std::array<std::uint8_t, 8> serial{};
  random.fill(serial);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : serial) number = number << 8U | byte;
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  return X509_set_version(certificate, 2) == 1 &&
         // RFC 5280 4.1.2.2: positive.
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), (number >> 1U) | 1U) == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), seconds_of(now - kBefore)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), seconds_of(now + kLife)) != nullptr &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature");
}

std::string thumbprint_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest.data(), &size) != 1) return "";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned at = 0; at < size; ++at) {
    text += digits[digest[at] >> 4U];
    text += digits[digest[at] & 15U];
  }
  return text;
}

}  // namespace

Result<AppCertificate> make_app_certificate(const std::string& common_name, Timestamp now,
                                            RandomSource& random) {
  const Key key(EVP_RSA_gen(kKeyBits), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  if (!key || !certificate) return openssl_failed();
  if (!describe(certificate.get(), common_name, now, random) ||
      X509_set_pubkey(certificate.get(), key.get()) != 1 ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) <= 0)
    return openssl_failed();
  const Bio certificate_text(BIO_new(BIO_s_mem()), &BIO_free);
  const Bio key_text(BIO_new(BIO_s_secmem()), &BIO_free);
  if (!certificate_text || !key_text ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1)
    return openssl_failed();
  return AppCertificate{content_of(certificate_text), Secret(content_of(key_text)),
                        thumbprint_of(certificate.get()),
                        format_rfc3339(now + kLife).substr(0, 10)};
}

std::string make_journal_address(const std::string& domain, RandomSource& random) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";  // 32: no bias
  std::array<std::uint8_t, 26> bytes{};
  random.fill(bytes);
  std::string address = "j-";
  for (const std::uint8_t byte : bytes) address += letters[byte % letters.size()];
  return address + "@" + domain;
}

}  // namespace secondlook
