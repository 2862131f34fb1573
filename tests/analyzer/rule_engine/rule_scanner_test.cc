#include <filesystem>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/scan_findings.h"
#include "tests/analyzer/rule_engine/loaded_rules.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using test::message_with;
using test::names_of_hits;

TEST_CASE("a header rule searches the decoded field and knows when it is not there") {
  const char* rules =
      "header A_SUBJECT Subject =~ /urgent/i\n"
      "header B_NOT Subject !~ /invoice/\n"
      "header C_EXISTS exists:X-Mailer\n"
      "header D_ABSENT_NOT X-None !~ /a/\n"
      "header E_UNSET X-None =~ /^none$/ [if-unset: none]\n"
      "header F_ANCHOR Subject =~ /^URGENT.*now$/\n"
      "header G_ABSENT X-None =~ /^$/\n"
      "header H_ABSENT X-None =~ /n/\n";
  CHECK(names_of_hits(rules, message_with({"Subject: URGENT do it now", "X-Mailer: x"})) ==
        "A_SUBJECT B_NOT C_EXISTS D_ABSENT_NOT E_UNSET F_ANCHOR G_ABSENT");
  CHECK(names_of_hits(rules, message_with({"Subject: invoice", "X-None: b"})) == "D_ABSENT_NOT");
}

TEST_CASE("a body pattern matches inside one paragraph and never across two") {
  const char* rules =
      "body A_ACROSS /one\\s+two/\n"
      "body B_BEGIN /^two/\n"
      "body C_END /one$/\n"
      "body D_INSIDE /three\\s+four/\n"
      "body E_WHOLE /\\Athree four\\Z/\n";
  const auto message = message_with({}, "one\ntwo\nthree four\n");
  CHECK(names_of_hits(rules, message) == "B_BEGIN C_END D_INSIDE E_WHOLE");
}

TEST_CASE("a false proposal in an early paragraph does not hide a match in a later one") {
  const char* rules = "body A_PAIR /key\\s+word/\n";
  CHECK(names_of_hits(rules, message_with({}, "key\nword\nkey word\n")) == "A_PAIR");
}

TEST_CASE("patterns that Hyperscan cannot express are confirmed or run by PCRE2") {
  const char* rules =
      "body A_BACK /(\\w)\\1\\1/\n"
      "body B_AHEAD /pass(?!port)/\n"
      "body C_BEHIND /(?<!no )money/\n"
      "body D_ATOMIC /(?>a+)b/\n";
  CHECK(names_of_hits(rules, message_with({}, "aaab passport no money\n")) == "A_BACK D_ATOMIC");
  CHECK(names_of_hits(rules, message_with({}, "password money\n")) == "B_AHEAD C_BEHIND");
}

TEST_CASE("a uri rule sees one link at a time") {
  ParsedMessage message = message_with({});
  test::add_link(message, "https://one.example/path");
  test::add_link(message, "http://two.example/login");
  CHECK(names_of_hits("uri A_END /path$/\nuri B_BEGIN /^http:/\nuri C_BOTH /path.{0,9}login/s\n",
                      message) == "A_END B_BEGIN");
}

TEST_CASE("a full rule sees the message with plain line feeds") {
  CHECK(names_of_hits("full A_FULL /^Subject: x\\n\\nbody$/\n",
                      message_with({"Subject: x"}, "body")) == "A_FULL");
}

TEST_CASE("a mimeheader rule looks at every part") {
  ParsedMessage message = message_with({});
  for (const char* type : {"multipart/mixed", "application/zip"}) {
    MessagePart& part = message.parts.emplace_back();
    part.path = message.parts.size() == 1 ? "" : "1";
    part.headers.push_back({"Content-Type", type, type});
  }
  const char* rules =
      "mimeheader A_ZIP Content-Type =~ /^application\\/zip/\n"
      "mimeheader B_NO_PDF Content-Type !~ /pdf/\n"
      "mimeheader C_NO_ZIP Content-Type !~ /zip/\n";
  CHECK(names_of_hits(rules, message) == "A_ZIP B_NO_PDF");
}

TEST_CASE("a meta counts, combines and may stand before its parts") {
  const char* rules =
      "meta A_MANY __DOLLAR > 2\n"
      "meta B_BOTH A_MANY && !__ABSENT\n"
      "meta C_UNKNOWN NO_SUCH_RULE || 0\n"
      "body __DOLLAR /\\$/\n"
      "tflags __DOLLAR multiple\n"
      "body __ABSENT /absent/\n";
  CHECK(names_of_hits(rules, message_with({}, "$ $\n$\n")) == "A_MANY B_BOTH");
  CHECK(names_of_hits(rules, message_with({}, "$ $\n")).empty());
}

