#include "journal_ingest/smtp_session.h"

#include <catch2/catch.hpp>

#include "tests/journal_ingest/session_fixture.h"

using namespace secondlook;
using Said = std::deque<std::string>;

namespace {

constexpr std::string_view kMessage =
    "MAIL FROM:<>\r\nRCPT TO:<reports@archive.example>\r\nBDAT 2 LAST\r\nhi";

}  // namespace

TEST_CASE("replies behind a report wait until it is durable, and come in order") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.answers = false;
  talk.send("HELO x\r\n" + std::string(kMessage) + std::string(kMessage) + "QUIT\r\n");
  REQUIRE(talk.reports.size() == 2);
  CHECK(talk.said.back() == "250 2.1.5 ok");
  talk.said.clear();
  talk.session.answer(talk.reports[1].ticket, true);
  CHECK(talk.session.take_output().empty());
  CHECK(talk.session.wish() == SmtpSession::Wish::read);
  talk.session.answer(talk.reports[0].ticket, false);
  const std::string output = talk.session.take_output();
  CHECK(output.starts_with("452 4.3.1"));
  CHECK(output.ends_with("250 2.0.0 accepted\r\n221 2.0.0 bye\r\n"));
  CHECK(talk.session.wish() == SmtpSession::Wish::close);
}

TEST_CASE("a peer that pipelines without end is read no faster than the disk writes") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.answers = false;
  std::string many = "HELO x\r\n";
  for (int i = 0; i < 100; ++i) many += kMessage;
  std::size_t taken = talk.session.feed(many);
  auto reports = talk.session.take_reports();
  CHECK(reports.size() == 16);
  CHECK(taken < many.size());
  CHECK_FALSE(talk.session.takes_input());
  std::size_t received = reports.size();
  while (taken < many.size()) {
    for (const CompleteReport& report : reports) talk.session.answer(report.ticket, true);
    taken += talk.session.feed(std::string_view(many).substr(taken));
    reports = talk.session.take_reports();
    received += reports.size();
  }
  CHECK(received == 100);
}

TEST_CASE("a line without end takes no memory and is refused") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.said.clear();
  for (int i = 0; i < 1000; ++i) talk.send(std::string(1000, 'x'));
  CHECK(talk.said.empty());
  talk.send("\r\nNOOP\r\n");
  CHECK(talk.said == Said{"500 5.5.2 line too long", "250 2.0.0 ok"});
}

TEST_CASE("a session that is shut down finishes the message that is being sent") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.send("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<reports@archive.example>\r\nDATA\r\nhel");
  talk.session.shut_down();
  CHECK(talk.session.is_busy());
  CHECK(talk.session.wish() == SmtpSession::Wish::read);
  talk.said.clear();
  talk.send("lo\r\n.\r\n");
  CHECK(talk.said == Said{"250 2.0.0 accepted", "421 4.3.2 shutting down, try again"});
  CHECK(talk.session.wish() == SmtpSession::Wish::close);
}

TEST_CASE("a session without message is shut down at once") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.session.shut_down();
  CHECK(talk.session.take_output().starts_with("421 4.3.2"));
  CHECK(talk.session.wish() == SmtpSession::Wish::close);
}

TEST_CASE("a hundred recipients are taken, the next is put off") {
  SessionFixture fixture;
  Talk talk(fixture);
  talk.send("HELO x\r\nMAIL FROM:<>\r\n");
  talk.said.clear();
  for (std::size_t i = 0; i < kMostRecipients; ++i)
    talk.send("RCPT TO:<reports@archive.example>\r\n");
  CHECK(talk.said == Said(kMostRecipients, "250 2.1.5 ok"));
  talk.said.clear();
  talk.send("RCPT TO:<reports@archive.example>\r\n");
  CHECK(talk.said == Said{"452 4.5.3 too many recipients"});
}

TEST_CASE("a report carries the peer, what it called itself and its TLS version") {
  SessionFixture fixture;
  fixture.settings.offer_tls = true;
  Talk talk(fixture);
  talk.send("STARTTLS\r\n");
  talk.session.tls_started("TLSv1.2");
  talk.send("EHLO mail\x1b[2J.example extra\r\n" + std::string(kMessage));
  REQUIRE(talk.reports.size() == 1);
  CHECK(talk.reports[0].envelope.peer == "192.0.2.1");
  CHECK(talk.reports[0].envelope.helo == "mail?[2J.example");
  CHECK(talk.reports[0].envelope.tls_version == "TLSv1.2");
}
