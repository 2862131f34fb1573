#include "analyzer/rule_engine/received/relay_trail.h"

#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;
using test::message_with;
using test::names_of_hits;

namespace {

const std::vector<std::string> kWay = {
    "Received: from inner.own.example (inner.own.example [10.0.0.5]) by box.own.example (Postfix) "
    "with ESMTP id A",
    "X-Ours: 1",
    "Received: from border.own.example (border.own.example [198.51.100.4]) by inner.own.example "
    "(Postfix) with ESMTP id B",
    "Received: from mail.sender.example (mail.sender.example [192.0.2.7]) by border.own.example "
    "(Postfix) with ESMTP id C",
    "X-Theirs: 1"};

std::string ips(const std::vector<Relay>& relays) {
  std::string text;
  for (const Relay& relay : relays) text += (text.empty() ? "" : " ") + relay.ip;
  return text;
}

RelayTrail trace(const TrustSettings& settings) {
  return trace_relays(message_with(kWay).headers, settings);
}

}  // namespace

TEST_CASE("without configured networks only private and authenticated relays are trusted") {
  const RelayTrail trail = trace({});
  CHECK(ips(trail.trusted) == "10.0.0.5");
  CHECK(ips(trail.untrusted) == "198.51.100.4 192.0.2.7");
  CHECK(ips(trail.internal) == "10.0.0.5");
}

namespace {

const std::vector<std::string> kInsideExchangeOnline = {
    "Received: from CY1PR20CA0059.namprd20.prod.outlook.com (2a01:111:e400:597b::27) by "
    "DM3PR20MB0522.namprd20.prod.outlook.com (2a01:111:e400:5b68::22) with Microsoft SMTP Server "
    "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.952.18; Tue, 17 Jul "
    "2018 12:13:28 +0000",
    "Received: from BY2NAM01FT062.eop-nam01.prod.protection.outlook.com "
    "(2603:10a6:e10:39:cafe::fe) "
    "by CY1PR20CA0059.outlook.office365.com (2a01:111:e400:597b::27) with Microsoft SMTP Server "
    "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384) id 15.20.952.18 via Frontend "
    "Transport; Tue, 17 Jul 2018 12:13:28 +0000"};

std::string at_the_edge(const std::string& name, const std::string& address) {
  return "Received: from " + name + " (" + address +
         ") by BY2NAM01FT062.mail.protection.outlook.com (10.152.69.159) with Microsoft SMTP "
         "Server "
         "(version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P384) id 15.20.952.17 via "
         "Frontend Transport; Tue, 17 Jul 2018 12:13:27 +0000";
}

RelayTrail trace_behind_exchange(std::vector<std::string> below,
                                 const TrustSettings& settings = {}) {
  std::vector<std::string> fields = kInsideExchangeOnline;
  fields.insert(fields.end(), below.begin(), below.end());
  return trace_relays(message_with(fields).headers, settings);
}

}  // namespace

TEST_CASE("in a tenant's mail the last external relay is the one that spoke to Microsoft's edge") {
  const RelayTrail trail = trace_behind_exchange(
      {at_the_edge("mail.sender.example", "192.0.2.7"),
       "Received: from desk.sender.example (desk.sender.example [203.0.113.9]) by "
       "mail.sender.example (Postfix) with ESMTP id C"});
  CHECK(ips(trail.internal) == "2a01:111:e400:597b::27 2603:10a6:e10:39:cafe::fe");
  CHECK(ips(trail.trusted) == ips(trail.internal));
  CHECK(ips(trail.external) == "192.0.2.7 203.0.113.9");
}

TEST_CASE("nobody becomes internal by calling himself an Exchange Online server at the edge") {
  const char* name = "SN1NAM01FT009.eop-nam01.prod.protection.outlook.com";
  CHECK(ips(trace_behind_exchange({at_the_edge(name, "192.0.2.7")}).external) == "192.0.2.7");
  const char* of_azure = "2603:1030:20e::1";
  CHECK(ips(trace_behind_exchange({at_the_edge(name, of_azure)}).external) == of_azure);
}

TEST_CASE("another tenant's relay and what it wrote below are external") {
  std::vector<std::string> below = {
      at_the_edge("NAM12-MW2-obe.outbound.protection.outlook.com", "40.107.244.126")};
  below.insert(below.end(), kInsideExchangeOnline.begin(), kInsideExchangeOnline.end());
  const RelayTrail trail = trace_behind_exchange(below);
  CHECK(trail.internal.size() == 2);
  CHECK(ips(trail.external) == "40.107.244.126 2a01:111:e400:597b::27 2603:10a6:e10:39:cafe::fe");
}

