// The app's certificate with its private key, as far as signing in needs them. OpenSSL stands
// behind it; the key never leaves this object.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "graph_client/graph_credential.h"

namespace secondlook {

class SigningCertificate {
 public:
  // malformed, naming the file: no PEM, not RSA or shorter than 2048 bits, an encrypted key, or a
  // key that is not the certificate's. not_found, forbidden: as the files are. An expired
  // certificate is loaded: whether it still counts is for the login server to say, by its clock.
  static Result<SigningCertificate> load(const CertificateFiles& files);
  SigningCertificate(SigningCertificate&& other) noexcept;
  SigningCertificate& operator=(SigningCertificate&& other) noexcept;
  ~SigningCertificate();

  Timestamp expires_at() const;
  // The digest of the certificate's DER that the login server knows it by: base64url of SHA-256
  // (PS256) or SHA-1 (RS256).
  std::string thumbprint(AssertionAlgorithm algorithm) const;
  // The signature's bytes: RSASSA-PSS with SHA-256, its MGF1 and a salt of 32 bytes, or
  // RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, sections 3.5 and 3.3).
  Result<std::string> sign(std::string_view input, AssertionAlgorithm algorithm) const;

 private:
  struct State;
  explicit SigningCertificate(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Nothing, or what to tell an operator: "expires on 2026-12-01, in 5 days: upload another to the
// app registration". Tells from 30 days before the end on.
std::string expiry_warning(const SigningCertificate& certificate, Timestamp now);

// A client assertion (RFC 7523, section 2.2), as Entra documents it: alg, typ, the thumbprint; aud,
// iss, sub, jti, nbf, iat, exp ten minutes later. A secret as long as it lives.
struct AssertionFacts {
  std::string audience;  // the token endpoint's URL
  std::string client_id;
  std::string unique_id;  // never used twice
  Timestamp now;
};
Result<Secret> make_client_assertion(const SigningCertificate& certificate,
                                     AssertionAlgorithm algorithm, const AssertionFacts& facts);

}  // namespace secondlook
