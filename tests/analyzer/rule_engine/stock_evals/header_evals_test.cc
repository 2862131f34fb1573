#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::says;

namespace {

const std::string kReceived =
    "Received: from mail.example.org (mail.example.org [192.0.2.7]) by mx.example.net (Postfix) "
    "with ESMTP id 4A; Tue, 3 Mar 2020 10:00:00 +0000\n";

}  // namespace

TEST_CASE("a mail without To is told from one with it") {
  CHECK(says("check_for_missing_to_header()", "Subject: x\n\nx"));
  CHECK_FALSE(says("check_for_missing_to_header()", "To: a@b.example\n\nx"));
}

TEST_CASE("a Subject in capitals counts from two words on, whatever stands before it") {
  CHECK(says("subject_is_all_caps()", "Subject: Re: Fwd: READ THIS NOW\n\nx"));
  CHECK_FALSE(says("subject_is_all_caps()", "Subject: READ this NOW\n\nx"));
  CHECK_FALSE(says("subject_is_all_caps()", "Subject: IMPORTANTNOTICE\n\nx"));
  CHECK_FALSE(says("subject_is_all_caps()", "Subject: =?big5?Q?READ=20THIS=20NOW?=\n\nx"));
}

TEST_CASE("the recipient's name in the Subject is found where it addresses somebody") {
  const std::string to = "To: joe@example.com\n";
  CHECK(says("check_for_to_in_subject('user')", to + "Subject: joe\n\nx"));
  CHECK(says("check_for_to_in_subject('user')", to + "Subject: joe, your parcel\n\nx"));
  CHECK(says("check_for_to_in_subject('user')", to + "Subject: Re: joe\n\nx"));
  CHECK(says("check_for_to_in_subject('user')", to + "Subject: hello, joe!\n\nx"));
  CHECK_FALSE(says("check_for_to_in_subject('user')", to + "Subject: joe is here\n\nx"));
  CHECK(says("check_for_to_in_subject('address')", to + "Subject: for joe@example.com\n\nx"));
}

TEST_CASE("raw bytes in a header are illegal unless they are UTF-8") {
  CHECK(says("check_illegal_chars('From', '0.20', '2')", "From: \xE4\xF6\xFC\xE4\xF6\xFC\n\nx"));
  CHECK_FALSE(
      says("check_illegal_chars('From', '0.20', '2')", "From: \xC3\xA4\xC3\xB6\xC3\xBC\n\nx"));
  CHECK_FALSE(says("check_illegal_chars('From', '0.20', '2')", "From: a@b.example\n\nx"));
}

TEST_CASE("fields are counted, equal ones once") {
  CHECK(says("check_header_count_range('Subject', '2', '999')", "Subject: a\nSubject: b\n\nx"));
  CHECK_FALSE(
      says("check_header_count_range('Subject', '2', '999')", "Subject: a\nSubject: a\n\nx"));
}

TEST_CASE("a template that nobody filled in is found outside the fields people write") {
  CHECK(says("check_unresolved_template()", "X-Mailer: %MAILER_NAME\n\nx"));
  CHECK_FALSE(says("check_unresolved_template()", "Subject: %MAILER_NAME\n\nx"));
  CHECK_FALSE(says("check_unresolved_template()", "X-Mailer: 100%a\n\nx"));
}

TEST_CASE("ratware is told by the sender's address in its ids") {
  const std::string id = "Message-ID: <ABCDEFGHIJKLMNOPQRSTUVWXYZAB.joe@example.org>\n";
  CHECK(says("check_ratware_name_id()", id + "From: \"Joe\" <joe@example.org>\n\nx"));
  CHECK_FALSE(says("check_ratware_name_id()", id + "From: \"Ann\" <ann@example.org>\n\nx"));
  CHECK(says("check_ratware_envelope_from()",
             "Return-Path: <example.com.joe@bad.example>\nTo: joe@example.com\n\nx"));
  CHECK_FALSE(says("check_ratware_envelope_from()",
                   "Return-Path: <ann@bad.example>\nTo: joe@example.com\n\nx"));
}

TEST_CASE("From and the envelope are compared, whole and by domain") {
  const std::string same = "Return-Path: <a@mail.shop.example>\nFrom: A@mail.shop.example\n\nx";
  const std::string other = "Return-Path: <a@shop.example>\nFrom: a@bank.example\n\nx";
  CHECK(says("check_for_matching_env_and_hdr_from()", same));
  CHECK_FALSE(says("check_for_matching_env_and_hdr_from()", other));
  CHECK(says("check_equal_from_domains()", other));
  CHECK_FALSE(says("check_equal_from_domains()", same));
  CHECK_FALSE(says("check_equal_from_domains()", "From: a@bank.example\n\nx"));
}

TEST_CASE("recipients in the order of the alphabet, or much alike, come from a list") {
  std::string sorted = "To: ";
  for (const char* name : {"ada", "bob", "carl", "dora", "emil", "fritz", "gustav"})
    sorted += std::string(name) + "@example.com, ";
  CHECK(says("sorted_recipients()", sorted + "hugo@example.com\n\nx"));
  CHECK_FALSE(says("sorted_recipients()", sorted + "anna@example.com\n\nx"));
  CHECK(says("similar_recipients('0.65', 'undef')",
             "To: joea@a.example, joeb@b.example, joec@c.example, joed@d.example, "
             "joee@e.example\n\nx"));
  CHECK_FALSE(says("similar_recipients('0.65', 'undef')", sorted + "hugo@example.com\n\nx"));
}

