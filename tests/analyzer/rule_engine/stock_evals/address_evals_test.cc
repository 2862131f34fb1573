#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::says;

namespace {

const std::string kFree =
    "util_rb_tld example\nfreemail_domains free.example yahoo.*\nfreemail_welcomelist "
    "boss@free.example";

}  // namespace

TEST_CASE("free providers are known by name and by pattern") {
  CHECK(says("check_freemail_from()", "From: joe@free.example\n\nx", kFree));
  CHECK(says("check_freemail_from()", "From: joe@yahoo.com\n\nx", kFree));
  CHECK_FALSE(says("check_freemail_from()", "From: joe@yahoo.co.uk\n\nx", kFree));
  CHECK_FALSE(says("check_freemail_from()", "From: boss@free.example\n\nx", kFree));
  CHECK_FALSE(says("check_freemail_from()", "From: support@free.example\n\nx", kFree));
  CHECK(says("check_freemail_from('\\d@')", "From: joe7@free.example\n\nx", kFree));
  CHECK_FALSE(says("check_freemail_from('\\d@')", "From: joe@free.example\n\nx", kFree));
  CHECK(says("check_freemail_header('Reply-To')", "Reply-To: a@free.example\n\nx", kFree));
}

TEST_CASE("an answer that goes to another free address is noticed") {
  const std::string from = "From: joe@free.example\n";
  CHECK(says("check_freemail_replyto('replyto')", from + "Reply-To: ann@free.example\n\nx", kFree));
  CHECK_FALSE(
      says("check_freemail_replyto('replyto')", from + "Reply-To: joe@free.example\n\nx", kFree));
  CHECK(says("check_freemail_replyto('reply')", from + "\nwrite to ann@free.example please\n",
             kFree));
  CHECK_FALSE(
      says("check_freemail_replyto('reply')", from + "\n<ann@free.example> wrote\n", kFree));
  CHECK_FALSE(says(
      "check_freemail_replyto('reply')",
      "Return-Path: <list-bounces@free.example>\n" + from + "\nwrite to ann@free.example please\n",
      kFree));
  CHECK(says("check_freemail_body()", "Subject: x\n\nann@free.example here\n", kFree));
  CHECK_FALSE(says("check_freemail_body()",
                   "Subject: x\n\na@free.example b@free.example c@free.example\n", kFree));
}

TEST_CASE("welcome and block lists take patterns, and later lines take entries back") {
  const std::string mail = "From: Joe <joe@shop.example>\nTo: me@own.example\n\nx";
  CHECK(says("check_from_in_welcomelist()", mail, "welcomelist_from *@shop.example"));
  CHECK(says("check_from_in_whitelist()", mail, "whitelist_from JOE@shop.example"));
  CHECK_FALSE(says("check_from_in_welcomelist()", mail,
                   "welcomelist_from *@shop.example\nunwelcomelist_from *@shop.example"));
  CHECK(says("check_from_in_blocklist()", mail, "blacklist_from j?e@shop.example"));
  CHECK(says("check_to_in_blocklist()", mail, "blocklist_to me@own.example"));
  CHECK(says("check_to_in_welcomelist()", mail, "welcomelist_to me@*"));
  CHECK(says("check_to_in_more_spam()", mail, "more_spam_to me@own.example"));
  CHECK(says("check_to_in_all_spam()", mail, "all_spam_to me@own.example"));
}

TEST_CASE("a welcome that names a relay is forged when another relay brings it") {
  const auto from_relay = [](const std::string& rdns) {
    return "Received: from x (" + rdns +
           " [192.0.2.7]) by mx.example.net (Postfix) with ESMTP id "
           "1\nFrom: joe@shop.example\n\nx";
  };
  const std::string list = "welcomelist_from_rcvd *@shop.example shop.example";
  CHECK(says("check_from_in_welcomelist()", from_relay("mail.shop.example"), list));
  CHECK_FALSE(says("check_from_in_welcomelist()", from_relay("evil.example"), list));
  CHECK(says("check_forged_in_welcomelist()", from_relay("evil.example"), list));
  CHECK_FALSE(says("check_forged_in_welcomelist()", from_relay("evil.example"),
                   list + "\nwelcomelist_allows_relays joe@shop.example"));
  CHECK(says("check_from_in_welcomelist()", from_relay("evil.example"),
             "welcomelist_from_rcvd *@shop.example [192.0.2.0]/24"));
  CHECK(
      says("check_from_in_default_welcomelist()", from_relay("mail.shop.example"), "def_" + list));
  CHECK(says("check_forged_in_default_welcomelist()", from_relay("evil.example"), "def_" + list));
  CHECK(says("check_mailfrom_matches_rcvd()",
             "Return-Path: <a@bounce.shop.example>\n" + from_relay("mail.shop.example")));
  CHECK_FALSE(says("check_mailfrom_matches_rcvd()",
                   "Return-Path: <a@bounce.shop.example>\n" + from_relay("evil.example")));
}

