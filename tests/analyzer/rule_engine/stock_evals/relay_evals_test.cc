// What eval functions ask of the way of a mail: relays that greet wrongly, trails that do not join,
// providers that never saw the mail.
#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::says;

namespace {

// A Received line: who greeted how, from which name and address, and who received it.
std::string hop(const std::string& helo, const std::string& name_and_address,
                const std::string& by) {
  return "Received: from " + helo + " (" + name_and_address + ") by " + by +
         " (Postfix) with ESMTP id 4A; Tue, 3 Mar 2020 10:00:00 +0000\n";
}

const std::string kFair = hop("mail.shop.com", "mail.shop.com [192.0.2.7]", "mx.example.net");
const std::string kBody = "From: joe@example.org\n\nx";

}  // namespace

TEST_CASE("a trail is forged when neighbours twice name different domains") {
  const std::string top = hop("a.one.com", "a.one.com [192.0.2.1]", "mx.own.com");
  const std::string joined = hop("b.two.com", "b.two.com [192.0.2.2]", "b.one.com");
  const std::string torn = hop("c.three.com", "c.three.com [192.0.2.3]", "c.four.com");
  const std::string torn_too = hop("d.five.com", "d.five.com [192.0.2.4]", "d.six.com");
  CHECK(says("check_for_forged_received_trail()", top + torn + torn_too + kBody));
  CHECK_FALSE(says("check_for_forged_received_trail()", top + joined + torn + kBody));
  CHECK_FALSE(says("check_for_forged_received_trail()", top + joined + kBody));
}

TEST_CASE("a relay that greets with an address of another network is forged") {
  const auto greeted = [](const std::string& helo) {
    return hop(helo, "a.example [192.0.2.7]", "mx.example.net") + kBody;
  };
  CHECK(says("check_for_forged_received_ip_helo()", greeted("198.51.100.9")));
  CHECK_FALSE(says("check_for_forged_received_ip_helo()", greeted("192.0.77.9")));
  CHECK_FALSE(says("check_for_forged_received_ip_helo()", greeted("a.example")));
  CHECK_FALSE(says("helo_ip_mismatch()", greeted("192.0.2.200")));
  CHECK_FALSE(says("check_for_numeric_helo()", greeted("a.example")));
  CHECK_FALSE(says("check_for_numeric_helo()", greeted("10.0.0.9")));
}

TEST_CASE("the first relay of a mail has a name, a public address, or not") {
  CHECK(says("check_for_sender_no_reverse()", kFair + kBody));
  CHECK_FALSE(says("check_for_sender_no_reverse()",
                   hop("x", "unknown [192.0.2.7]", "mx.example.net") + kBody));
  CHECK_FALSE(says("check_for_sender_no_reverse()",
                   kFair + hop("pc", "pc.shop.com [10.0.0.3]", "mail.shop.com") + kBody));
  CHECK_FALSE(says("check_no_relays()", kFair + kBody));
  CHECK_FALSE(says("check_relays_unparseable()", kFair + kBody));
}

TEST_CASE("a mail from a domain passed between two of its relays, or did not") {
  const std::string inside = hop("a.shop.com", "a.shop.com [192.0.2.7]", "b.shop.com");
  const std::string from = "From: joe@shop.com\n\nx";
  const std::string with = "check_for_from_domain_in_received_headers('shop.com', 'true')";
  const std::string without = "check_for_from_domain_in_received_headers('shop.com', 'false')";
  CHECK(says(with, inside + from));
  CHECK_FALSE(says(with, kFair + from));
  CHECK(says(without, kFair + from));
  CHECK_FALSE(says(without, inside + from));
  CHECK_FALSE(says(without, kFair + kBody));
}

TEST_CASE("a provider's own marks clear a mail in its name") {
  const std::string address = "X-Originating-IP: [198.51.100.4]\n";
  const std::string hotmail =
      hop("bay1.hotmail.com", "bay1.hotmail.com [192.0.2.1]", "mx.example.net") + address +
      "From: joe@hotmail.com\n\nx";
  CHECK_FALSE(says("check_for_no_hotmail_received_headers()", hotmail));
  CHECK_FALSE(says("check_for_forged_hotmail_received_headers()", hotmail));
  CHECK_FALSE(says("check_for_forged_juno_received_headers()",
                   hop("mx.juno.com", "mx.juno.com [192.0.2.1]", "mx.example.net") + address +
                       "X-Mailer: Juno Webmail\nFrom: joe@juno.com\n\nx"));
  CHECK_FALSE(says("check_for_forged_juno_received_headers()", kFair + kBody));
  CHECK_FALSE(says("check_for_forged_eudoramail_received_headers()",
                   "Received: from pc by shared1.whowhere.com; Tue, 3 Mar 2020 10:00:00 +0000\n"
                   "X-Sender-Ip: 198.51.100.4\nFrom: joe@eudoramail.com\n\nx"));
  CHECK_FALSE(says("check_for_fake_aol_relay_in_rcvd()",
                   "Received: from rly-xx01.mx.aol.com (rly-xx01.mx.aol.com [192.0.2.1]) by "
                   "air-xx01.mail.aol.com (v1) with ESMTP id MAILINXX11; now\n"
                   "Received: from a by rly-ab12.mail.aol.com with ESMTP id RELAYIN1; now\n\nx"));
}

TEST_CASE("a list's mail is told by all of its marks") {
  const std::string group =
      "Received: from mail pickup service by p05.groups.msn.com with Microsoft SMTPSVC; now\n"
      "Message-Id: <a1@groups.msn.com>\n";
  CHECK(says("check_for_msn_groups_headers()", group + "To: <Readers@groups.msn.com>\n\nx"));
  CHECK_FALSE(says("check_for_msn_groups_headers()", group + "To: <joe@example.org>\n\nx"));
  CHECK(says("check_messageid_not_usable()",
             kFair + "List-Unsubscribe: <mailto:leave-42@list.example>\n" + kBody));
  CHECK(says("check_messageid_not_usable()", kBody));
  CHECK_FALSE(says("check_messageid_not_usable()",
                   kFair + "List-Unsubscribe: <https://list.example/leave>\n" + kBody));
}
