// The certificate by which the app registration knows this installation: self-signed, since Entra
// is handed it and asks no authority.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace secondlook {

struct AppCertificate {
  std::string certificate;  // PEM
  Secret key;               // PEM, PKCS #8, not encrypted
  std::string thumbprint;   // SHA-1 of the DER in upper hex: how Entra's pages name it
  std::string expires;      // "2028-11-26"
};

// RSA of 3072 bits, good for PS256 and RS256; from a day before `now`, for clocks that differ, to
// two years after. The serial number is taken from `random`, the key from OpenSSL's own generator.
Result<AppCertificate> make_app_certificate(const std::string& common_name, Timestamp now,
                                            RandomSource& random);

// "j-" and 26 letters and digits (130 bits) of `random`, at `domain`. Lower case, since mail
// systems do not keep the case.
std::string make_journal_address(const std::string& domain, RandomSource& random);

}  // namespace secondlook
