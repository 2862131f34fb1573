#include <filesystem>

#include <catch2/catch.hpp>

#include "base/file_descriptor.h"
#include "tests/cli/desk.h"
#include "tests/support/scripted_smtp_server.h"

using namespace secondlook;

namespace {

using Answer = ScriptedSmtpServer::Answer;

std::string tenant(const std::string& name, const std::string& more = "") {
  const std::string id = "5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b9" + std::to_string(name.size() % 10);
  return "[[tenant]]\nname = \"" + name + "\"\ntenant_id = \"" + id +
         "\"\njournal_addresses = [\"j-secret@" + name + ".journal.example\"]\ndomains = [\"" +
         name + ".example\"]\n" + more + "[tenant.graph]\nclient_id = \"" + id +
         "\"\nclient_secret_file = \"/none\"\n";
}

struct Import {
  Desk desk;

  Ran run(const std::string& port, const std::string& tenants,
          const std::vector<std::string>& arguments, const std::string& smtp = "") {
    const std::string path = desk.file("import.toml");
    REQUIRE(replace_file(path, "[paths]\nruntime = \"" + desk.file("none") +
                                   "\"\n[smtp]\nlisten = [\"[::]:" + port + "\"]\n" + smtp +
                                   tenants));
    std::vector<std::string> words = {"--config", path, "import"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return desk.run(words);
  }
  std::string write(const std::string& name, const std::string& content) {
    REQUIRE(replace_file(desk.file(name), content));
    return desk.file(name);
  }
};

bool has_command(const ScriptedSmtpServer& server, const std::string& command) {
  for (const std::string& line : server.commands())
    if (line.starts_with(command)) return true;
  return false;
}

}  // namespace

TEST_CASE("what is imported arrives byte for byte, from an expected sender, for its tenant") {
  ScriptedSmtpServer server([](unsigned) { return Answer::accept; });
  Import import;
  const std::string box =
      import.write("box", "From a\nSubject: 1\n\n.dot\n>From x\n\xE9\n\nFrom b\r\nS: 2\r\n\r\n" +
                              std::string(100'000, 'x'));
  const Ran ran = import.run(
      server.port(), tenant("contoso", "report_senders = [\"ndr@contoso.example\"]\n"), {box});
  CHECK(ran.err == "");
  CHECK(ran.status == 0);
  CHECK(ran.out.find("accepted  ") == 0);
  CHECK(ran.out.ends_with("2 accepted, 0 refused\n"));
  REQUIRE(server.accepted().size() == 2);
  CHECK(server.accepted()[0] == "Subject: 1\r\n\r\n.dot\r\nFrom x\r\n\xE9\r\n");
  CHECK(server.accepted()[1] == "S: 2\r\n\r\n" + std::string(100'000, 'x') + "\r\n");
  CHECK(has_command(server, "MAIL FROM:<ndr@contoso.example>"));
  CHECK(has_command(server, "RCPT TO:<j-secret@contoso.journal.example>"));
}

TEST_CASE("a refused mail is named with the reason, the others go on, and the status is 1") {
  ScriptedSmtpServer server(
      [](unsigned mail) { return mail == 1 ? Answer::refuse_temporarily : Answer::accept; });
  Import import;
  const std::string one = import.write("one.eml", "S: 1\n\n"),
                    two = import.write("two.eml", "S: 2\n\n");
  const Ran ran =
      import.run(server.port(), tenant("contoso"), {one, import.write("empty", ""), two, "--json"});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("empty: empty") != std::string::npos);
  CHECK(ran.out.find("\"accepted\":false,\"reply\":\"4") != std::string::npos);
  CHECK(ran.out.find("two.eml\",\"accepted\":true,\"reply\":\"250") != std::string::npos);
  CHECK(server.accepted().size() == 1);
  CHECK(has_command(server, "MAIL FROM:<>"));
}

TEST_CASE("a connection lost before its answer is made again, and the mail sent again") {
  ScriptedSmtpServer server(
      [](unsigned mail) { return mail == 1 ? Answer::drop_before_reply : Answer::accept; });
  Import import;
  const Ran ran =
      import.run(server.port(), tenant("contoso"), {import.write("one.eml", "S: 1\n\n")});
  CHECK(ran.status == 0);
  CHECK(has_command(server, "QUIT"));
}

TEST_CASE("a service that is not there is status 3, and one that turns us away says what to add") {
  Import import;
  const std::string one = import.write("one.eml", "S: 1\n\n");
  std::string port;
  {
    const auto listener = TcpListener::listen(0);
    REQUIRE(listener);
    port = std::to_string(listener->port());
  }
  CHECK(import.run(port, tenant("contoso"), {one}).status == 3);

  auto listener = TcpListener::listen(0);
  REQUIRE(listener);
  std::thread service([&] {
    auto stream = listener->accept(std::chrono::seconds(30));
    if (stream) [[maybe_unused]]
      const auto written =
          stream->write_all("421 4.3.2 mx.example try again later\r\n", std::chrono::seconds(30));
  });
  const Ran ran = import.run(std::to_string(listener->port()), tenant("contoso"), {one},
                             "permitted_networks = [\"198.51.100.0/24\"]\n");
  service.join();
  CHECK(ran.status == 3);
  CHECK(ran.err.find("127.0.0.1/32") != std::string::npos);
}

TEST_CASE("of several tenants one must be named") {
  Import import;
  const std::string one = import.write("one.eml", "S: 1\n\n");
  const std::string both = tenant("contoso") + tenant("fabrikam");
  CHECK(import.run("1", both, {one}).status == 2);
  CHECK(import.run("1", both, {one, "--tenant", "nobody"}).status == 2);
  CHECK(import.run("1", "", {one}).status == 2);
  ScriptedSmtpServer server([](unsigned) { return Answer::accept; });
  CHECK(import.run(server.port(), both, {one, "--tenant", "fabrikam"}).status == 0);
  CHECK(has_command(server, "RCPT TO:<j-secret@fabrikam.journal.example>"));
}
