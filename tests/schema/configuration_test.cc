#include "schema/configuration.h"

#include <cstdlib>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "schema/policy.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

const std::string kTenant = R"([[tenant]]
name = "corp"
tenant_id = "11111111-2222-3333-4444-555555555555"
journal_addresses = ["Journal-X7@scan.corp.example"]
domains = ["Corp.Example"]
[tenant.graph]
client_id = "app"
client_secret_file = "/etc/secondlook/secret"
)";

Configuration must_parse(const std::string& content) {
  const auto configuration = parse_configuration(content, "site.toml");
  INFO((configuration ? "" : configuration.error().message));
  REQUIRE(configuration);
  return *configuration;
}

std::string complaints_of(const std::string& content) {
  const auto configuration = parse_configuration(content, "site.toml");
  return configuration ? "" : configuration.error().message;
}

TEST_CASE("the language of what is said about mails is English or Japanese") {
  CHECK(must_parse("").lang == "en");
  CHECK(must_parse("lang = \"ja\"\n").lang == "ja");
  CHECK(complaints_of("lang = \"de\"\n").find("lang") != std::string::npos);
}

TEST_CASE("the groups of protected people are taken in lower case") {
  const auto tenant =
      must_parse(kTenant + "[tenant.directory]\nvip_groups = [\"Board@Corp.example\"]\n")
          .tenants[0];
  CHECK(tenant.directory.vip_groups == std::vector<std::string>{"board@corp.example"});
}

TEST_CASE("an empty file means the defaults, and they observe only") {
  const Configuration configuration = must_parse("");
  CHECK_FALSE(configuration.policy.enforce);
  CHECK(configuration.policy.malicious == Action::recoverable);
  CHECK(configuration.policy.suspicious == Action::junk);
  CHECK(configuration.policy.spam == Action::none);
  CHECK(configuration.analyzer.thresholds.malicious == 10.0);
  CHECK(configuration.smtp.max_message_bytes >= 350'000'000);
  CHECK(configuration.smtp.listen == std::vector<std::string>{"[::]:25"});
  CHECK(configuration.journal.segment_bytes == 64ULL << 20);
  CHECK(configuration.retention_days == 365);
  CHECK_FALSE(configuration.require_confinement);
  CHECK(configuration.tenants.empty());
}

TEST_CASE("host lists are files by their whole paths, each once") {
  const Configuration configuration =
      must_parse("[analyzer]\nhost_lists = [\"/etc/secondlook/a.csv\", \"/etc/secondlook/b\"]\n");
  CHECK(configuration.analyzer.host_lists ==
        std::vector<std::string>{"/etc/secondlook/a.csv", "/etc/secondlook/b"});
  CHECK(complaints_of("[analyzer]\nhost_lists = [\"a.csv\"]\n")
            .find("site.toml:2: analyzer.host_lists: \"a.csv\" is no path from / on") !=
        std::string::npos);
  CHECK(complaints_of("[analyzer]\nhost_lists = [\"/a\", \"/a\"]\n").find("stands here twice") !=
        std::string::npos);
}

TEST_CASE("mail is judged again only as long as its report is kept") {
  const Configuration configuration = must_parse(
      "[journal]\narchive_days = 2\n[analyzer]\nrescan_hours = 48\npassword_wait_hours = 24\n");
  CHECK(configuration.analyzer.rescan_hours == 48);
  CHECK(configuration.analyzer.password_wait_hours == 24);
  CHECK(complaints_of("[journal]\narchive_days = 1\n[analyzer]\nrescan_hours = 48\n")
            .find("site.toml:4: analyzer.rescan_hours: is longer than reports are kept: [journal] "
                  "archive_days is 1") != std::string::npos);
  CHECK(complaints_of("[analyzer]\npassword_wait_hours = 1\n").find("password_wait_hours") !=
        std::string::npos);
}

TEST_CASE("a tenant is read, its addresses and domains in lower case") {
  const Configuration configuration = must_parse(kTenant);
  REQUIRE(configuration.tenants.size() == 1);
  const TenantSettings& tenant = configuration.tenants[0];
  CHECK(tenant.journal_addresses == std::vector<std::string>{"journal-x7@scan.corp.example"});
  CHECK(tenant.domains == std::vector<std::string>{"corp.example"});
  CHECK(tenant.report_source == "exchange_online");
  CHECK(tenant.graph.requests_per_mailbox == 3);
  CHECK(tenant.graph.give_up_after == std::chrono::hours(1));
  CHECK(configuration.find_tenant("corp") == &tenant);
  CHECK(configuration.find_tenant("other") == nullptr);
}

