#include "analyzer/release_guard.h"

#include <catch2/catch.hpp>

#include "analyzer/packed_mail.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

// An installation whose operators released one mail, "Your account statement".
struct Installation {
  TemporaryDirectory directory;
  Configuration configuration;
  SystemClock clock;

  Installation() {
    configuration.paths.database = directory.file("detections.db");
    configuration.analyzer.workers = 1;
    TenantSettings tenant;
    tenant.name = "contoso";
    tenant.domains = {"contoso.example"};
    configuration.tenants.push_back(tenant);
    std::filesystem::create_directory(configuration.paths.released_mails());
    release("released from another set");
  }

  void release(const std::string& rule_set) const {
    ReleasedMail mail;
    mail.id = 7;
    mail.tenant = "contoso";
    mail.message_id = "<s1@bank.example>";
    mail.sender = "news@bank.example";
    mail.subject = "Your account statement";
    mail.rule_set = rule_set;
    mail.released_at = "2026-11-25T10:00:00Z";
    mail.packed = pack_mail(
        "From: news@bank.example\r\nTo: ann@contoso.example\r\n"
        "Subject: Your account statement\r\n\r\nYour statement is ready.\r\n");
    directory.write("released_mails/7.json", to_json(mail));
  }

  LoadedRules rules(const std::string& text) const {
    const auto loaded = load_rules({directory.write("site.cf", text)}, {}, "");
    if (!loaded) FAIL(loaded.error().message);
    return *loaded;
  }
  GuardReport check(const LoadedRules& loaded) const {
    const auto report = check_released_mails(configuration, loaded, clock);
    if (!report) FAIL(report.error().message);
    return *report;
  }
};

const std::string kRemoves =
    "header STATEMENT Subject =~ /account statement/i\n"
    "score STATEMENT 12\n"
    "disposition STATEMENT malicious\n";
const std::string kLeaves =
    "header STATEMENT Subject =~ /account statement/i\n"
    "score STATEMENT 2\n"
    "disposition STATEMENT malicious\n";

}  // namespace

TEST_CASE("a rule set that would remove a released mail again is refused with the mail's name") {
  const Installation installation;
  const LoadedRules removes = installation.rules(kRemoves);
  const GuardReport report = installation.check(removes);
  REQUIRE(report.removed_again.size() == 1);
  const auto taken = refuse_by(report, removes.facts.hash);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().kind == Error::Kind::forbidden);
  CHECK(taken.error().message.find(
            "message 7 \"Your account statement\" from news@bank.example (<s1@bank.example>), "
            "released 2026-11-25T10:00:00Z: malicious by STATEMENT") != std::string::npos);
  CHECK(taken.error().message.find(removes.facts.hash) != std::string::npos);
  CHECK(taken.error().message.find("--accept") != std::string::npos);
}

TEST_CASE("a rule set that leaves the released mail alone is taken") {
  const Installation installation;
  const LoadedRules leaves = installation.rules(kLeaves);
  const GuardReport report = installation.check(leaves);
  CHECK(report.removed_again.empty());
  CHECK(report.not_judged.empty());
  CHECK(refuse_by(report, leaves.facts.hash));
}

TEST_CASE("a mail whose disposition the policy leaves alone counts as left alone") {
  Installation installation;
  installation.configuration.tenants[0].policy.malicious = Action::none;
  CHECK(installation.check(installation.rules(kRemoves)).removed_again.empty());
}

TEST_CASE("the rule set that a mail was released from may be loaded again, and says so") {
  const Installation installation;
  const LoadedRules removes = installation.rules(kRemoves);
  installation.release(removes.facts.hash);
  const GuardReport report = installation.check(removes);
  CHECK(report.removed_again.size() == 1);
  CHECK(refuse_by(report, removes.facts.hash));
}

TEST_CASE("a rule set that an operator accepted is taken, another one is not") {
  const Installation installation;
  const LoadedRules removes = installation.rules(kRemoves);
  const auto accept = [&](const std::string& rule_set) {
    installation.directory.write(
        "released_mails/accepted.json",
        to_json(std::vector<AcceptedRuleSet>{{rule_set, "2026-11-25T11:00:00Z", "uid 0", ""}}));
  };
  accept("another set");
  CHECK_FALSE(refuse_by(installation.check(removes), removes.facts.hash));
  accept(removes.facts.hash);
  CHECK(refuse_by(installation.check(removes), removes.facts.hash));
}

TEST_CASE("a released mail that is damaged refuses nothing and is told") {
  const Installation installation;
  installation.directory.write("released_mails/8.json", "{\"id\": 8");
  installation.directory.write("released_mails/notes.txt", "not ours");
  const GuardReport report = installation.check(installation.rules(kLeaves));
  REQUIRE(report.not_judged.size() == 1);
  CHECK(report.not_judged[0].find("8.json") != std::string::npos);
}

TEST_CASE("a released mail that cannot be unpacked is told as not judged, never as left alone") {
  const Installation installation;
  ReleasedMail mail;
  mail.id = 9;
  mail.tenant = "contoso";
  mail.subject = "broken";
  mail.rule_set = "another";
  mail.packed = "AAAA";
  installation.directory.write("released_mails/9.json", to_json(mail));
  const GuardReport report = installation.check(installation.rules(kLeaves));
  REQUIRE(report.not_judged.size() == 1);
  CHECK(report.not_judged[0].find("\"broken\"") != std::string::npos);
  CHECK(report.not_judged[0].find("packed mail") != std::string::npos);
}

TEST_CASE("without released mails nothing is asked") {
  const Installation installation;
  std::filesystem::remove_all(installation.configuration.paths.released_mails());
  CHECK(refuse_by(installation.check(installation.rules(kRemoves)), "x"));
}
