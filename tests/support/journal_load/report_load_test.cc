#include "tests/support/journal_load/report_load.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "tests/support/mail_headers.h"
#include "tests/support/scripted_smtp_server.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

namespace {

using Answer = ScriptedSmtpServer::Answer;

LoadOptions options_for(const ScriptedSmtpServer& server, const TemporaryDirectory& directory) {
  LoadOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.sessions = 3;
  options.count = 20;
  options.acknowledged_file = directory.file("acknowledged");
  return options;
}

std::multiset<std::string> lines_of(const std::string& text) {
  std::multiset<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::multiset<std::string> parents_of(const std::vector<std::string>& reports) {
  std::multiset<std::string> parents;
  for (const std::string& report : reports) {
    parents.insert(stand_in::read_mail_headers(report).value("X-MS-Exchange-Parent-Message-Id"));
  }
  return parents;
}

}  // namespace

TEST_CASE("what is written down as acknowledged is exactly what the server accepted") {
  const TemporaryDirectory directory;
  ScriptedSmtpServer server([](unsigned mail) {
    if (mail % 5 == 0) return Answer::refuse_temporarily;
    return mail % 7 == 0 ? Answer::drop_before_reply : Answer::accept;
  });
  LoadOptions options = options_for(server, directory);
  options.resend_every = 4;
  const auto result = ReportLoad(options).run();
  REQUIRE(result.has_value());
  CHECK(result->acknowledged == 25);
  CHECK(result->given_up == 0);
  CHECK(result->refusals > 0);
  CHECK(result->lost_sessions > 0);
  const auto acknowledged = lines_of(content_of(options.acknowledged_file));
  CHECK(acknowledged == parents_of(server.accepted()));
  CHECK(std::set(acknowledged.begin(), acknowledged.end()).size() == 20);
}

TEST_CASE("a server that never accepts is given up, and nothing is written down") {
  const TemporaryDirectory directory;
  ScriptedSmtpServer server([](unsigned) { return Answer::refuse_temporarily; });
  LoadOptions options = options_for(server, directory);
  options.count = 2;
  options.give_up_after = std::chrono::milliseconds{0};
  const auto result = ReportLoad(options).run();
  REQUIRE(result.has_value());
  CHECK(result->acknowledged == 0);
  CHECK(result->given_up == 2);
  CHECK(content_of(options.acknowledged_file).empty());
}

TEST_CASE("a malicious numbered mail comes from a look-alike of its recipient's domain") {
  const NumberedMail mail{7, "run", "alice@contoso.example", true, 0};
  CHECK(numbered_mail_sender(mail) == "servicedesk@c0ntoso.example");
  const std::string bytes = make_numbered_mail(mail);
  CHECK(stand_in::read_mail_headers(bytes).value("Message-ID") == "<run.7@load.example>");
  CHECK(bytes.find("login.contoso.example") != std::string::npos);
  const std::string own = make_numbered_mail(mail, "Subject: own\nMessage-Id: <old@x>\n\nbody\n");
  CHECK(own == "Message-ID: <run.7@load.example>\r\nSubject: own\r\n\r\nbody\r\n");
}

}  // namespace secondlook
