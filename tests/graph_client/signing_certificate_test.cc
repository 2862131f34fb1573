#include "graph_client/signing_certificate.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/support/manual_clock.h"
#include "tests/support/stand_in_tenant/assertion_check.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_certificate.h"

namespace secondlook {

using namespace std::chrono_literals;

namespace {

struct Files {
  TemporaryDirectory directory;
  CertificateFiles files;

  explicit Files(const TestCertificate& made) {
    files.certificate = directory.file("app.crt");
    files.key = directory.file("app.key");
    directory.write("app.crt", made.certificate);
    directory.write("app.key", made.key);
  }
};

Error refusal(const TestCertificate& made) {
  const Files files(made);
  const auto loaded = SigningCertificate::load(files.files);
  REQUIRE_FALSE(loaded.has_value());
  return loaded.error();
}

}  // namespace

TEST_CASE("an assertion passes what the login server checks, with either algorithm") {
  const TestCertificate made = make_test_certificate();
  const Files files(made);
  const auto certificate = SigningCertificate::load(files.files);
  REQUIRE(certificate.has_value());
  const ManualClock clock;
  for (const auto algorithm : {AssertionAlgorithm::ps256, AssertionAlgorithm::rs256}) {
    const auto assertion = make_client_assertion(
        *certificate, algorithm, {"https://login.example/t", "app-1", "unique-1", clock.now()});
    REQUIRE(assertion.has_value());
    const auto checked = stand_in::check_client_assertion(
        assertion->reveal(), {made.certificate, "https://login.example/t", "app-1", clock.now()});
    INFO((checked ? "" : checked.error().message));
    REQUIRE(checked.has_value());
    CHECK(*checked == "unique-1");
  }
}

TEST_CASE("a key that is not the certificate's is refused, naming both files") {
  TestCertificate mixed = make_test_certificate();
  mixed.key = make_test_certificate().key;
  const Error error = refusal(mixed);
  CHECK(error.kind == Error::Kind::malformed);
  CHECK(error.message.find("app.key is not the key of the certificate in ") != error.message.npos);
  CHECK(error.message.ends_with("app.crt"));
}

TEST_CASE("files that cannot sign in are refused, saying why, never showing the key") {
  const TestCertificate good = make_test_certificate();
  const TestCertificate elliptic = make_test_certificate({.elliptic = true});
  const struct {
    TestCertificate files;
    const char* why;
  } cases[] = {
      {{"no certificate", good.key}, "app.crt holds no certificate in PEM"},
      {{good.certificate, "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"},
       "app.key holds no private key in PEM"},
      {{good.certificate, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n"}, "app.key is encrypted"},
      {elliptic, "app.key holds no RSA key"},
      {{good.certificate, ""}, "app.key is empty"}};
  for (const auto& each : cases) {
    const Error error = refusal(each.files);
    CAPTURE(error.message);
    CHECK(error.kind == Error::Kind::malformed);
    CHECK(error.message.find(each.why) != error.message.npos);
    CHECK(error.message.find("MII") == error.message.npos);
  }
}

TEST_CASE("a missing file is not found, a key for everybody is forbidden") {
  Files files(make_test_certificate());
  const std::string key = files.files.key;
  files.files.key = files.directory.file("other.key");
  CHECK(SigningCertificate::load(files.files).error().kind == Error::Kind::not_found);
  files.files.key = key;
  REQUIRE(::chmod(key.c_str(), 0644) == 0);
  CHECK(SigningCertificate::load(files.files).error().kind == Error::Kind::forbidden);
}

TEST_CASE("an end within 30 days is told, with the days that are left") {
  const ManualClock clock;  // 2026-11-22
  const auto told = [&](std::chrono::sys_days end) {
    const Files files(make_test_certificate({.not_after = end}));
    return expiry_warning(*SigningCertificate::load(files.files), clock.now());
  };
  using std::chrono::year;
  CHECK(told(year{2027} / 1 / 1) == "");
  CHECK(told(year{2026} / 12 / 1) ==
        "expires on 2026-12-01, in 8 days: upload another to the app registration");
  CHECK(told(year{2026} / 11 / 1) ==
        "expired on 2026-11-01: upload another to the app registration");
}

}  // namespace secondlook