TEST_CASE("maxhits bounds what a rule counts") {
  const char* rules = "body __A /a/\ntflags __A multiple maxhits=3\nmeta A_THREE __A == 3\n";
  CHECK(names_of_hits(rules, message_with({}, "aaaaaa\n")) == "A_THREE");
}

TEST_CASE("a rule with a score of 0 never hits, and metas see it as 0") {
  const char* rules = "body A /a/\nscore A 0\nmeta B !A\nbody C /a/\nscore C 0 1 1 1\n";
  CHECK(names_of_hits(rules, message_with({}, "a\n")) == "B");
}

TEST_CASE("a later line replaces an earlier one about the same rule") {
  const char* rules = "body A /first/\nbody A /second/\n";
  CHECK(names_of_hits(rules, message_with({}, "first\n")).empty());
  CHECK(names_of_hits(rules, message_with({}, "second\n")) == "A");
}

TEST_CASE("what stands inside a condition that does not hold is not there") {
  const char* rules =
      "ifplugin Mail::SpamAssassin::Plugin::TextCat\nbody A /a/\nelse\nbody B /a/\nendif\n"
      "ifplugin Secondlook\nbody C /a/\ndisposition C malicious\nendif\n"
      "if (version < 4)\nif 1\nbody D /a/\nelse\nbody E /a/\nendif\nendif\n";
  CHECK(names_of_hits(rules, message_with({}, "a\n")) == "B C");
}

TEST_CASE("Japanese is matched by characters, with and without case") {
  const char* rules =
      "body A_CLASS /[至急]{2}のご連絡/\n"
      "body B_COUNT /^口座.停止/\n"
      "body C_CASE /ＶＩＳＡ/i\n"
      "header D_SUBJECT Subject =~ /パスワード/\n";
  const auto message =
      message_with({"Subject: パスワードの確認"}, "至急のご連絡\n口座が停止 ｖｉｓａ\n");
  CHECK(names_of_hits(rules, message) == "A_CLASS B_COUNT C_CASE D_SUBJECT");
}

TEST_CASE("text that is no UTF-8 is searched all the same") {
  CHECK(names_of_hits("body A /口座/\nbody B /\\xff\\xfe/\n",
                      message_with({}, "\xff\xfe 口座\n")) == "A B");
}

TEST_CASE("evidence says where a pattern matched and what it matched") {
  const auto loaded = test::load_text(
      "body A_BODY /wire \\w+/\nheader B_SUBJECT Subject =~ /urgent/i\n"
      "describe A_BODY Asks for a transfer\nscore A_BODY 2.5\ndisposition A_BODY suspicious\n");
  REQUIRE(loaded);
  const ScanOutcome outcome =
      test::scan_with(*loaded, message_with({"Subject: so Urgent"}, "Hello\nplease wire money\n"));
  REQUIRE(outcome.hits.size() == 2);
  const RuleHit& first = outcome.hits[0];
  CHECK(first.rule == "A_BODY");
  CHECK(first.score == 2.5);
  CHECK(first.disposition == Disposition::suspicious);
  CHECK(first.description == "Asks for a transfer");
  REQUIRE(first.evidence.size() == 1);
  CHECK(first.evidence[0].where == "body");
  CHECK(first.evidence[0].offset == 13);
  CHECK(first.evidence[0].text == "wire money");
  CHECK(outcome.hits[1].evidence.at(0).where == "header Subject");
  CHECK(outcome.hits[1].evidence.at(0).offset == 3);
}

TEST_CASE(
    "a meta shows the evidence of the parts that made it true, cut at 200 bytes and 5 places") {
  const auto loaded = test::load_text(
      "meta A_META __LONG && (__MANY || __NONE)\nbody __LONG /x+/\nbody __MANY /y/\n"
      "tflags __MANY multiple\nbody __NONE /z/\n");
  REQUIRE(loaded);
  const ScanOutcome outcome =
      test::scan_with(*loaded, message_with({}, std::string(500, 'x') + " y y y y y y y\n"));
  REQUIRE(outcome.hits.size() == 1);
  REQUIRE(outcome.hits[0].evidence.size() == 5);
  CHECK(outcome.hits[0].evidence[0].text == std::string(200, 'x'));
  CHECK(outcome.hits[0].evidence[1].text == "y");
}

