// Keys and certificates made at run time, for tests of sign-in and TLS.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"

namespace secondlook {

struct TestCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM, PKCS #8
};

struct TestCertificateWish {
  std::string common_name = "test";
  std::string alternative_names =
      {};  // OpenSSL's spelling: "DNS:localhost,IP:127.0.0.1"; empty: none
  Timestamp not_before = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};
  Timestamp not_after = std::chrono::sys_days{std::chrono::year{2036} / 1 / 1};
  const TestCertificate* issuer = nullptr;  // nullptr: signed by itself, and a CA
  bool elliptic = false;                    // a P-256 key instead of RSA with 2048 bits
};

// Throws std::runtime_error when OpenSSL cannot.
TestCertificate make_test_certificate(const TestCertificateWish& wish = {});

}  // namespace secondlook
