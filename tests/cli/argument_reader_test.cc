#include "cli/argument_reader.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

const ArgumentRules kRules{{{"json"}, {"limit", true}, {"mailbox", true, true}}};
const ArgumentRules kSearchRules{{{"json"}, {"limit", true}}, true};

}  // namespace

TEST_CASE("options and words may stand in any order") {
  const auto read = read_arguments({"a", "--json", "b", "--limit", "5", "--limit=5"}, kRules);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "--limit stands twice");

  const auto good = read_arguments({"a", "--json", "b", "--limit", "5"}, kRules);
  REQUIRE(good);
  CHECK(good->words() == std::vector<std::string>{"a", "b"});
  CHECK(good->has("json"));
  CHECK(good->number("limit", 50).value() == 5);
}

TEST_CASE("a repeatable option keeps all its values in order") {
  const auto read = read_arguments({"--mailbox", "a@b.example", "--mailbox=c@d.example"}, kRules);
  REQUIRE(read);
  CHECK(read->values("mailbox") == std::vector<std::string>{"a@b.example", "c@d.example"});
}

TEST_CASE("an option's value may begin with a dash or hold an equals sign") {
  const auto read = read_arguments({"--mailbox", "-x", "--mailbox=a=b"}, kRules);
  REQUIRE(read);
  CHECK(read->values("mailbox") == std::vector<std::string>{"-x", "a=b"});
}

TEST_CASE("a negated search term is a word, quoted or after two dashes") {
  const auto read = read_arguments({"-from:a@b.example", "--", "--json", "-"}, kSearchRules);
  REQUIRE(read);
  CHECK(read->words() == std::vector<std::string>{"-from:a@b.example", "--json", "-"});
  CHECK_FALSE(read->has("json"));
}

TEST_CASE("a lone dash is a word: standard input") {
  const auto read = read_arguments({"-"}, kRules);
  REQUIRE(read);
  CHECK(read->words() == std::vector<std::string>{"-"});
}

TEST_CASE("a wrong option is refused with the nearest name") {
  struct Case {
    std::vector<std::string> arguments;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"--jsn"}, "unknown option --jsn; did you mean --json?"},
      {{"--zzzzzzz"}, "unknown option --zzzzzzz"},
      {{"-j"}, "unknown option -j; a word that begins with - goes after --"},
      {{"--limit"}, "--limit needs a value"},
      {{"--json=yes"}, "--json takes no value"},
  };
  for (const Case& one : cases) {
    const auto read = read_arguments(one.arguments, kRules);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == Error::Kind::malformed);
    CHECK(read.error().message == one.message);
  }
}

TEST_CASE("a number that is none names its option") {
  for (const std::string text : {"", "-1", "5x", "1e3", "99999999999999999999"}) {
    const auto read = read_arguments({"--limit", text}, kRules);
    REQUIRE(read);
    REQUIRE_FALSE(read->number("limit", 50));
    CHECK(read->number("limit", 50).error().message ==
          "--limit needs a whole number, not \"" + text + "\"");
  }
}

TEST_CASE("too many words are refused") {
  const ArgumentRules one_word{{}, false, 1};
  const auto read = read_arguments({"12", "13"}, one_word);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "unexpected word \"13\"");
}

TEST_CASE("help is understood everywhere") {
  CHECK(read_arguments({"-h"}, kRules)->has("help"));
  CHECK(read_arguments({"x", "--help"}, kSearchRules)->has("help"));
}
