#include "analyzer/phishing_simulation.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

constexpr Timestamp kNow = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

const std::vector<PhishingSimulation> kSpring = {
    {"spring", {"192.0.2.0/24"}, "X-Phish-Test", "3f9a62", kNow + std::chrono::days(30)}};

bool is_exempt(const std::string& headers, Timestamp received_at = kNow) {
  const std::string bytes = headers + "Subject: x\r\n\r\nbody\r\n";
  return is_phishing_simulation(parse_message(bytes), kSpring, received_at);
}

const std::string kHeader = "x-phish-test: 3f9a62\r\n";
const std::string kFromExercise = "X-Forefront-Antispam-Report: CIP:192.0.2.9;SCL:1;\r\n";
const std::string kFromElsewhere = "X-Forefront-Antispam-Report: CIP:203.0.113.9;SCL:1;\r\n";

}  // namespace

TEST_CASE("a mail of the exercise has its network and its header") {
  CHECK(is_exempt(kHeader + kFromExercise));
}

TEST_CASE("the header alone never exempts") {
  CHECK_FALSE(is_exempt(kHeader));
  CHECK_FALSE(is_exempt(kHeader + kFromElsewhere));
  CHECK_FALSE(is_exempt(kHeader + "X-Forefront-Antispam-Report: SCL:1;\r\n"));
}

TEST_CASE("the network alone never exempts") {
  CHECK_FALSE(is_exempt(kFromExercise));
  CHECK_FALSE(is_exempt("X-Phish-Test: other\r\n" + kFromExercise));
  CHECK_FALSE(is_exempt("X-Phish-Test: 3f9a62 and more\r\n" + kFromExercise));
  CHECK_FALSE(is_exempt("X-Other: 3f9a62\r\n" + kFromExercise));
}

TEST_CASE("a stranger who writes an address of the exercise into his mail gains nothing") {
  CHECK_FALSE(is_exempt(kHeader + kFromExercise + kFromElsewhere));
  CHECK_FALSE(is_exempt(kHeader + kFromElsewhere + kFromExercise));
  CHECK_FALSE(is_exempt(kHeader + kFromExercise +
                        "X-MS-Exchange-Organization-OriginalClientIPAddress: 203.0.113.9\r\n"));
}

TEST_CASE("an exercise ends on its day") {
  CHECK(is_exempt(kHeader + kFromExercise, kNow + std::chrono::days(29)));
  CHECK_FALSE(is_exempt(kHeader + kFromExercise, kNow + std::chrono::days(30)));
}