TEST_CASE("a mail that lets every rule match loses evidence, which is told, and no hit") {
  std::string rules, body;
  for (int i = 0; i < 1500; ++i) {
    const std::string name = std::to_string(i);
    rules += "body R" + name + " /w" + name + "x[a-z]{190}/\ntflags R" + name + " multiple\n";
  }
  const auto loaded = test::load_text(rules);
  REQUIRE(loaded);
  CHECK_FALSE(
      test::scan_with(*loaded, message_with({}, "w7x" + std::string(190, 'y'))).evidence_cut);
  for (int i = 0; i < 1500; ++i) {
    for (int times = 0; times < 6; ++times) {
      body += "w" + std::to_string(i) + "x" + std::string(190, 'y') + "\n";
    }
  }
  const ScanOutcome outcome = test::scan_with(*loaded, message_with({}, body));
  CHECK(outcome.hits.size() == 1500);
  CHECK(outcome.errors.empty());
  CHECK(outcome.evidence_cut);
  std::size_t places = 0, bytes = 0;
  for (const RuleHit& hit : outcome.hits) {
    CHECK(hit.evidence.size() <= ScanFindings::kMostEvidence);
    places += hit.evidence.size();
    for (const Evidence& evidence : hit.evidence) bytes += evidence.text.size();
  }
  CHECK(places > 1'000);
  CHECK(bytes <= ScanFindings::kMostEvidenceOfMail);
}

TEST_CASE("a signal is an eval rule with the arguments written in it") {
  SignalTable signals;
  signals["shows"] = [](const ScanContext& context, const std::vector<std::string>& arguments) {
    const bool hit = arguments == std::vector<std::string>{"a, b", "c"};
    return SignalResult{hit && context.own_domains.empty(), {{"signal", 7, "seen"}}};
  };
  const auto loaded = test::load_text(
      "header A_SIGNAL eval:shows('a, b', c)\nbody B_UNKNOWN eval:nobody()\nmeta C_META A_SIGNAL "
      "&& "
      "!B_UNKNOWN\n",
      signals);
  REQUIRE(loaded);
  CHECK(loaded->facts.unsupported == 1);
  const ScanOutcome outcome = test::scan_with(*loaded, message_with({}));
  REQUIRE(outcome.hits.size() == 2);
  CHECK(outcome.hits[0].evidence.at(0).text == "seen");
}

TEST_CASE("a runaway pattern is counted as an error and never stalls a mail") {
  const auto loaded =
      test::load_text("body A_BOMB /^((?:a|aa)+)+!\\1z?[0-9]/\nbody B_FINE /aaa/\n");
  REQUIRE(loaded);
  const ScanOutcome outcome =
      test::scan_with(*loaded, message_with({}, std::string(60, 'a') + "!x9\n"));
  REQUIRE(outcome.hits.size() == 1);
  CHECK(outcome.hits[0].rule == "B_FINE");
  REQUIRE(outcome.errors.size() == 1);
  CHECK(outcome.errors[0] == "rule A_BOMB: match limit reached");
}

TEST_CASE("a rule that asks for the absence of a runaway pattern does not hit") {
  const auto loaded = test::load_text("header A_BOMB Subject !~ /^((?:a|aa)+)+!\\1z?[0-9]/\n");
  REQUIRE(loaded);
  const ScanOutcome outcome =
      test::scan_with(*loaded, message_with({"Subject: " + std::string(60, 'a') + "!x9"}));
  CHECK(outcome.hits.empty());
  CHECK(outcome.errors.size() == 1);
}

TEST_CASE("a scanner starts every message from nothing") {
  const auto loaded = test::load_text("body A /a/\nbody B /b/\n");
  REQUIRE(loaded);
  RuleScanner scanner(loaded->rules);
  const std::vector<Recipient> nobody;
  const ParsedMessage first = message_with({}, "a\n"), second = message_with({}, "b\n");
  CHECK(scanner.scan({first, {}, "", nobody})->hits.at(0).rule == "A");
  const auto outcome = scanner.scan({second, {}, "", nobody});
  REQUIRE(outcome->hits.size() == 1);
  CHECK(outcome->hits[0].rule == "B");
}

TEST_CASE("rules are listed with what they count towards, and the set has a hash") {
  const auto loaded = test::load_text("body A /a/\ndisposition A bulk\nmeta T_B A\n");
  REQUIRE(loaded);
  const std::vector<RuleSummary> rules = list_rules(*loaded->rules);
  REQUIRE(rules.size() == 2);
  CHECK(rules[0].type == "body");
  CHECK(rules[0].disposition == Disposition::bulk);
  CHECK(rules[1].score == 0.01);
  CHECK(loaded->facts.hash.size() == 64);
  CHECK(loaded->facts.hash != test::load_text("body A /a/\n")->facts.hash);
}

TEST_CASE("a pattern that would take Hyperscan minutes costs a moment") {
  const auto loaded = test::load_text(
      "body A_GOOD /good/\nbody B_HUGE /(?:a.{1,900}b.{1,900}c.{1,900}d){3}/\nbody C_FINE "
      "/fine/\n");
  REQUIRE(loaded);
  CHECK(loaded->facts.patterns == 3);
  CHECK(test::scan_with(*loaded, message_with({}, "good and fine\n")).hits.size() == 2);
}

TEST_CASE("an included file is read where it stands, and counts for the hash") {
  const TemporaryDirectory directory;
  const std::string main =
      directory.write("main.cf", "body A /one/\ninclude parts/more.txt\nbody A /three/\n");
  std::filesystem::create_directory(directory.path() / "parts");
  directory.write("parts/more.txt", "body A /two/\nbody B /two/\n");
  const auto loaded = load_rules({main}, {}, "");
  REQUIRE(loaded);
  CHECK(test::scan_with(*loaded, message_with({}, "two\n")).hits.size() == 1);
  CHECK(test::scan_with(*loaded, message_with({}, "three\n")).hits.at(0).rule == "A");
  directory.write("parts/more.txt", "body B /four/\n");
  CHECK(load_rules({main}, {}, "")->facts.hash != loaded->facts.hash);
}

TEST_CASE("files that include each other are refused") {
  const TemporaryDirectory directory;
  const std::string main = directory.write("main.cf", "include main.cf\n");
  const auto loaded = load_rules({main}, {}, "");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message.find("at most 8 levels") != std::string::npos);
}

