#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;
using test::message_with;
using test::names_of_hits;

TEST_CASE(
    "a normalised rule sees words through their disguise, the same rule without the flag not") {
  const char* rules =
      "body A_PLAIN /パスワード/\n"
      "body B_NORMALISED /パスワード/\n"
      "tflags B_NORMALISED normalised\n";
  CHECK(names_of_hits(rules, message_with({}, "ﾊﾟｽﾜｰﾄﾞを パ ス ワ ー ド\n")) == "B_NORMALISED");
  CHECK(names_of_hits(rules, message_with({}, "パスワード\n")) == "A_PLAIN B_NORMALISED");
  CHECK(names_of_hits(rules, message_with({}, "password\n")).empty());
}

TEST_CASE("header fields and their modifiers can be normalised") {
  const char* rules =
      "header A_NAME From:name =~ /^Amazon$/\n"
      "tflags A_NAME normalised\n"
      "header B_SUBJECT Subject =~ /24時間/\n"
      "tflags B_SUBJECT normalised\n"
      "header C_ABSENT X-None =~ /./\n"
      "tflags C_ABSENT normalised\n";
  ParsedMessage message = message_with({"Subject: 二十四時間"});
  message.from.push_back({"\u0410mazon", "a@b.example"});
  CHECK(names_of_hits(rules, message) == "A_NAME B_SUBJECT");
}

TEST_CASE("normalised text keeps paragraphs, counts and what the reader does not see apart") {
  const char* rules =
      "body A_ACROSS /一.*二/\n"
      "tflags A_ACROSS normalised\n"
      "body B_TWICE /カード/\n"
      "tflags B_TWICE normalised multiple\n"
      "meta C_TWO B_TWICE > 1\n";
  CHECK(names_of_hits(rules, message_with({}, "一\n二\nｶｰﾄﾞ カ ー ド\n")) == "B_TWICE C_TWO");
  ParsedMessage message = message_with({}, "カxyzード カード\n");
  message.seen_text = "カード カード\n";
  CHECK(names_of_hits(rules, message) == "B_TWICE C_TWO");
}

TEST_CASE("evidence of a normalised rule shows and names the normalised text") {
  const auto loaded = test::load_text("body A /カード/\ntflags A normalised\n");
  REQUIRE(loaded);
  const ScanOutcome outcome = test::scan_with(*loaded, message_with({}, "カ ー ド\n"));
  REQUIRE(outcome.hits.size() == 1);
  REQUIRE(outcome.hits[0].evidence.size() == 1);
  CHECK(outcome.hits[0].evidence[0].where == "normalised body");
  CHECK(outcome.hits[0].evidence[0].text == "カード");
}

TEST_CASE("rules that cannot be normalised are left out and say so") {
  for (const char* rule : {"uri A /a/\n", "rawbody A /a/\n", "full A /a/\n",
                           "header A Subject:raw =~ /a/\n", "header A exists:Subject\n"}) {
    INFO(rule);
    const auto loaded = test::load_text(std::string(rule) + "tflags A normalised\n");
    REQUIRE(loaded);
    CHECK(loaded->facts.unsupported == 1);
  }
}

TEST_CASE("a rule's Japanese description is kept beside the English one") {
  const auto loaded = test::load_text(
      "lang ja describe A 日本語の説明\nbody A /a/\ndescribe A In English\n"
      "lang de describe A Auf Deutsch\nlang ja score A 5\nbody B /b/\n");
  REQUIRE(loaded);
  const auto rules = list_rules(*loaded->rules);
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].description == "In English");
  CHECK(rules[0].description_ja == "日本語の説明");
  CHECK(rules[0].score == 1);
  CHECK(rules[1].description_ja.empty());
}

TEST_CASE("hits are described in Japanese where that is asked and there is such a description") {
  const std::string rules =
      "lang ja describe A 日本語の説明\nbody A /a/\ndescribe A In English\n"
      "body B /b/\ndescribe B Only English\n";
  const auto english = test::load_text(rules);
  const auto japanese = test::load_text(rules, {}, {0, true});
  REQUIRE(english);
  REQUIRE(japanese);
  CHECK(list_rules(*japanese->rules)[0].description == "日本語の説明");
  CHECK(list_rules(*japanese->rules)[1].description == "Only English");
  CHECK(japanese->facts.hash == english->facts.hash);
}
