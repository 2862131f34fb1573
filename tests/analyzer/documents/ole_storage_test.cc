#include "analyzer/documents/ole_storage.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/ole_writer.h"

using namespace secondlook;
using test::OleFile;

namespace {

std::string content_of(const OleStorage& storage, const std::string& path) {
  for (const OleEntry& entry : storage.entries())
    if (entry.path == path) return storage.read(entry, 1 << 20).bytes;
  return "no such stream";
}

std::string patched(std::string bytes, std::size_t at, std::uint64_t number,
                    std::size_t width = 4) {
  return bytes.replace(at, width, test::little_endian(number, width));
}

}  // namespace

TEST_CASE("streams, small and large, are read by their paths") {
  const std::string large(10'000, 'L'), edge(4096, 'E');
  const std::string file = test::make_ole(
      {{"a", "small"}, {"Macros/VBA/dir", large}, {"Macros/x", edge}, {"empty", ""}});
  const auto storage = OleStorage::open(file);
  REQUIRE(storage);
  CHECK(storage->cuts().empty());
  CHECK(storage->entries().size() == 7);
  CHECK(content_of(*storage, "a") == "small");
  CHECK(content_of(*storage, "Macros/VBA/dir") == large);
  CHECK(content_of(*storage, "Macros/x") == edge);
  CHECK(content_of(*storage, "empty").empty());
}

TEST_CASE("a stream is read up to a bound, and says when it is cut") {
  const std::string file = test::make_ole({{"a", std::string(10'000, 'x')}});
  const auto storage = OleStorage::open(file);
  REQUIRE(storage);
  const OleStream cut = storage->read(storage->entries()[1], 5000);
  CHECK(cut.bytes.size() == 5000);
  CHECK_FALSE(cut.is_whole);
  CHECK(storage->read(storage->entries()[1], 10'000).is_whole);
}

TEST_CASE("what is no compound file is an error") {
  CHECK_FALSE(OleStorage::open(""));
  CHECK_FALSE(OleStorage::open("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
  const std::string file = test::make_ole({{"a", "b"}});
  CHECK_FALSE(OleStorage::open(patched(file, 0x1E, 31, 2)));
  CHECK_FALSE(OleStorage::open(patched(file, 0x30, 0xFFFFFFFE)));
}

TEST_CASE("a chain of sectors that runs in a circle ends with the stream's size") {
  std::string file = test::make_ole({{"a", std::string(3 * 512 + 4096, 'x')}});
  const std::size_t table = file.size() - 512;
  file = patched(file, table + 4 * 2, 0);  // the third sector leads back to the first
  const auto storage = OleStorage::open(file);
  REQUIRE(storage);
  CHECK(storage->read(storage->entries()[1], 1 << 20).bytes.size() == 3 * 512 + 4096);
}

TEST_CASE("a directory that leads to itself gives each entry once") {
  std::string file = test::make_ole({{"a", "1"}, {"b/c", "2"}});
  const std::size_t at = file.find(test::in_utf16("Root Entry"));
  for (std::size_t entry = 1; entry < 4; ++entry)
    for (const std::size_t link : {0x44, 0x48, 0x4C})
      file = patched(file, at + entry * 128 + link, (entry + link) % 4);
  const auto storage = OleStorage::open(file);
  REQUIRE(storage);
  CHECK(storage->entries().size() <= 4);
}

TEST_CASE("storages nested too deep, and too many streams, are said to be cut") {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "s/";
  const std::string nested = test::make_ole({{deep + "a", "x"}});
  const auto storage = OleStorage::open(nested);
  REQUIRE(storage);
  CHECK(storage->cuts() == std::vector<std::string>{"storages nested too deep"});
  const std::string many = test::make_ole({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}});
  const auto few = OleStorage::open(many, {.most_entries = 3});
  REQUIRE(few);
  CHECK(few->cuts() == std::vector<std::string>{"only 3 streams looked at"});
}

TEST_CASE("a file cut anywhere, or with any byte changed, is read without harm") {
  const std::string file = test::make_ole({{"a", std::string(5000, 'x')}, {"b/c", "2"}});
  for (std::size_t size = 0; size < file.size(); size += 61) {
    const std::string cut = file.substr(0, size);
    if (const auto storage = OleStorage::open(cut))
      for (const OleEntry& entry : storage->entries())
        CHECK(storage->read(entry, 1 << 16).bytes.size() <= 1 << 16);
  }
  for (std::size_t at = 0; at < file.size(); at += at < 512 ? 1 : 17) {
    const std::string changed = patched(file, at, 0xFF, 1);
    if (const auto storage = OleStorage::open(changed))
      for (const OleEntry& entry : storage->entries())
        CHECK(storage->read(entry, 1 << 16).bytes.size() <= 1 << 16);
  }
}