TEST_CASE("lists with a name are asked by it") {
  const std::string lists = "enlist_addrlist (BANKS) *@*.bank.example";
  CHECK(says("check_from_in_list('BANKS')", "From: a@my.bank.example\n\nx", lists));
  CHECK_FALSE(says("check_from_in_list('SHOPS')", "From: a@my.bank.example\n\nx", lists));
  CHECK(says("check_replyto_in_list('BANKS')", "Reply-To: a@my.bank.example\n\nx", lists));
  CHECK(says("check_to_in_list('BANKS')", "To: a@my.bank.example\n\nx", lists));
  CHECK(says("check_subject_in_blocklist()", "Subject: cheap WATCHES here\n\nx",
             "blocklist_subject watch*"));
  CHECK(says("check_subject_in_welcomelist()", "Subject: [ticket 42]\n\nx",
             "welcomelist_subject [ticket"));
}

TEST_CASE("of a host's list entries the nearest decides") {
  const std::string lists =
      "enlist_uri_host (BAD) top !good.top\nblocklist_uri_host evil.example\nwelcomelist_uri_host "
      "shop.example";
  const auto link = [](const std::string& host) {
    return "Subject: x\n\nsee http://" + host + "/ now\n";
  };
  CHECK(says("check_uri_host_listed('BAD')", link("any.top"), lists));
  CHECK_FALSE(says("check_uri_host_listed('BAD')", link("www.good.top"), lists));
  CHECK(says("check_uri_host_in_blocklist()", link("www.evil.example"), lists));
  CHECK(says("check_uri_host_in_welcomelist()", link("www.shop.example"), lists));
}

TEST_CASE("a bounce of our own mail names one of our relays") {
  const std::string bounce =
      "Subject: returned\n\n> Received: from pc by relay1.own.example with ESMTP; now\n";
  CHECK(says("have_any_bounce_relays()", bounce, "welcomelist_bounce_relays relay*.own.example"));
  CHECK(says("check_welcomelist_bounce_relays()", bounce,
             "welcomelist_bounce_relays relay*.own.example"));
  CHECK_FALSE(says("check_whitelist_bounce_relays()", bounce,
                   "welcomelist_bounce_relays relay.other.example"));
}

TEST_CASE("links that show another address than they have are told") {
  const auto html = [](const std::string& body) {
    return "Subject: x\nContent-Type: text/html\n\n" + body;
  };
  const std::string lying = html("<a href='http://evil.com/'>https://www.bank.com/login</a>");
  CHECK(says("check_https_http_mismatch('1', '10')", lying));
  CHECK_FALSE(says("check_https_http_mismatch('2', '10')", lying));
  CHECK_FALSE(says("check_https_http_mismatch('1', '10')",
                   html("<a href='http://www.bank.com/'>https://bank.com/login</a>")));
  CHECK(
      says("check_https_ip_mismatch()", html("<a href='http://192.0.2.7/'>https://bank.com</a>")));
  CHECK(says("check_for_http_redirector()",
             html("<a href='http://search.com/go?u=http://evil.com/x'>x</a>")));
  CHECK_FALSE(says("check_for_http_redirector()",
                   html("<a href='http://a.search.com/go?u=http://b.search.com/x'>x</a>")));
  CHECK(says("check_uri_truncated()",
             html("<a href='http://a.com/" + std::string(9000, 'x') + "'>x</a>")));
}
