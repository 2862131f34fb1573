#include "analyzer/rule_engine/received/received_line.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string read(std::string_view value) {
  const std::optional<ReceivedLine> line = parse_received(value);
  if (!line) return "unreadable";
  if (line->kind == ReceivedLine::Kind::handover) return "handover";
  if (line->kind == ReceivedLine::Kind::mail_fetcher) return "fetched";
  const Relay& relay = line->relay;
  std::string text = relay.ip + " rdns=" + relay.rdns + " helo=" + relay.helo + " by=" + relay.by;
  if (!relay.ident.empty()) text += " ident=" + relay.ident;
  if (!relay.id.empty()) text += " id=" + relay.id;
  if (!relay.auth.empty()) text += " auth=" + relay.auth;
  if (relay.envelope_from) text += " from=" + *relay.envelope_from;
  if (relay.no_reverse_dns) text += " nameless";
  if (relay.ip_private) text += " private";
  return text;
}

}  // namespace

TEST_CASE("Postfix and sendmail write greeting, name and address") {
  CHECK(read("from mail.example.org (mx7.example.org [192.0.2.7])\r\n\tby mx.example.net (Postfix) "
             "with ESMTPS id 4ABC for <a@example.net>; Tue, 3 Mar 2020 10:11:12 +0100") ==
        "192.0.2.7 rdns=mx7.example.org helo=mail.example.org by=mx.example.net id=4ABC");
  CHECK(read("from evil (unknown [192.0.2.7]) by mx.example.net (Postfix) with ESMTP id 4ABC") ==
        "192.0.2.7 rdns= helo=evil by=mx.example.net id=4ABC nameless");
  CHECK(read("from host (joe@dial.example.org [192.0.2.7] (may be forged)) by mx.example.net "
             "(8.14.2/8.14.2) with ESMTP id x12") ==
        "192.0.2.7 rdns=dial.example.org helo=host by=mx.example.net ident=joe id=x12");
}

TEST_CASE("an address literal as the greeting is not the address") {
  CHECK(read("from [10.1.2.3] (dial.example.org [192.0.2.7]) by mx.example.net (Postfix) with "
             "ESMTPSA id 9") ==
        "192.0.2.7 rdns=dial.example.org helo=!10.1.2.3! by=mx.example.net auth=ESMTPSA");
}

TEST_CASE("Exim and qmail write the name first and the greeting behind it") {
  CHECK(read("from mx7.example.org ([192.0.2.7] helo=liar) by mx.example.net with esmtps (Exim "
             "4.94) (envelope-from <a@b.example>) id 1abc-2") ==
        "192.0.2.7 rdns=mx7.example.org helo=liar by=mx.example.net id=1abc-2 from=a@b.example");
  CHECK(read("from unknown (HELO liar) (joe@192.0.2.7) by mx.example.net with SMTP") ==
        "192.0.2.7 rdns= helo=liar by=mx.example.net ident=joe nameless");
}

TEST_CASE("Exchange Online's hops are read, its web hop as authenticated") {
  CHECK(read("from AM0PR01MB1.eurprd01.prod.outlook.com (2603:10a6:208::7) by "
             "AM9PR01MB2.eurprd01.prod.outlook.com with HTTPS; Tue, 3 Mar 2020 10:11:12 +0000") ==
        "2603:10a6:208::7 rdns=AM0PR01MB1.eurprd01.prod.outlook.com "
        "helo=AM0PR01MB1.eurprd01.prod.outlook.com by=AM9PR01MB2.eurprd01.prod.outlook.com "
        "auth=HTTPS");
  CHECK(read("from MWH1.prod.outlook.com ([fe80::1234%6]) by MWH1.prod.outlook.com ([fe80::1234%6])"
             " with mapi id 15.20.2157.022; Tue, 3 Mar 2020 10:11:12 +0000") ==
        "fe80::1234 rdns= helo=MWH1.prod.outlook.com by=MWH1.prod.outlook.com private");
  CHECK(read("from mail.example.org (192.0.2.7) by AM5.mail.protection.outlook.com (10.152.16.1) "
             "with Microsoft SMTP Server (version=TLS1_2, cipher=X) id 15.20.2793.11 via Frontend "
             "Transport; Tue, 3 Mar 2020 10:11:12 +0000") ==
        "192.0.2.7 rdns=mail.example.org helo=mail.example.org "
        "by=AM5.mail.protection.outlook.com id=15.20.2793.11");
}

TEST_CASE("what is handed over inside a machine is no relay") {
  CHECK(read("by mx.example.net (Postfix, from userid 33) id 1; Tue, 3 Mar 2020 10:11:12 +0000") ==
        "handover");
  CHECK(read("from mail pickup service by web.example.net with Microsoft SMTPSVC") == "handover");
  CHECK(read("from joe by mx.example.net with local (Exim 4.94) id 1") == "handover");
  CHECK(read("from pop.example.net [192.0.2.9] by localhost with POP3 (fetchmail-6.3)") ==
        "fetched");
}

TEST_CASE("a line without address and receiver cannot be read") {
  CHECK(read("from somebody somewhere") == "unreadable");
  CHECK(read("from (((((([[[[") == "unreadable");
}

TEST_CASE("a sender cannot write fields of the pseudo header himself") {
  CHECK(read("from evil]ip=10.0.0.1 (x[192.0.2.7]) by mx.example.net (Postfix) with SMTP id 1")
            .find(']') == std::string::npos);
}
