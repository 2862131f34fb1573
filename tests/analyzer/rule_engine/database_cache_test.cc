#include "analyzer/rule_engine/patterns/database_cache.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "base/file_descriptor.h"
#include "tests/analyzer/rule_engine/loaded_rules.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

constexpr const char* kRules =
    "body TEST_PASSWORD /password/i\nheader TEST_SUBJECT Subject =~ /a(?=b)/\n";

bool still_works(const LoadedRules& loaded) {
  const ParsedMessage message = test::message_with({"Subject: ab"}, "Your PassWord\n");
  return test::scan_with(loaded, message).hits.size() == 2;
}

}  // namespace

TEST_CASE("rules compiled once are read from the cache and hit the same") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.cf", kRules);
  const std::string cache = directory.file("cache");
  const auto cold = load_rules({file}, {}, cache);
  const auto warm = load_rules({file}, {}, cache);
  REQUIRE(cold);
  REQUIRE(warm);
  CHECK_FALSE(cold->facts.from_cache);
  CHECK(warm->facts.from_cache);
  CHECK(warm->facts.by_literals == 1);
  CHECK(warm->facts.hash == cold->facts.hash);
  CHECK(still_works(*cold));
  CHECK(still_works(*warm));
}

TEST_CASE("a damaged cache is compiled again, whatever byte is damaged") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.cf", "body TEST_A /password/\n");
  const std::string cache = directory.file("cache");
  REQUIRE(load_rules({file}, {}, cache));
  std::string path;
  for (const auto& entry : std::filesystem::directory_iterator(cache)) path = entry.path();
  const auto whole = read_file(path, 1 << 20);
  REQUIRE(whole);
  for (std::size_t place = 0; place < whole->size(); place += 97) {
    std::string damaged = *whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x55);
    REQUIRE(replace_file(path, damaged));
    const auto loaded = load_rules({file}, {}, cache);
    REQUIRE(loaded);
    CHECK_FALSE(loaded->facts.from_cache);
  }
  REQUIRE(replace_file(path, whole->substr(0, whole->size() / 2)));
  CHECK_FALSE(load_rules({file}, {}, cache)->facts.from_cache);
  CHECK(load_rules({file}, {}, cache)->facts.from_cache);
}

TEST_CASE("a cache that cannot be written costs nothing but time") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("a.cf", kRules);
  const auto loaded = load_rules({file}, {}, "/proc/no/such/place");
  REQUIRE(loaded);
  CHECK(still_works(*loaded));
}
