#include "tests/support/stand_in_tenant/assertion_check.h"

#include <catch2/catch.hpp>

#include "graph_client/signing_certificate.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_certificate.h"

namespace secondlook::stand_in {

using namespace std::chrono_literals;

namespace {

// An assertion, and the answer of a login server that expects something slightly else.
struct Trial {
  TestCertificate made = make_test_certificate();
  TemporaryDirectory directory;
  ManualClock clock;
  AssertionDemands demands{made.certificate, "https://login.example/t", "app-1", clock.now()};
  std::string assertion;

  Trial() {
    directory.write("crt", made.certificate);
    directory.write("key", made.key);
    const auto certificate =
        SigningCertificate::load({directory.file("crt"), directory.file("key")});
    assertion =
        make_client_assertion(*certificate, AssertionAlgorithm::ps256,
                              {demands.audience, demands.client_id, "unique-1", clock.now()})
            ->reveal();
  }
  std::string refusal() const {
    const auto checked = check_client_assertion(assertion, demands);
    return checked ? "" : checked.error().message.substr(0, checked.error().message.find(':'));
  }
};

}  // namespace

TEST_CASE("the login server takes a good assertion and refuses every wrong part of it") {
  Trial trial;
  CHECK(trial.refusal().empty());
  SECTION("a signature that was changed") {
    char& letter = trial.assertion[trial.assertion.size() - 20];
    letter = letter == 'A' ? 'B' : 'A';
    CHECK(trial.refusal() == "AADSTS700027");
  }
  SECTION("claims that were changed after signing") {
    char& letter = trial.assertion[trial.assertion.find('.') + 30];
    letter = letter == 'A' ? 'B' : 'A';
    CHECK_FALSE(trial.refusal().empty());
  }
  SECTION("another certificate") {
    trial.demands.certificate = make_test_certificate().certificate;
    CHECK(trial.refusal() == "AADSTS700027");
  }
  SECTION("another audience") {
    trial.demands.audience += "/";
    CHECK(trial.refusal() == "AADSTS700023");
  }
  SECTION("another client") {
    trial.demands.client_id = "app-2";
    CHECK(trial.refusal() == "AADSTS700021");
  }
  SECTION("an old one") {
    trial.demands.now += 16min;
    CHECK(trial.refusal() == "AADSTS700024");
  }
  SECTION("one from a clock that is wrong") {
    trial.demands.now -= 6min;
    CHECK(trial.refusal() == "AADSTS700024");
  }
  SECTION("no assertion at all") {
    trial.assertion = "a.b";
    CHECK(trial.refusal() == "AADSTS50027");
  }
}

}  // namespace secondlook::stand_in
