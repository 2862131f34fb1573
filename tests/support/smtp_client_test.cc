#include "tests/support/smtp_client.h"

#include <catch2/catch.hpp>

#include "tests/support/scripted_smtp_server.h"

namespace secondlook {

namespace {

using Answer = ScriptedSmtpServer::Answer;

std::unique_ptr<SmtpClient> connect(const ScriptedSmtpServer& server) {
  auto client = SmtpClient::connect("127.0.0.1", server.port(), {});
  REQUIRE(client.has_value());
  return *std::move(client);
}

}  // namespace

TEST_CASE("mails reach the server whole, dots and all, over one session") {
  ScriptedSmtpServer server([](unsigned) { return Answer::accept; });
  const auto client = connect(server);
  const std::vector<std::string> mails{".\r\n..\r\nend.\r\n", "Subject: x\r\n\r\n.hidden\r\n",
                                       "\r\n"};
  for (const std::string& mail : mails) {
    const auto reply = client->send("ndr@a.example", {"j@b.example"}, mail);
    REQUIRE(reply.has_value());
    CHECK(reply->code == 250);
  }
  CHECK(client->quit().has_value());
  CHECK(server.accepted() == mails);
  CHECK(server.commands()[1] == "MAIL FROM:<ndr@a.example> BODY=8BITMIME");
}

TEST_CASE("a refused recipient is told, and the session goes on") {
  ScriptedSmtpServer server([](unsigned) { return Answer::accept; });
  const auto client = connect(server);
  const auto refused = client->send("", {"nobody@b.example"}, "x\r\n");
  REQUIRE(refused.has_value());
  CHECK(refused->code == 550);
  const auto accepted = client->send("", {"j@b.example"}, "y\r\n");
  REQUIRE(accepted.has_value());
  CHECK(accepted->code == 250);
}

TEST_CASE("a connection lost after the dot is an error, not an acceptance") {
  ScriptedSmtpServer server([](unsigned) { return Answer::drop_before_reply; });
  const auto client = connect(server);
  CHECK_FALSE(client->send("", {"j@b.example"}, "x\r\n").has_value());
}

}  // namespace secondlook