TEST_CASE("a tenant's policy lies over the general one") {
  const Configuration configuration = must_parse(
      "[policy]\nmode = \"enforce\"\nspam = \"junk\"\nprotected_mailboxes = "
      "[\"SOC@corp.example\"]\n" +
      kTenant + "[tenant.policy]\nmalicious = \"deleted_items\"\n");
  const PolicySettings& policy = configuration.tenants[0].policy;
  CHECK(policy.enforce);
  CHECK(policy.spam == Action::junk);
  CHECK(policy.malicious == Action::deleted_items);
  CHECK(policy.protected_mailboxes == std::vector<std::string>{"soc@corp.example"});
  CHECK(configuration.policy.malicious == Action::recoverable);
}

TEST_CASE("policies for some mailboxes lie over the tenant's, in their order") {
  const Configuration configuration =
      must_parse(kTenant +
                 "[tenant.policy]\nspam = \"junk\"\n"
                 "[[tenant.policy_for]]\nmailboxes = [\"Ann@corp.example\"]\nmode = \"enforce\"\n"
                 "[[tenant.policy_for]]\ndomains = [\"Corp.example\"]\nmalicious = \"junk\"\n");
  const TenantSettings& tenant = configuration.tenants[0];
  REQUIRE(tenant.policy_for.size() == 2);
  CHECK(tenant.policy_for[0].mailboxes == std::vector<std::string>{"ann@corp.example"});
  CHECK(policy_of(tenant, "ann@corp.example").enforce);
  CHECK(policy_of(tenant, "ann@corp.example").spam == Action::junk);
  CHECK_FALSE(policy_of(tenant, "bob@corp.example").enforce);
  CHECK(policy_of(tenant, "bob@corp.example").malicious == Action::junk);
  CHECK(&policy_of(tenant, "eve@sub.corp.example") == &tenant.policy);
  CHECK(may_remove(tenant, Disposition::malicious));
  CHECK_FALSE(may_remove(tenant, Disposition::bulk));
  CHECK(complaints_of(kTenant + "[[tenant.policy_for]]\nmode = \"enforce\"\n")
            .find("needs domains, mailboxes or groups") != std::string::npos);
  CHECK(complaints_of(kTenant + "[[tenant.policy_for]]\ndomains = [\"a.example\"]\n"
                                "brake = { copies_per_hour = 1 }\n")
            .find("unknown name") != std::string::npos);
}

TEST_CASE("the groups that policies name are known to the directory's settings") {
  const Configuration configuration =
      must_parse(kTenant +
                 "[[tenant.policy_for]]\ngroups = [\"Board@corp.example\"]\nmode = \"enforce\"\n"
                 "[[tenant.policy_for]]\ngroups = [\"9A1B-g2\"]\nspam = \"junk\"\n");
  const TenantSettings& tenant = configuration.tenants[0];
  CHECK(tenant.directory.policy_groups ==
        std::vector<std::string>{"board@corp.example", "9a1b-g2"});
  const std::vector<std::string> in_both = {"9a1b-g2", "board@corp.example"};
  CHECK(policy_of(tenant, "ann@corp.example", {}, in_both).enforce);
  CHECK_FALSE(policy_of(tenant, "ann@corp.example").enforce);
}

TEST_CASE("an exercise needs networks, a whole header and an end") {
  const Configuration configuration =
      must_parse(kTenant +
                 "[[tenant.simulation]]\nname = \"spring\"\nnetworks = [\"192.0.2.0/24\"]\n"
                 "header = \" X-Phish-Test :  3f9a 62 \"\nexpires = \"2027-01-31\"\n");
  REQUIRE(configuration.tenants[0].simulations.size() == 1);
  const PhishingSimulation& spring = configuration.tenants[0].simulations[0];
  CHECK(spring.header_name == "X-Phish-Test");
  CHECK(spring.header_value == "3f9a 62");
  CHECK(format_rfc3339(spring.expires).starts_with("2027-01-31T00:00:00"));
  const std::string complaints =
      complaints_of(kTenant +
                    "[[tenant.simulation]]\nname = \"x\"\nnetworks = [\"everywhere\"]\n"
                    "header = \"X-Phish-Test\"\nexpires = \"never\"\n");
  for (const char* expected :
       {"\"everywhere\" is no network", "must be \"Name: value\"", "must be a day"}) {
    INFO(expected);
    CHECK(complaints.find(expected) != std::string::npos);
  }
}

