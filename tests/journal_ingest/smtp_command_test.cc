#include "journal_ingest/smtp_command.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string many_parameters(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += " X" + std::to_string(i) + "=1";
  return text;
}

}  // namespace

TEST_CASE("a verb is found whatever its case and spacing") {
  CHECK(parse_smtp_command("noop").verb == "NOOP");
  CHECK(parse_smtp_command("  mail  FROM:<> ").verb == "MAIL");
  CHECK(parse_smtp_command("  mail  FROM:<> ").argument == "FROM:<>");
  CHECK(parse_smtp_command("").verb.empty());
}

TEST_CASE("paths are read as RFC 5321 writes them") {
  CHECK(parse_smtp_path("FROM:<>", "FROM")->address.empty());
  CHECK(parse_smtp_path("from: <a@b.example>", "FROM")->address == "a@b.example");
  CHECK(parse_smtp_path("TO:<@x.example,@y.example:a@b.example>", "TO")->address == "a@b.example");
  CHECK(parse_smtp_path(R"(TO:<"a > \" b"@b.example>)", "TO")->address ==
        R"("a > \" b"@b.example)");
  CHECK(parse_smtp_path("TO:<用户@例.example>", "TO")->address == "用户@例.example");
  const auto path = parse_smtp_path("FROM:<a@b.example> size=7 SMTPUTF8", "FROM");
  REQUIRE(path);
  REQUIRE(path->parameters.size() == 2);
  CHECK(path->parameters[0] == std::pair<std::string, std::string>("SIZE", "7"));
  CHECK(path->parameters[1].first == "SMTPUTF8");
}

TEST_CASE("what is no path is malformed") {
  for (const std::string& text :
       {std::string(), std::string("FROM"), std::string("FROM:"), std::string("FROM:a@b.example"),
        std::string("FROM:<a@b.example"), std::string("FROM:<\"a>"),
        std::string("TO:<a@b.example>"), std::string("FROM:<a\tb@b.example>"),
        std::string("FROM:<a@b.example>SIZE=7"), std::string("FROM:<a@b.example> =7"),
        "FROM:<" + std::string(321, 'a') + ">", "FROM:<>" + many_parameters(33)})
    CHECK(parse_smtp_path(text, "FROM").error().kind == Error::Kind::malformed);
}

TEST_CASE("the longest path and the most parameters are taken") {
  const std::string longest = std::string(64, 'a') + "@" + std::string(255, 'b');
  CHECK(parse_smtp_path("TO:<" + longest + ">", "TO")->address == longest);
  CHECK(parse_smtp_path("FROM:<>" + many_parameters(32), "FROM")->parameters.size() == 32);
}

TEST_CASE("decimals are digits and not too many") {
  CHECK(parse_decimal("0") == 0);
  CHECK(parse_decimal("350000000") == 350'000'000);
  for (const char* text : {"", "-1", "+1", "1 ", "0x1", "1234567890123456789"})
    CHECK_FALSE(parse_decimal(text));
}
