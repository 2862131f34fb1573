#include "tests/support/test_certificate.h"

#include <memory>
#include <stdexcept>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace secondlook {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

void demand(bool good) {
  if (!good) throw std::runtime_error("OpenSSL cannot make a test certificate");
}

std::string content_of(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

Bio empty_bio() {
  return {BIO_new(BIO_s_mem()), &BIO_free};
}

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  demand(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_name(X509* certificate, const TestCertificateWish& wish, X509* issuer) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>(wish.common_name.c_str());
  demand(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1);
  demand(X509_set_issuer_name(certificate,
                              issuer == nullptr ? name : X509_get_subject_name(issuer)) == 1);
}

void set_times(X509* certificate, const TestCertificateWish& wish) {
  const auto seconds = [](Timestamp time) {
    return static_cast<time_t>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(wish.not_before));
  ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(wish.not_after));
}

}  // namespace

TestCertificate make_test_certificate(const TestCertificateWish& wish) {
  const Key key(wish.elliptic ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048), &EVP_PKEY_free);
  demand(key != nullptr);
  const Certificate certificate(X509_new(), &X509_free);
  Certificate issuer(nullptr, &X509_free);
  Key issuer_key(nullptr, &EVP_PKEY_free);
  if (wish.issuer != nullptr) {
    issuer.reset(
        PEM_read_bio_X509(bio_of(wish.issuer->certificate).get(), nullptr, nullptr, nullptr));
    issuer_key.reset(
        PEM_read_bio_PrivateKey(bio_of(wish.issuer->key).get(), nullptr, nullptr, nullptr));
    demand(issuer != nullptr && issuer_key != nullptr);
  }
  X509_set_version(certificate.get(), 2);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
  set_name(certificate.get(), wish, issuer.get());
  set_times(certificate.get(), wish);
  demand(X509_set_pubkey(certificate.get(), key.get()) == 1);
  if (wish.issuer == nullptr) add_extension(certificate.get(), NID_basic_constraints, "CA:TRUE");
  if (!wish.alternative_names.empty())
    add_extension(certificate.get(), NID_subject_alt_name, wish.alternative_names);
  demand(X509_sign(certificate.get(), issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) > 0);
  const Bio certificate_text = empty_bio();
  const Bio key_text = empty_bio();
  demand(PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1);
  demand(PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                  nullptr) == 1);
  return {content_of(certificate_text), content_of(key_text)};
}

}  // namespace secondlook