TEST_CASE("unknown names are refused with file and line, wherever they stand") {
  const std::string complaints =
      complaints_of("[smtp]\nlisen = [\"[::]:25\"]\n[polcy]\nmode = \"enforce\"\n" + kTenant +
                    "graph_url = \"x\"\n");
  CHECK(complaints.find("site.toml:2: smtp.lisen: unknown name") != std::string::npos);
  CHECK(complaints.find("site.toml:3: polcy: unknown name") != std::string::npos);
  CHECK(complaints_of(kTenant + "[tenant.grpah]\nx = 1\n").find("tenant.grpah: unknown name") !=
        std::string::npos);
}

TEST_CASE("all complaints come at once") {
  const std::string complaints = complaints_of(
      "[smtp]\nmax_message_bytes = 1000\nrequire_tls = true\n"
      "[policy]\nmode = \"destroy\"\nmalicious = \"purge\"\n"
      "[analyzer]\nthresholds = { malicious = 0 }\n"
      "[[tenant]]\nname = \"corp\"\n");
  for (const char* expected :
       {"site.toml:2: smtp.max_message_bytes: must be a whole number from 350000000",
        "site.toml:3: smtp.require_tls: needs tls_certificate_file",
        "site.toml:5: policy.mode: must be one of \"observe\", \"enforce\"",
        "site.toml:6: policy.malicious: must be one of",
        "site.toml:8: analyzer.thresholds.malicious: must be a number",
        "tenant.tenant_id: is missing", "tenant.journal_addresses: is missing",
        "tenant.domains: is missing", "tenant.graph.client_id: needs exactly one of"}) {
    INFO(expected);
    CHECK(complaints.find(expected) != std::string::npos);
  }
}

TEST_CASE("purge is never an automatic action") {
  CHECK(complaints_of("[policy]\nspam = \"purge\"\n").find("policy.spam: must be one of") !=
        std::string::npos);
}

TEST_CASE("plain http is for loopback alone") {
  const auto with_url = [](const std::string& url) {
    return complaints_of(kTenant + "graph_url = \"" + url + "\"\n");
  };
  for (const char* url : {"http://127.0.0.1:8080", "http://localhost/x", "http://[::1]:8080",
                          "https://graph.example"})
    CHECK(with_url(url).empty());
  for (const char* url :
       {"http://graph.example", "http://127.0.0.1.evil.example", "http://127.0.0.1@evil.example",
        "http://localhost.evil.example", "http://127.0.0.1:80@evil.example", "ftp://x",
        "HTTP://graph.example", "graph.example"}) {
    INFO(url);
    CHECK(with_url(url).find("plain http:// is for loopback addresses only") != std::string::npos);
  }
}

TEST_CASE("a proxy is a plain address, without a password that would be a secret") {
  CHECK(must_parse(kTenant + "proxy = \"http://proxy.example:3128/\"\n").tenants[0].graph.proxy ==
        "http://proxy.example:3128");
  for (const char* proxy : {"proxy.example:3128", "https://proxy.example", "http://",
                            "http://user:word@proxy.example:3128", "http://proxy.example/x"}) {
    INFO(proxy);
    CHECK(complaints_of(kTenant + "proxy = \"" + proxy + "\"\n").find("must be http://HOST:PORT") !=
          std::string::npos);
  }
}

TEST_CASE("a slash at the end of a URL is taken away") {
  const Configuration configuration =
      must_parse(kTenant + "graph_url = \"https://graph.example/\"\n");
  CHECK(configuration.tenants[0].graph.graph_url == "https://graph.example");
}

TEST_CASE("a tenant has exactly one kind of credential") {
  CHECK(complaints_of(kTenant + "managed_identity = true\n").find("exactly one of") !=
        std::string::npos);
  CHECK(complaints_of(kTenant + "key_file = \"k\"\n")
            .find("certificate_file and key_file go together") != std::string::npos);
}