TEST_CASE("a Date far from every Received is shifted") {
  const std::string sent = "Date: Tue, 3 Mar 2020 18:00:00 +0000\n\nx";
  CHECK(says("check_for_shifted_date('6', '12')", kReceived + sent));
  CHECK_FALSE(says("check_for_shifted_date('12', '24')", kReceived + sent));
  CHECK(says("check_for_shifted_date('undef', '-96')",
             kReceived + "Date: Tue, 3 Mar 2019 18:00:00 +0000\n\nx"));
  CHECK_FALSE(says("check_for_shifted_date('6', '12')", sent));
}

TEST_CASE("an id of Outlook holds the time, or it is none of Outlook's") {
  // 2020-03-03 10:00 UTC in ticks of 2^32 * 100 ns.
  const std::string date = "Date: Tue, 3 Mar 2020 10:00:00 +0000\n\nx";
  CHECK_FALSE(says("check_outlook_message_id()",
                   kReceived + "Message-ID: <000401d5f143$2b3c4d5e$0a0b0c0d@pc>\n" + date));
  CHECK(says("check_outlook_message_id()",
             kReceived + "Message-ID: <000411111111$2b3c4d5e$0a0b0c0d@pc>\n" + date));
}

TEST_CASE("From names a provider that did not send the mail") {
  const std::string gmail = "From: joe@gmail.com\n";
  CHECK(says("check_for_forged_gmail_received_headers()", kReceived + gmail + "\nx"));
  CHECK_FALSE(says("check_for_forged_gmail_received_headers()",
                   "X-Received: by 2002:a05:6830:: with SMTP id x1\n" + gmail + "\nx"));
  CHECK(says("check_for_forged_yahoo_received_headers()", kReceived + "From: joe@yahoo.com\n\nx"));
  CHECK_FALSE(
      says("check_for_forged_yahoo_received_headers()",
           "Received: from sonic1.consmr.mail.ne1.yahoo.com (sonic1.consmr.mail.ne1.yahoo.com "
           "[192.0.2.1]) by mx.example.net (Postfix) with ESMTP id 1\nFrom: "
           "joe@yahoo.com\n\nx"));
  CHECK(says("check_for_no_hotmail_received_headers()", kReceived + "From: joe@hotmail.com\n\nx"));
  CHECK(says("check_for_forged_hotmail_received_headers()",
             "Received: from x.hotmail.com (evil.example [192.0.2.1]) by mx.example.net (Postfix) "
             "with ESMTP id 1\nFrom: joe@example.org\n\nx"));
  CHECK(says("check_for_forged_juno_received_headers()", kReceived + "From: joe@juno.com\n\nx"));
  CHECK(says("check_for_forged_eudoramail_received_headers()",
             kReceived + "From: joe@eudoramail.com\n\nx"));
  CHECK(says("check_for_fake_aol_relay_in_rcvd()",
             "Received: from rly-xx01.mx.aol.com (evil.example [192.0.2.1]) by mx.example.net; "
             "now\nReceived: from a by rly-ab12.mail.aol.com with SMTP\n\nx"));
}

TEST_CASE("a mail without Received lines lost them") {
  CHECK(says("gated_through_received_hdr_remover()", "From: a@b.example\n\nx"));
  CHECK_FALSE(says("gated_through_received_hdr_remover()", kReceived + "From: a@b.example\n\nx"));
}

TEST_CASE("charsets of headers are compared with what the site reads") {
  const std::string mail = "Subject: =?koi8-r?B?8NLJ18XU?=\n\nx";
  CHECK(says("check_for_faraway_charset_in_headers()", mail, "ok_locales en"));
  CHECK_FALSE(says("check_for_faraway_charset_in_headers()", mail, "ok_locales en ru"));
}

TEST_CASE("relays are asked how they greet and who they are") {
  const std::string front = "Received: from ";
  const std::string behind = " by mx.example.net (Postfix) with ESMTP id 4A\n\nx";
  CHECK(says("helo_ip_mismatch()", front + "[198.51.100.9] (a.example [192.0.2.7])" + behind) ==
        false);  // in brackets it is a literal, as SpamAssassin has it
  CHECK(says("helo_ip_mismatch()", front + "198.51.100.9 (a.example [192.0.2.7])" + behind));
  CHECK(says("check_for_numeric_helo()", front + "198.51.100.9 (a.example [192.0.2.7])" + behind));
  CHECK(
      says("check_for_no_rdns_dotcom_helo()", front + "mx.aol.com (unknown [192.0.2.7])" + behind));
  CHECK_FALSE(says("check_for_no_rdns_dotcom_helo()",
                   front + "mx.aol.com (mx.aol.com [192.0.2.7])" + behind));
  CHECK(says("check_no_relays()", "Subject: x\n\nx"));
  CHECK(says("check_all_trusted()", front + "a (a.example [10.0.0.1])" + behind));
  CHECK_FALSE(says("check_all_trusted()", front + "a (a.example [192.0.2.7])" + behind));
  CHECK(says("check_relays_unparseable()", "Received: from somebody somewhere\n\nx"));
}