TEST_CASE("the configured one of four score columns counts") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.cf", "body A /a/\nscore A 1 2 3 4\n");
  for (std::uint32_t set = 0; set < 4; ++set) {
    const auto loaded = load_rules({file}, {}, "", {set});
    REQUIRE(loaded);
    CHECK(test::scan_with(*loaded, message_with({}, "a\n")).hits.at(0).score == set + 1);
  }
}

TEST_CASE("a part is searched only while the answer of a meta with a score depends on it") {
  const auto loaded = test::load_text(
      "body __DEAR /\\w+@alpha/\n"
      "body __RARE /beta/\n"
      "body __ALONE /\\w+@alpha/\n"
      "meta BOTH __DEAR && __RARE\n");
  REQUIRE(loaded);
  RuleScanner scanner(loaded->rules);
  RuleCosts costs;
  costs.nanoseconds_now = [] { return 0; };
  scanner.measure(&costs);
  const std::vector<Recipient> nobody;
  const auto without = message_with({}, "x@alpha\n"), with = message_with({}, "x@alpha\nbeta\n");
  REQUIRE(scanner.scan({without, {}, "", nobody}));
  for (const RuleCosts::Cost& cost : costs.costs) CHECK(cost.searches == 0);
  const auto outcome = scanner.scan({with, {}, "", nobody});
  REQUIRE(outcome);
  REQUIRE(outcome->hits.size() == 1);
  CHECK(outcome->hits[0].evidence.size() == 2);
  CHECK(costs.costs[0].searches == 1);
  CHECK(costs.costs[1].searches == 1);
  CHECK(costs.costs[2].searches == 0);  // nobody asks for it
}

TEST_CASE("metas of metas may go deep, but not without end") {
  const auto chain = [](int levels) {
    std::string rules = "body __M0 /zebra/\n";
    for (int i = 1; i < levels; ++i) {
      rules += "meta __M" + std::to_string(i) + " __M" + std::to_string(i - 1) + " + 1\n";
    }
    return rules + "meta DEEP __M" + std::to_string(levels - 1) + " > " +
           std::to_string(levels - 1) + "\n";
  };
  CHECK(names_of_hits(chain(200), message_with({}, "a zebra")) == "DEEP");
  CHECK(names_of_hits(chain(200), message_with({}, "a horse")).empty());
  CHECK_FALSE(test::load_text(chain(300)));
}

TEST_CASE("matches that begin before, between and behind what guards propose are all counted") {
  const char* rules =
      "body A_COUNT /\\w{0,8}password/\n"
      "tflags A_COUNT multiple\n"
      "meta B_THREE A_COUNT == 3\n"
      "body C_FAR /begin.*password/\n"
      "body D_EMPTY /(?:password|$)/\n"
      "tflags D_EMPTY multiple\n"
      "body E_BEHIND /(?<=my )password/\n";
  CHECK(names_of_hits(rules, message_with({}, "begin my password, oldpassword\npasswordpass")) ==
        "A_COUNT B_THREE C_FAR D_EMPTY E_BEHIND");
}

TEST_CASE("a pattern that asks where the search began finds what stands there only") {
  const char* rules =
      "body A_BEGIN /\\Gxyzzy/\n"
      "body B_RUN /\\Gab/\n"
      "tflags B_RUN multiple\n"
      "meta C_TWO B_RUN == 2\n";
  CHECK(names_of_hits(rules, message_with({}, "ababcab xyzzy")) == "B_RUN C_TWO");
}
