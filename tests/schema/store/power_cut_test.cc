// Durability of verdicts is tested by cutting the power (power_cut_vfs.h): a killed process leaves
// the page cache. What was acknowledged, and what the recorded mark let ingest free, must be there.
// SECONDLOOK_POWER_CUTS=N makes it N cuts (300).
#include <cstdlib>
#include <filesystem>

#include <catch2/catch.hpp>

#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/power_cut_vfs.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

constexpr std::uint64_t kBatch = 3;

// Batches are committed until the power is cut or `most` are; gives the last sequence that was.
std::uint64_t record_batches(const std::string& path, std::uint64_t most, std::uint64_t committed) {
  const auto store = Store::open(path);
  if (!store) return committed;
  const auto recorded = (*store)->recorded_mark(kSampleLog);
  if (!recorded) return committed;
  for (std::uint64_t next = *recorded + 1; most > 0; --most, next += kBatch) {
    auto transaction = (*store)->begin();
    if (!transaction) return committed;
    for (std::uint64_t sequence = next; sequence < next + kBatch; ++sequence)
      if (!(*store)->record({stamp_of(sequence), verdict_of(std::to_string(sequence))}))
        return committed;
    if (!(*transaction)->commit()) return committed;
    committed = next + kBatch - 1;  // from here on the analyzer is told, and the mark is written
  }
  return committed;
}

std::string broken_promise(const std::string& path, std::uint64_t committed) {
  const auto connection = Connection::open(path, ConnectionMode::read_write);
  if (!connection) return "cannot be opened: " + connection.error().message;
  const auto count = [&](const char* sql) {
    const auto number = (*connection)->integer(sql);
    return number ? static_cast<std::uint64_t>(number->value_or(0)) : ~0ULL;
  };
  std::string found;
  const auto checked = for_each_row((*connection)->query("PRAGMA integrity_check"),
                                    [&](const Statement& row) { found += row.text(0); });
  if (!checked) return "integrity_check fails: " + checked.error().message;
  if (found != "ok") return "integrity_check fails: " + found;
  const std::uint64_t recorded = count("SELECT max(recorded) FROM logs");
  if (recorded < committed)
    return "recorded is " + std::to_string(recorded) + " after " + std::to_string(committed) +
           " was acknowledged";
  if (recorded % kBatch != 0) return "half a batch is there";
  for (const char* sql :
       {"SELECT count(*) FROM reports", "SELECT max(sequence) FROM reports",
        "SELECT count(*) FROM messages", "SELECT count(DISTINCT message) FROM recipients",
        "SELECT count(*) FROM message_search WHERE message_search MATCH 'invoice'"})
    if (count(sql) != recorded) return std::string(sql) + " is not " + std::to_string(recorded);
  return "";
}

// One database through several cuts; the first promise that does not hold.
std::string live(std::uint64_t seed, int cuts, bool ignores_syncs) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("detections.db");
  must(Store::open(path));
  std::mt19937_64 random(seed);
  std::uint64_t committed = 0;
  for (int cut = 0; cut < cuts; ++cut) {
    {
      PowerCutVfs disk(random(), ignores_syncs);
      disk.cut_at(1 + random() % 300);
      for (int start = 0; start < 5 && !disk.is_off(); ++start)
        committed = record_batches(path, 1 + random() % 6, committed);
      disk.leave_what_is_left();
    }
    if (const std::string wrong = broken_promise(path, committed); !wrong.empty())
      return "cut " + std::to_string(cut + 1) + ": " + wrong;
  }
  return "";
}

TEST_CASE("verdicts acknowledged before a power cut are there after it, in whole batches") {
  const char* asked = std::getenv("SECONDLOOK_POWER_CUTS");
  const std::uint64_t cuts = asked == nullptr ? 300 : std::strtoull(asked, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= cuts / 10; ++seed) {
    INFO("seed " << seed);
    REQUIRE(live(seed, 10, false) == "");
  }
}

TEST_CASE("control: a database whose syncs are ignored loses verdicts or breaks") {
  std::string wrong;
  for (std::uint64_t seed = 1; seed <= 50 && wrong.empty(); ++seed) wrong = live(seed, 10, true);
  WARN("found: " << wrong);
  CHECK_FALSE(wrong.empty());
}

}  // namespace
}  // namespace secondlook
