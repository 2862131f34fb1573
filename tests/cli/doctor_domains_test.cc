#include "cli/doctor_domains.h"

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "cli/spf_record.h"
#include "tests/cli/desk.h"
#include "tests/support/stand_in_dns.h"

using namespace secondlook;

namespace {

using Kind = DnsAnswer::Kind;

// A DKIM record with a fresh RSA key.
std::string dkim_record(unsigned bits) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(bits), &EVP_PKEY_free);
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key.get(), &der);
  std::string base64(static_cast<std::size_t>(length) * 2, '\0');
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der, length);
  OPENSSL_free(der);
  base64.resize(static_cast<std::size_t>(written));
  return "v=DKIM1; k=rsa; p=" + base64;
}

struct Dnsed {
  explicit Dnsed(const std::string& zone) {
    auto started = StandInDns::start(zone);
    REQUIRE(started);
    server = std::move(*started);
    auto opened = DnsResolver::open(server->address());
    REQUIRE(opened);
    resolver = std::make_unique<DnsResolver>(std::move(*opened));
  }
  DnsAnswer ask(const std::string& name, DnsType type) { return resolver->ask(name, type); }

  std::unique_ptr<StandInDns> server;
  std::unique_ptr<DnsResolver> resolver;
};

std::string good_zone() {
  return "contoso.example MX 0 contoso-example.mail.protection.outlook.com\n"
         "autodiscover.contoso.example CNAME autodiscover.outlook.com\n"
         "autodiscover.outlook.com A 192.0.2.9\n"
         "contoso.example TXT MS=ms12345678\n"
         "contoso.example TXT v=spf1 include:spf.protection.outlook.com -all\n"
         "spf.protection.outlook.com TXT v=spf1 ip4:192.0.2.0/24 -all\n"
         "selector1._domainkey.contoso.example CNAME s1.contoso.onmicrosoft.example\n"
         "s1.contoso.onmicrosoft.example TXT " +
         dkim_record(2048) +
         "\n"
         "selector2._domainkey.contoso.example TXT " +
         dkim_record(2048) +
         "\n"
         "_dmarc.contoso.example TXT v=DMARC1; p=reject; rua=mailto:d@contoso.example\n";
}

Findings examine(const std::string& zone, const std::vector<std::string>& gateways = {}) {
  Dnsed dns(zone);
  Configuration configuration;
  TenantSettings tenant;
  tenant.name = "contoso";
  tenant.domains = {"contoso.example", "contoso.onmicrosoft.com"};
  tenant.gateways = gateways;
  configuration.tenants = {tenant};
  const auto domains = domains_to_examine(configuration, {});
  REQUIRE(domains);
  REQUIRE(domains->size() == 1);
  return examine_domains(configuration, *domains, *dns.resolver);
}

std::string state_of(const Findings& findings, const std::string& check, const std::string& part) {
  for (const Finding& finding : findings)
    if (finding.check == check && finding.finding.find(part) != std::string::npos)
      return std::string(name_of(finding.state));
  return "absent";
}

std::string with(std::string zone, const std::string& from, const std::string& to) {
  const auto at = zone.find(from);
  REQUIRE(at != std::string::npos);
  return zone.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a domain in order has nothing but good findings") {
  for (const Finding& finding : examine(good_zone())) {
    INFO(finding.check << ": " << finding.finding);
    CHECK(finding.state == Finding::State::good);
  }
}

TEST_CASE("an MX that is not Exchange Online's needs the tenant's gateways to be set") {
  const std::string zone =
      with(good_zone(), "0 contoso-example.mail.protection.outlook.com", "10 mx.filter.example");
  CHECK(state_of(examine(zone), "contoso.example MX", "a filter in front") == "problem");
  CHECK(state_of(examine(zone, {"192.0.2.0/24"}), "contoso.example MX", "gateways is set") ==
        "good");
  const std::string both =
      zone + "contoso.example MX 20 contoso-example.mail.protection.outlook.com\n";
  CHECK(state_of(examine(both), "contoso.example MX", "in part") == "warning");
  CHECK(state_of(examine("contoso.example MX 0 .\n"), "contoso.example MX", "null MX") == "good");
}

TEST_CASE("a domain without anything is told what is missing, and what to do") {
  for (const Finding& finding : examine("contoso.example A 192.0.2.1\n")) {
    INFO(finding.check << ": " << finding.finding);
    CHECK(finding.state == Finding::State::warning);
    CHECK_FALSE(finding.advice.empty());
  }
}