TEST_CASE(
    "Exchange Online's names below a stranger's line, or at a foreign address, are worth nothing") {
  std::vector<std::string> fields = {
      "Received: from mail.sender.example (mail.sender.example [192.0.2.7]) by mx.own.example "
      "(Postfix) with ESMTP id C"};
  fields.insert(fields.end(), kInsideExchangeOnline.begin(), kInsideExchangeOnline.end());
  CHECK(trace_relays(message_with(fields).headers, {}).trusted.empty());
  std::string foreign = kInsideExchangeOnline[0];
  foreign.replace(foreign.find("2a01:111:e400:597b::27"), 22, "192.0.2.7");
  CHECK(trace_relays(message_with({foreign}).headers, {}).trusted.empty());
}

TEST_CASE("trusted_networks in a rule file decides alone") {
  TrustSettings settings;
  settings.trusted_configured = true;
  settings.trusted.add("10/8");
  CHECK(trace_behind_exchange({at_the_edge("a.example", "192.0.2.7")}, settings).trusted.empty());
}

TEST_CASE("trusted_networks and internal_networks move the two borders") {
  TrustSettings settings;
  settings.trusted_configured = settings.internal_configured = true;
  for (const char* network : {"10.", "198.51.100.0/24"}) settings.trusted.add(network);
  settings.internal.add("10/8");
  const RelayTrail trail = trace(settings);
  CHECK(ips(trail.trusted) == "10.0.0.5 198.51.100.4");
  CHECK(ips(trail.untrusted) == "192.0.2.7");
  CHECK(ips(trail.internal) == "10.0.0.5");
  CHECK(ips(trail.external) == "198.51.100.4 192.0.2.7");
}

TEST_CASE("behind a submission server all is trusted") {
  TrustSettings settings;
  settings.trusted_configured = true;
  settings.trusted.add("10/8");
  settings.msa.add("10.0.0.5");
  CHECK(ips(trace(settings).trusted) == "10.0.0.5 198.51.100.4 192.0.2.7");
}

TEST_CASE("an excluded network does not count though a later one holds it") {
  IpNetworks networks;
  CHECK(networks.add("!192.0.2.7"));
  CHECK(networks.add("192.0.2.0/24"));
  CHECK_FALSE(networks.add("192.0.2.0/33"));
  CHECK_FALSE(networks.add("example.org"));
  CHECK(networks.contains(*parse_ip_address("192.0.2.8")));
  CHECK(networks.contains(*parse_ip_address("[::ffff:192.0.2.8]")));
  CHECK_FALSE(networks.contains(*parse_ip_address("192.0.2.7")));
}

TEST_CASE("rules see the relays and the fields of either side") {
  const char* rules =
      "trusted_networks 10/8 198.51.100.4\n"
      "header A_FIRST X-Spam-Relays-Untrusted =~ /^\\[ ip=192\\.0\\.2\\.7 "
      "rdns=mail\\.sender\\.example /\n"
      "header B_TRUSTED X-Spam-Relays-Trusted =~ /ip=198\\.51\\.100\\.4 [^\\]]*intl=1 /\n"
      "header C_OURS ALL-TRUSTED =~ /^X-Ours: /m\n"
      "header D_NOT_THEIRS ALL-TRUSTED !~ /X-Theirs/\n"
      "header E_THEIRS ALL-UNTRUSTED =~ /^X-Theirs: 1$/m\n"
      "header F_ALL eval:check_all_trusted()\n";
  CHECK(names_of_hits(rules, message_with(kWay)) ==
        "A_FIRST B_TRUSTED C_OURS D_NOT_THEIRS E_THEIRS");
}

TEST_CASE("the envelope's sender is what the nearest untrusted relay said, else Return-Path") {
  const char* rules =
      "header A_SENDER EnvelopeFrom =~ /^a\\@relay\\.example$/\n"
      "header B_PATH EnvelopeFrom =~ /^b\\@path\\.example$/\n"
      "header C_HOST EnvelopeFrom:addr:domain =~ /^path\\.example$/\n";
  CHECK(names_of_hits(rules, message_with({"Return-Path: <b@path.example>",
                                           "Received: from x (x.example [192.0.2.7]) by y.example "
                                           "(envelope-from <a@relay.example>)"})) == "A_SENDER");
  CHECK(names_of_hits(rules, message_with({"Return-Path: <b@path.example>"})) == "B_PATH C_HOST");
  CHECK(names_of_hits(rules, message_with({"Received: by z.example with local id 1; now",
                                           "Return-Path: <b@path.example>"}))
            .empty());
}

TEST_CASE("host, domain and address modifiers pick from a field") {
  const char* rules =
      "header A_HOST List-Id:host =~ /^news\\.shop\\.example\\.com$/\n"
      "header B_DOMAIN List-Id:domain =~ /^example\\.com$/\n"
      "header C_IP X-Client:ip =~ /^192\\.0\\.2\\.7$/\n"
      "header D_REVERSED X-Client:revip =~ /^7\\.2\\.0\\.192$/\n"
      "header E_NONE exists:X-None:ip\n";
  CHECK(names_of_hits(rules, message_with({"List-Id: Our news <news.shop.example.com>",
                                           "X-Client: web [192.0.2.7] (proxy)"})) ==
        "A_HOST B_DOMAIN C_IP D_REVERSED");
}
