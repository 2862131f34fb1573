// Debian's own SpamAssassin rules as a test of reality.
#include <filesystem>

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/parser/rule_parser.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/rule_source.h"

using namespace secondlook;

namespace {

const std::string kStock = "/usr/share/spamassassin";

}  // namespace

TEST_CASE("every file of Debian's stock rules is read without a mistake") {
  if (!std::filesystem::exists(kStock)) {
    WARN("skipped: Debian's package spamassassin is not installed");
    return;
  }
  const auto files = read_rule_files({kStock});
  REQUIRE(files);
  const ParsedRules parsed = parse_rules(*files);
  CHECK(parsed.rules.size() > 1500);
  for (const RuleComplaint& complaint : parsed.complaints) {
    INFO(complaint.text());
    CHECK_FALSE(complaint.fatal);
  }
}

TEST_CASE("all of Debian's stock rules compile, and hardly any is tried everywhere") {
  if (!std::filesystem::exists(kStock)) {
    WARN("skipped: Debian's package spamassassin is not installed");
    return;
  }
  const auto loaded = load_rules({kStock}, {}, "");
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded);
  CHECK(loaded->facts.patterns > 1100);
  CHECK(loaded->facts.unguarded * 15 < loaded->facts.patterns);
  for (const RuleComplaint& complaint : loaded->complaints) {
    INFO(complaint.text());
    CHECK(complaint.message.find("too large") == std::string::npos);
  }
}