TEST_CASE("a tenant's directory is read every six hours, and its rules are checked") {
  CHECK(must_parse(kTenant).tenants[0].directory.sync_every == std::chrono::hours(6));
  const Configuration configuration = must_parse(
      kTenant + "[tenant.directory]\nsync_every = \"0s\"\nexclude = [\"attribute7 = Finance\"]\n");
  const DirectorySettings& directory = configuration.tenants[0].directory;
  CHECK(directory.sync_every.count() == 0);
  REQUIRE(directory.exclude.size() == 1);
  CHECK(directory.exclude[0].text == "attribute7 = Finance");
  const std::string complaints = complaints_of(
      kTenant + "[tenant.directory]\nsync_every = \"5s\"\ninclude = [\"attribute99 = x\"]\n");
  CHECK(complaints.find("site.toml:10: tenant.directory.sync_every: must be") != std::string::npos);
  CHECK(complaints.find("site.toml:11: tenant.directory.include: \"attribute99 = x\"") !=
        std::string::npos);
}

TEST_CASE("two tenants share neither name nor journal address") {
  const std::string complaints = complaints_of(kTenant + kTenant);
  CHECK(complaints.find("tenant.name: two tenants have this name") != std::string::npos);
  CHECK(complaints.find("tenant.journal_addresses: an address stands here twice") !=
        std::string::npos);
}

TEST_CASE("metrics are for this machine alone, or off") {
  for (const char* address : {"127.0.0.1:9464", "127.8.9.1:0", "[::1]:9464", "localhost:1", ""}) {
    INFO(address);
    CHECK(must_parse("[metrics]\nlisten = \"" + std::string(address) + "\"").metrics_listen ==
          address);
  }
  for (const char* address : {"0.0.0.0:9464", "[::]:9464", "10.0.0.1:9464", "9464", "127.0.0.1",
                              "127.0.0.1:", "127.0.0.1:x", "127.evil.example:1", "localhost.:1"}) {
    INFO(address);
    const std::string complaint =
        complaints_of("[metrics]\nlisten = \"" + std::string(address) + "\"");
    CHECK(complaint.find("site.toml:2: ") != std::string::npos);
    CHECK(complaint.find("port of this machine") != std::string::npos);
  }
}

TEST_CASE("durations are numbers with a unit") {
  using namespace std::chrono_literals;
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("5m") == 300s);
  CHECK(parse_duration("1h") == 3600s);
  CHECK(parse_duration("7d") == 7 * 86400s);
  for (const char* text : {"", "5", "m", "5 m", "-5m", "5mm", "1.5h", "99999999999s"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
  CHECK(complaints_of(kTenant + "give_up_after = \"soon\"\n").find("must be a duration") !=
        std::string::npos);
}

TEST_CASE("files that two processes share have one name each") {
  PathSettings paths;
  paths.database = "/var/lib/x/detections.db";
  paths.runtime = "/run/x";
  CHECK(paths.recorded_mark() == "/var/lib/x/recorded_mark/recorded");
  CHECK(paths.verdict_socket() == "/run/x/verdict.socket");
  CHECK(paths.control_socket() == "/run/x/control.socket");
  CHECK(paths.process_table() == "/run/x/processes.json");
}

TEST_CASE("the file on the command line comes before the environment's") {
  TemporaryDirectory directory;
  const std::string given = directory.write("given.toml", "[search]\nretention_days = 1\n");
  const std::string other = directory.write("other.toml", "[search]\nretention_days = 2\n");
  ::setenv("SECONDLOOK_CONFIG", other.c_str(), 1);
  CHECK(find_configuration(given)->retention_days == 1);
  CHECK(find_configuration("")->retention_days == 2);
  ::unsetenv("SECONDLOOK_CONFIG");
  CHECK(find_configuration(directory.file("none")).error().kind == Error::Kind::not_found);
}

TEST_CASE("a journal address is shown so that two can be told apart, and never whole") {
  CHECK(redacted_address("j-7f3a9c@journal.contoso.example") == "j-7…@journal.contoso.example");
  CHECK(redacted_address("abcdef@contoso.example") == "a…@contoso.example");
  CHECK(redacted_address("a@contoso.example") == "a…@contoso.example");
  CHECK(redacted_address("@contoso.example") == "…@contoso.example");
  CHECK(redacted_address("no-address-at-all") == "no-…");
  CHECK(redacted_address("").size() == std::string("…").size());
  CHECK(redacted_address("ab\xc3\xa4"
                         "defgh@contoso.example") == "ab…@contoso.example");
}

TEST_CASE("every action has a name") {
  for (const Action action :
       {Action::none, Action::junk, Action::deleted_items, Action::recoverable, Action::purge})
    CHECK(parse_action(name_of(action)) == action);
  CHECK_FALSE(parse_action("delete"));
}

}  // namespace
}  // namespace secondlook
