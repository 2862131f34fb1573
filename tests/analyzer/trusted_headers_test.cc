#include "analyzer/trusted_headers.h"

#include <catch2/catch.hpp>

#include "schema/cidr_networks.h"

using namespace secondlook;

namespace {

TrustedHeaders read(std::string_view headers) {
  const std::string bytes = std::string(headers) + "Subject: x\r\n\r\nbody\r\n";
  return read_trusted_headers(parse_message(bytes));
}

constexpr std::string_view kInsideHop =
    "Received: from AM6EUR05.mail.protection.outlook.com (2a01:111::204) by\r\n"
    " DB8PR01.eurprd01.prod.outlook.com with Microsoft SMTP Server; Mon, 1 Jun 2026\r\n";
constexpr std::string_view kBorderHop =
    "Received: from mail.sender.example (192.0.2.7) by\r\n"
    " AM6EUR05.mail.protection.outlook.com with Microsoft SMTP Server; Mon, 1 Jun 2026\r\n";

}  // namespace

TEST_CASE("results of authentication are read as Exchange writes them") {
  const auto facts = parse_authentication_results(
      "spf=softfail (sender IP is 207.211.31.120; really) smtp.mailfrom=gmail.example; "
      "company.example; dkim=fail (body hash did not verify) "
      "header.d=Gmail.example;dkim=pass header.d=other.example header.s=s1;dmarc=fail "
      "action=none header.from=gmail.example;compauth=softpass reason=201");
  CHECK(facts.spf == "softfail");
  CHECK(facts.dmarc == "fail");
  CHECK(facts.compauth == "softpass");
  REQUIRE(facts.dkim.size() == 2);
  CHECK(facts.dkim[0].result == "fail");
  CHECK(facts.dkim[0].domain == "gmail.example");
  CHECK(facts.dkim[1].selector == "s1");
}

TEST_CASE("only results that stand above the border hop are believed") {
  const std::string own =
      "Authentication-Results: spf=fail smtp.mailfrom=a.example; dmarc=fail\r\n";
  const std::string forged = "Authentication-Results: spf=pass; dmarc=pass; compauth=pass\r\n";
  const std::string inside(kInsideHop), border(kBorderHop);
  CHECK(read(inside + own + border + forged).authentication.dmarc == "fail");
  CHECK(read(inside + own + border + forged).authenticated);
  CHECK(read(inside + border + forged).authentication.dmarc.empty());
  CHECK_FALSE(read(inside + border + forged).authenticated);
}

TEST_CASE("the selector of a result is that of the signature of the same domain") {
  const auto trusted = read(
      "Authentication-Results: dkim=pass header.d=b.example\r\n"
      "DKIM-Signature: v=1; d=a.example; s=first; b=x\r\n"
      "DKIM-Signature: v=1; s=second; d=b.example; b=x\r\n");
  REQUIRE(trusted.authentication.dkim.size() == 1);
  CHECK(trusted.authentication.dkim[0].selector == "second");
}

TEST_CASE("of several spam reports the worst counts, so that a forged one cannot wash a mail") {
  const std::string good = "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:-1;CAT:NONE;\r\n";
  const std::string bad =
      "X-Forefront-Antispam-Report: CIP:2001:db8::1;SCL:8;SFV:SPM;CAT:PHSH;H:mx.example;\r\n";
  for (const std::string& both : {good + bad, bad + good}) {
    CHECK(read(both).eop.scl == 8);
    CHECK(read(both).eop.category == "PHSH");
  }
  CHECK(read(bad).connecting_ip == "2001:db8::1");
  CHECK(read(bad).helo == "mx.example");
  CHECK(read(bad).eop.sfv == "SPM");
  CHECK_FALSE(read("X-Forefront-Antispam-Report: SCL:high;\r\n").eop.scl);
}

TEST_CASE("the organisation's own fields say who sent the mail and its id") {
  CHECK(read("X-MS-Exchange-Organization-MessageDirectionality: Originating\r\n").sent_by_tenant);
  CHECK(read("X-MS-Exchange-Organization-AuthAs: Internal\r\n").sent_by_tenant);
  CHECK_FALSE(read("X-MS-Exchange-Organization-AuthAs: Anonymous\r\n"
                   "X-MS-Exchange-Organization-MessageDirectionality: Incoming\r\n")
                  .sent_by_tenant);
  CHECK(read("X-MS-Exchange-Organization-Network-Message-Id: abc\r\n").network_message_id == "abc");
  CHECK(read("X-MS-Exchange-Organization-ConnectingIP: 192.0.2.9\r\n").connecting_ip ==
        "192.0.2.9");
  CHECK(read("X-MS-Exchange-Organization-ConnectingIP: ::FFFF:192.0.2.9\r\n").connecting_ip ==
        "192.0.2.9");
  CHECK(read("X-MS-Exchange-Organization-ConnectingIP: ::ffff:0:1\r\n").connecting_ip ==
        "::ffff:0:1");
  CHECK(read("X-Microsoft-Antispam: UriScan:;BCL:7;PCL:0;\r\n").eop.bcl == 7);
}

