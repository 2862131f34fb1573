// Debian's own SpamAssassin rules as a test of reality. Compiling all of them takes a minute, which
// tests/bench/scan_rules does; here they are read, and a part of them is compiled.
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

TEST_CASE("Debian's stock header rules compile and run") {
  if (!std::filesystem::exists(kStock)) {
    WARN("skipped: Debian's package spamassassin is not installed");
    return;
  }
  const auto loaded =
      load_rules({kStock + "/20_head_tests.cf", kStock + "/20_uri_tests.cf"}, {}, "");
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded);
  CHECK(loaded->facts.patterns > 50);
  CHECK(loaded->facts.hyperscan > loaded->facts.prefiltered + loaded->facts.pcre_only);
}
