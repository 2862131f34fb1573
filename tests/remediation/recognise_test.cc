#include "remediation/recognise.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

JudgedMessage judged() {
  JudgedMessage message;
  message.message_id = "<one@mallory.example>";
  message.subject = "Your payroll";
  message.sender = "mallory@mallory.example";
  message.sent_at = "2026-11-22T11:59:00Z";
  message.received_at = *parse_rfc3339("2026-11-22T12:00:00Z");
  message.size = 4000;
  return message;
}

MailCopy same_mail() {
  MailCopy copy;
  copy.internet_message_id = "<one@mallory.example>";
  copy.subject = "Your payroll";
  copy.sender = "Mallory@mallory.example";
  copy.sent_at = "2026-11-22T11:59:00Z";
  copy.received_at = "2026-11-22T12:00:03Z";
  return copy;
}

}  // namespace

TEST_CASE("the Network-Message-Id alone decides where both sides know it") {
  JudgedMessage message = judged();
  message.network_message_id = "AAAAAAAA-1111-2222-3333-444444444444";
  MailCopy copy = same_mail();
  copy.network_message_id = "aaaaaaaa-1111-2222-3333-444444444444";
  copy.subject = "[EXTERNAL] Your payroll";
  CHECK(recognise(message, copy) == Likeness::judged);
  copy = same_mail();
  copy.network_message_id = "bbbbbbbb-1111-2222-3333-444444444444";
  CHECK(recognise(message, copy) == Likeness::different);
}

TEST_CASE("without it sender, subject and times must agree") {
  MailCopy copy = same_mail();
  SECTION("the same mail") {
    CHECK(recognise(judged(), copy) == Likeness::judged);
  }
  SECTION("a folded subject is the same subject") {
    copy.subject = "Your\r\n  payroll ";
    CHECK(recognise(judged(), copy) == Likeness::judged);
  }
  SECTION("one time known is enough") {
    copy.sent_at.clear();
    CHECK(recognise(judged(), copy) == Likeness::judged);
  }
  SECTION("delivery held up for hours") {
    copy.received_at = "2026-11-22T20:00:00Z";
    CHECK(recognise(judged(), copy) == Likeness::judged);
  }
  SECTION("an older mail whose Message-ID was reused") {
    copy.received_at = "2026-11-20T09:00:00Z";
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
  SECTION("another subject") {
    copy.subject = "Your pay";
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
  SECTION("another sender") {
    copy.sender = "boss@acme.example";
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
  SECTION("sent at another time") {
    copy.sent_at = "2026-11-22T11:58:00Z";
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
  SECTION("no time at all is no proof") {
    copy.sent_at.clear();
    copy.received_at.clear();
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
  SECTION("an impossible size") {
    copy.size = 20'000'000;
    CHECK(recognise(judged(), copy) == Likeness::different);
  }
}

}  // namespace secondlook
