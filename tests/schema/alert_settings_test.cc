#include "schema/alert_settings.h"

#include <catch2/catch.hpp>

#include "schema/configuration.h"

namespace secondlook {
namespace {

const std::string kTenant =
    "[[tenant]]\nname = \"corp\"\ntenant_id = \"1\"\njournal_addresses = [\"j@journal.example\"]\n"
    "domains = [\"corp.example\"]\n[tenant.graph]\nclient_secret_file = \"/x\"\n";
const std::string kTeams =
    "[[alert_channel]]\nname = \"soc\"\nkind = \"teams\"\nurl_file = \"/etc/secondlook/teams\"\n";

Result<Configuration> read(const std::string& text) {
  return parse_configuration(kTenant + text, "/x.toml");
}

std::string complaint(const std::string& text) {
  const auto configuration = read(text);
  return configuration ? "" : configuration.error().message;
}

TEST_CASE("channels and rules are read, with their defaults") {
  const auto configuration = read(kTeams +
                                  "[[alert]]\nname = \"a\"\nchannels = [\"soc\"]\n"
                                  "[[alert]]\nname = \"b\"\nchannels = [\"soc\"]\nevents = "
                                  "[\"brake_engaged\"]\ntenants = [\"corp\"]\nseverity = "
                                  "\"critical\"\ngroup_for = \"1m\"\nmost_an_hour = 5\n"
                                  "quiet_hours = \"22:00-07:30\"\nlang = \"ja\"\nsubject = true\n");
  INFO((configuration ? "" : configuration.error().message));
  REQUIRE(configuration);
  const AlertSettings& alerts = configuration->alerts;
  REQUIRE(alerts.rules.size() == 2);
  CHECK(alerts.rules[0].events.empty());
  CHECK(alerts.rules[0].group_for == std::chrono::seconds(10));
  CHECK_FALSE(alerts.rules[0].addresses);
  CHECK(alerts.rules[1].events == std::vector<AlertKind>{AlertKind::brake_engaged});
  CHECK(alerts.rules[1].quiet_hours == QuietHours{22 * 60, 7 * 60 + 30});
  CHECK(alerts.rules[1].language == AlertLanguage::japanese);
  CHECK(alerts.find_channel("soc")->kind == AlertChannelKind::teams);
  CHECK(alerts.find_channel("nobody") == nullptr);
}

TEST_CASE("what cannot be meant is refused with the reason") {
  CHECK(complaint("[[alert]]\nname = \"a\"\nchannels = [\"soc\"]\n").find("no [[alert_channel]]") !=
        std::string::npos);
  CHECK(complaint(kTeams + "[[alert]]\nname = \"a\"\nchannels = [\"soc\"]\nevents = [\"brake\"]\n")
            .find("there are malicious_removed") != std::string::npos);
  CHECK(complaint(kTeams + "[[alert]]\nname = \"a\"\nchannels = [\"soc\"]\ntenants = [\"x\"]\n")
            .find("no [[tenant]] \"x\"") != std::string::npos);
  CHECK(complaint(kTeams + kTeams).find("two channels") != std::string::npos);
  CHECK(complaint(kTeams + "hmac_key_file = \"/k\"\n").find("json channels only") !=
        std::string::npos);
  CHECK(complaint(kTeams + "url = \"https://x\"\n").find("unknown name") != std::string::npos);
  CHECK(complaint("[alerts]\njournal_silence = \"soon\"\n").find("usual") != std::string::npos);
}

TEST_CASE("mail goes by TLS but on loopback, and never to a journal address") {
  const auto smtp = [](const std::string& server, const std::string& transport,
                       const std::string& to) {
    return complaint("[[alert_channel]]\nname = \"m\"\nkind = \"smtp\"\nserver = \"" + server +
                     "\"\ntransport = \"" + transport + "\"\nfrom = \"a@corp.example\"\nto = [\"" +
                     to + "\"]\n");
  };
  CHECK(smtp("mail.example:587", "starttls", "soc@corp.example").empty());
  CHECK(smtp("127.0.0.1:25", "none", "soc@corp.example").empty());
  CHECK(smtp("mail.example:25", "none", "soc@corp.example").find("loopback") != std::string::npos);
  CHECK(smtp("mail.example:587", "tls", "J@journal.example").find("journal address") !=
        std::string::npos);
  CHECK(smtp("mail.example:587", "tls", "a@b.example>\\r\\nDATA").find("no mail address") !=
        std::string::npos);
  CHECK(smtp("mail.example", "tls", "soc@corp.example").find("host:port") != std::string::npos);
}

TEST_CASE("quiet hours are two times of the day") {
  CHECK(*parse_quiet_hours("22:00-07:00") == QuietHours{1320, 420});
  CHECK(*parse_quiet_hours("00:00-24:00") == QuietHours{0, 0});
  for (const char* wrong : {"", "22-7", "25:00-07:00", "22:60-07:00", "22:00-07:0x"})
    CHECK_FALSE(parse_quiet_hours(wrong));
}

TEST_CASE("every kind of event has a name and a severity") {
  for (const AlertKind kind : all_alert_kinds()) {
    CHECK(parse_alert_kind(name_of(kind)) == kind);
    CHECK_FALSE(name_of(severity_of(kind)).empty());
  }
  CHECK_FALSE(parse_alert_kind("x"));
}

}  // namespace
}  // namespace secondlook