TEST_CASE("DMARC that stops nothing, and DMARC of the domain above") {
  CHECK(state_of(examine(with(good_zone(), "p=reject", "p=none")), "contoso.example DMARC",
                 "p=none") == "warning");
  CHECK(state_of(examine(good_zone() + "_dmarc.contoso.example TXT v=DMARC1; p=none\n"),
                 "contoso.example DMARC", "several") == "problem");
  Dnsed dns("_dmarc.b.example TXT v=DMARC1; p=reject; sp=none\n");
  const Findings above = examine_domains({}, {{"a.b.example", nullptr}}, *dns.resolver);
  CHECK(state_of(above, "a.b.example DMARC", "p=none (of b.example)") == "warning");
}

TEST_CASE("DKIM keys are measured") {
  CHECK(read_dkim_key(dkim_record(2048)).bits == 2048);
  CHECK(read_dkim_key(dkim_record(1024)).bits == 1024);
  CHECK(read_dkim_key("v=DKIM1; p=").kind == DkimKey::Kind::revoked);
  CHECK(read_dkim_key("k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=").kind ==
        DkimKey::Kind::ed25519);
  for (const std::string& record :
       {std::string(), std::string("p"), std::string("p=####"), std::string("v=DKIM2; p=AAAA"),
        "p=" + std::string(100'000, 'A'), std::string("p=AAAA;p=")})
    CHECK(read_dkim_key(record).kind == DkimKey::Kind::unreadable);
  const std::string weak =
      with(good_zone(), "selector2._domainkey.contoso.example TXT",
           "selector2._domainkey.contoso.example TXT " + dkim_record(1024) + "\nx.example TXT");
  CHECK(state_of(examine(weak), "contoso.example DKIM selector2", "1024 bits") == "warning");
}

TEST_CASE("SPF look-ups are counted as receivers spend them") {
  std::string zone = "a.example TXT v=spf1";
  for (int i = 0; i < 9; ++i) zone += " include:i" + std::to_string(i) + ".example";
  zone += " mx exists:%{i}.x.example ip4:192.0.2.1 -all\na.example MX 10 mx.example\n";
  for (int i = 0; i < 9; ++i)
    zone += "i" + std::to_string(i) + ".example TXT v=spf1 ip6:2001:db8::/32 ~all\n";
  Dnsed dns(zone);
  const SpfReport report = examine_spf(*dns.resolver, "a.example");
  CHECK(report.lookups == 11);
  CHECK(report.voids == 0);
  CHECK(report.all == "-all");
  CHECK(report.errors.empty());
  const Findings findings = examine_domains({}, {{"a.example", nullptr}}, *dns.resolver);
  CHECK(state_of(findings, "a.example SPF", "11 of 10 look-ups") == "problem");
}

TEST_CASE("what makes SPF a permerror is named") {
  const auto errors_of = [](const std::string& zone) {
    Dnsed dns(zone);
    std::string all;
    for (const std::string& error : examine_spf(*dns.resolver, "a.example").errors)
      all += error + ";";
    return all;
  };
  CHECK(errors_of("a.example TXT v=spf1 include:a.example -all\n").find("includes itself") !=
        std::string::npos);
  CHECK(
      errors_of(
          "a.example TXT v=spf1 include:b.example -all\nb.example TXT v=spf1 redirect=a.example\n")
          .find("includes itself") != std::string::npos);
  CHECK(errors_of("a.example TXT v=spf1 -all\na.example TXT v=spf1 ~all\n").find("2 SPF records") !=
        std::string::npos);
  CHECK(errors_of("a.example TXT v=spf1 include:gone.example -all\n").find("no SPF record") !=
        std::string::npos);
  CHECK(errors_of("a.example TXT v=spf1 ipv4:192.0.2.1 -all\n").find("\"ipv4\" is no mechanism") !=
        std::string::npos);
  CHECK(errors_of("a.example TXT v=spf1 unknown=x -all\n").empty());
  CHECK(errors_of("a.example TXT v=spf10 -all\n").empty());
}

TEST_CASE("void look-ups count, a redirect decides, and a chain without an end has one") {
  Dnsed dns(
      "a.example TXT v=spf1 a:x.example a:y.example mx:z.example redirect=b.example\n"
      "b.example TXT v=spf1 +all\n");
  const SpfReport report = examine_spf(*dns.resolver, "a.example");
  CHECK(report.voids == 3);
  CHECK(report.lookups == 4);
  CHECK(report.all == "+all");
  std::string zone;
  for (int i = 0; i < 200; ++i)
    zone += "n" + std::to_string(i) + ".example TXT v=spf1 include:n" + std::to_string(i + 1) +
            ".example\n";
  Dnsed endless(zone);
  CHECK_FALSE(examine_spf(*endless.resolver, "n0.example").errors.empty());
  CHECK(endless.server->questions() < 60);
}

TEST_CASE("aliases are followed to an end, and no further") {
  std::string zone =
      "a0.example CNAME a1.example\na1.example CNAME a2.example\na2.example TXT here\n"
      "l0.example CNAME l1.example\nl1.example CNAME l0.example\n";
  for (int i = 0; i < 20; ++i)
    zone += "c" + std::to_string(i) + ".example CNAME c" + std::to_string(i + 1) + ".example\n";
  Dnsed dns(zone + "c20.example TXT far\n");
  CHECK(dns.ask("A0.Example.", DnsType::text).records == std::vector<std::string>{"here"});
  CHECK(dns.ask("l0.example", DnsType::text).kind == Kind::failed);
  CHECK(dns.ask("c0.example", DnsType::text).kind == Kind::failed);
  CHECK(dns.ask("a0.example", DnsType::alias).records == std::vector<std::string>{"a1.example"});
}

TEST_CASE("a long answer comes over TCP, and stays within bounds") {
  std::string zone = "big.example TXT " + std::string(30'000, 'x') + "\n";
  for (int i = 0; i < 300; ++i) zone += "many.example TXT record-" + std::to_string(i) + "\n";
  Dnsed dns(zone);
  const DnsAnswer big = dns.ask("big.example", DnsType::text);
  REQUIRE(big.records.size() == 1);
  CHECK(big.records[0].size() >= DnsResolver::kLongestText);
  CHECK(big.records[0].size() < DnsResolver::kLongestText + 256);
  CHECK(dns.server->over_tcp() > 0);
  CHECK(dns.ask("many.example", DnsType::text).records.size() == DnsResolver::kMostRecords);
}

TEST_CASE("answers that are none harm nobody") {
  Dnsed dns(
      "garbage.example HOSTILE garbage\nloop.example HOSTILE pointer_loop\n"
      "cut.example HOSTILE cut_record\nfail.example HOSTILE servfail\n");
  for (const char* name : {"garbage.example", "loop.example", "cut.example", "fail.example"})
    for (const DnsType type : {DnsType::text, DnsType::mail_exchanger, DnsType::address}) {
      INFO(name);
      CHECK(dns.ask(name, type).records.empty());
      CHECK(dns.ask(name, type).kind == Kind::failed);
    }
  CHECK(dns.ask("nobody.example", DnsType::text).kind == Kind::empty);
  CHECK(dns.ask("", DnsType::text).kind == Kind::failed);
  CHECK(dns.ask(std::string(300, 'a'), DnsType::text).kind == Kind::failed);
}

TEST_CASE("who to ask is an IPv4 address, and a domain is a name") {
  for (const char* server : {"x", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:70000", "[::1]:53"})
    CHECK_FALSE(DnsResolver::open(server));
  Desk desk;
  CHECK(desk.run({"doctor", "--domain"}).status == 2);
  CHECK(desk.run({"doctor", "--domain", "no name"}).status == 2);
  CHECK(desk.run({"doctor", "--domain", "a.example", "--dns-server", "x"}).status == 2);
  CHECK(desk.run({"doctor", "a.example"}).status == 2);
}

TEST_CASE("doctor --domain prints findings, and its exit status says whether there are problems") {
  Dnsed dns("a.example TXT v=spf1 +all\na.example TXT \x1b[2J\n");
  Desk desk;
  const Ran ran =
      desk.run({"doctor", "--domain", "A.example", "--dns-server", dns.server->address()});
  CHECK(ran.status == 1);
  CHECK(ran.out.find("problem  a.example SPF: +all: anybody may send in its name") !=
        std::string::npos);
  CHECK(ran.out.find('\x1b') == std::string::npos);
}
