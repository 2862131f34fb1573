#include "tests/support/stand_in_tenant/assertion_check.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr std::chrono::minutes kClockSkew{5};

std::string decoded_url(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '-', '+');
  std::replace(plain.begin(), plain.end(), '_', '/');
  while (plain.size() % 4 != 0) plain += '=';
  return decode_base64(plain);
}

std::string encoded_url(std::string_view bytes) {
  std::string text = encode_base64(bytes);
  std::erase_if(text, [](char c) { return c == '=' || c == '\n' || c == '\r'; });
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Certificate read_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free};
}

std::string thumbprint(X509* certificate, const EVP_MD* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, kind, digest, &size);
  return encoded_url({reinterpret_cast<const char*>(digest), size});
}

bool signature_fits(X509* certificate, bool is_pss, std::string_view text,
                    const std::string& signature) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* parameters = nullptr;
  if (EVP_DigestVerifyInit(context.get(), &parameters, EVP_sha256(), nullptr,
                           X509_get0_pubkey(certificate)) != 1)
    return false;
  if (is_pss && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, 32) != 1))
    return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

Result<void> check_header(const json& header, X509* certificate) {
  const std::string algorithm = header.value("alg", "");
  const bool is_pss = algorithm == "PS256";
  if (!is_pss && algorithm != "RS256")
    return malformed("AADSTS5002738: Invalid JWT token. '" + algorithm + "' is not supported.");
  if (header.value("typ", "") != "JWT") return malformed("AADSTS50027: JWT token is invalid.");
  const char* const name = is_pss ? "x5t#S256" : "x5t";
  const std::string expected = thumbprint(certificate, is_pss ? EVP_sha256() : EVP_sha1());
  if (header.value(name, "") != expected)
    return malformed("AADSTS700027: The certificate with this thumbprint is not registered.");
  return {};
}

Result<std::string> check_claims(const json& claims, const AssertionDemands& demands) {
  if (claims.value("aud", "") != demands.audience)
    return malformed("AADSTS700023: Client assertion audience claim is not '" + demands.audience +
                     "'.");
  if (claims.value("iss", "") != demands.client_id || claims.value("sub", "") != demands.client_id)
    return malformed("AADSTS700021: Client assertion issuer or subject is not the client.");
  const auto now = demands.now.time_since_epoch();
  const std::chrono::seconds begin{claims.value("nbf", std::int64_t{0})};
  const std::chrono::seconds end{claims.value("exp", std::int64_t{0})};
  const bool is_in_time = begin - kClockSkew <= now && now < end + kClockSkew;
  if (!is_in_time || end - begin > std::chrono::minutes{10})
    return malformed("AADSTS700024: Client assertion is not within its valid time range.");
  const std::string unique_id = claims.value("jti", "");
  if (unique_id.size() < 8) return malformed("AADSTS50027: JWT token has no jti.");
  return unique_id;
}

}  // namespace

Result<std::string> check_client_assertion(std::string_view assertion,
                                           const AssertionDemands& demands) {
  const std::size_t first = assertion.find('.');
  const std::size_t last = assertion.rfind('.');
  const bool is_whole = first != assertion.npos && first != last &&
                        std::count(assertion.begin(), assertion.end(), '.') == 2;
  const Certificate certificate = read_certificate(demands.certificate);
  if (!is_whole || !certificate) return malformed("AADSTS50027: JWT token is invalid.");
  try {
    const json header = json::parse(decoded_url(assertion.substr(0, first)));
    const json claims = json::parse(decoded_url(assertion.substr(first + 1, last - first - 1)));
    if (auto checked = check_header(header, certificate.get()); !checked) return checked.error();
    if (!signature_fits(certificate.get(), header.value("alg", "") == "PS256",
                        assertion.substr(0, last), decoded_url(assertion.substr(last + 1))))
      return malformed("AADSTS700027: Client assertion failed signature validation.");
    return check_claims(claims, demands);
  } catch (const json::exception&) {
    return malformed("AADSTS50027: JWT token is invalid.");
  }
}

}  // namespace secondlook::stand_in