namespace {

// A gateway in 203.0.113.0/24 handed the mail to Exchange Online.
constexpr std::string_view kByGateway =
    "X-Forefront-Antispam-Report: CIP:203.0.113.5;CTRY:JP;SCL:1;SFV:NSPM;CAT:NONE;DIR:INB;\r\n"
    "Authentication-Results: spf=fail (sender IP is 203.0.113.5) smtp.mailfrom=partner.example;\r\n"
    " dkim=pass header.d=partner.example;dmarc=fail action=none header.from=partner.example;"
    "compauth=fail reason=001\r\n"
    "Received: from mx.gateway.example (203.0.113.5) by AM6EUR05.mail.protection.outlook.com "
    "with\r\n"
    " Microsoft SMTP Server; Mon, 1 Jun 2026\r\n"
    "Received: from inner.gateway.example (inner.gateway.example [203.0.113.77]) by\r\n"
    " mx.gateway.example; Mon, 1 Jun 2026\r\n"
    "Received: from mail.partner.example (mail.partner.example [192.0.2.7]) by\r\n"
    " inner.gateway.example; Mon, 1 Jun 2026\r\n";

TrustedHeaders read_behind(std::string_view headers) {
  const auto gateways = CidrNetworks::parse({"203.0.113.0/24"});
  REQUIRE(gateways);
  const std::string bytes = std::string(headers) + "Subject: x\r\n\r\nbody\r\n";
  return read_trusted_headers(parse_message(bytes), &*gateways);
}

}  // namespace

TEST_CASE("what is said of a gateway's address is not taken for the sender's") {
  const TrustedHeaders trusted = read_behind(kByGateway);
  CHECK(trusted.behind_gateway);
  CHECK(trusted.authentication.spf.empty());
  CHECK(trusted.authentication.dmarc.empty());
  CHECK(trusted.authentication.compauth.empty());
  REQUIRE(trusted.authentication.dkim.size() == 1);
  CHECK(trusted.authentication.dkim[0].result == "pass");
  CHECK(trusted.connecting_ip == "192.0.2.7");
  CHECK(read(kByGateway).authentication.dmarc == "fail");
}

TEST_CASE("what passed all the same stands") {
  std::string passed(kByGateway);
  passed.replace(passed.find("dmarc=fail"), 10, "dmarc=pass");
  CHECK(read_behind(passed).authentication.dmarc == "pass");
}

TEST_CASE("where Exchange looked past the gateway, its results and the address stand") {
  const TrustedHeaders trusted = read_behind(
      "X-MS-Exchange-SkipListedInternetSender: ip=[198.51.100.4];domain=partner.example\r\n" +
      std::string(kByGateway));
  CHECK_FALSE(trusted.behind_gateway);
  CHECK(trusted.authentication.dmarc == "fail");
  CHECK(trusted.connecting_ip == "198.51.100.4");
}

TEST_CASE("a mail that passed the gateway by is judged as ever") {
  std::string direct(kByGateway);
  direct.replace(direct.find("CIP:203.0.113.5"), 15, "CIP:192.0.2.99");
  const TrustedHeaders trusted = read_behind(direct);
  CHECK_FALSE(trusted.behind_gateway);
  CHECK(trusted.authentication.dmarc == "fail");
  CHECK(trusted.connecting_ip == "192.0.2.99");
}

TEST_CASE("hops that name no address are passed over") {
  const TrustedHeaders trusted = read_behind(
      "X-Forefront-Antispam-Report: CIP:203.0.113.5;\r\n"
      "Received: from mx.gateway.example ([IPv6:2001:db8::1]) by x; Mon, 1 Jun 2026\r\n"
      "Received: from mx.gateway.example (mx [203.0.113.5]) by x; Mon, 1 Jun 2026\r\n"
      "Received: by inner with local; Mon, 1 Jun 2026\r\n"
      "Received: from a ([IPv6:2001:db8::7]) by x; Mon, 1 Jun 2026\r\n");
  CHECK(trusted.connecting_ip == "2001:db8::7");
  CHECK(read_behind("X-Forefront-Antispam-Report: CIP:203.0.113.5;\r\n").connecting_ip.empty());
}
