#include "analyzer/handed_rules.h"

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/rule_engine.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

const RuleSources kTwoFiles{{{"a.cf", "body A /a/\ninclude b.inc\n"}, {"empty.cf", ""}},
                            {{"b.inc", std::string("bo\0dy", 5)}}};

}  // namespace

TEST_CASE("rule files are handed over with their names, byte for byte, once") {
  const auto handed = HandedRules::make();
  REQUIRE(handed);
  CHECK_FALSE(handed->take());
  REQUIRE(handed->write({{{"long.cf", std::string(100'000, '#')}}, {}}));
  REQUIRE(handed->write(kTwoFiles));
  const auto taken = handed->take();
  REQUIRE(taken);
  REQUIRE(taken->files.size() == 2);
  CHECK(taken->files[0].content == kTwoFiles.files[0].content);
  CHECK(taken->files[1].name == "empty.cf");
  REQUIRE(taken->included.size() == 1);
  CHECK(taken->included[0].content == kTwoFiles.included[0].content);
  CHECK_FALSE(handed->take());
}

TEST_CASE("what was handed over and is cut, or goes on, is refused") {
  const std::string whole = pack_rules(kTwoFiles);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(unpack_rules(whole.substr(0, length)));
  }
  CHECK(unpack_rules(whole));
  CHECK_FALSE(unpack_rules(whole + "x"));
  CHECK_FALSE(unpack_rules(std::string(64, '\xff')));
}

TEST_CASE("a set is loaded from what was read, though its files are others by now or gone") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("site.cf", "body A /a/\ninclude more.inc\n");
  directory.write("more.inc", "body B /b/\n");
  const auto sources = read_rule_sources({file});
  REQUIRE(sources);
  const auto hash = load_rules({file}, {}, "")->facts.hash;
  directory.write("site.cf", "body C /c/\n");
  std::filesystem::remove(directory.file("more.inc"));
  const auto loaded = load_read_rules(*sources, {}, "");
  REQUIRE(loaded);
  CHECK(loaded->facts.rules == 2);
  CHECK(loaded->facts.hash == hash);
}
