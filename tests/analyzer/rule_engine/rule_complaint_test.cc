// What a rule author reads: every tests/cases/rules/NAME.cf with its NAME.expected, one complaint a
// line, "warning: " before those that do not refuse the set.
#include <algorithm>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/parser/rule_parser.h"
#include "analyzer/rule_engine/patterns/database_cache.h"
#include "base/file_descriptor.h"
#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;

namespace {

std::string complaints_about(const std::string& name, const std::string& content) {
  ParsedRules parsed = parse_rules({{name, content}});
  DatabaseCache cache("");
  std::vector<RuleComplaint> complaints = parsed.complaints;
  const CompiledResult compiled = compile_rules(std::move(parsed.rules), {}, cache);
  complaints.insert(complaints.end(), compiled.complaints.begin(), compiled.complaints.end());
  std::string text;
  for (const RuleComplaint& complaint : complaints) {
    text += (complaint.fatal ? "" : "warning: ") + complaint.text() + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("every mistake of a rule author is explained in the words of its golden file") {
  std::size_t cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TEST_CASES) + "/rules")) {
    if (entry.path().extension() != ".cf") continue;
    const auto rules = read_file(entry.path().string(), 1 << 20);
    const auto expected = read_file(
        std::filesystem::path(entry.path()).replace_extension(".expected").string(), 1 << 20);
    INFO(entry.path().string());
    REQUIRE(rules);
    REQUIRE(expected);
    CHECK(complaints_about(entry.path().filename().string(), *rules) == *expected);
    ++cases;
  }
  CHECK(cases >= 10);
}

TEST_CASE("rules cut at any place are complained about or loaded, and nothing else") {
  const std::string whole =
      "if (version >= 3.0)\nheader A Subject =~ m{x\\#y}i [if-unset: z]\nmeta B (A + 2) > 1\n"
      "score B 1.5\ndescribe B text\ndisposition B malicious\ntflags A multiple maxhits=3\nendif\n";
  CHECK(complaints_about("whole.cf", whole).empty());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string text = complaints_about("cut.cf", whole.substr(0, length));
    CHECK((text.empty() || text.find("cut.cf:") != std::string::npos));
  }
}

TEST_CASE("a set with a mistake is refused as a whole, and the error lists every mistake") {
  const auto loaded = test::load_text("body A /(/\nboddy B /x/\nbody C /fine/\n");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == Error::Kind::malformed);
  CHECK(std::count(loaded.error().message.begin(), loaded.error().message.end(), '\n') == 1);
}

TEST_CASE("a rule path that does not exist is said by name") {
  const auto loaded = load_rules({"/no/such/rules.cf"}, {}, "");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().kind == Error::Kind::not_found);
  CHECK(loaded.error().message.find("/no/such/rules.cf") != std::string::npos);
}
