// The mark by which ingest frees the log's segments must never name a report whose verdict a power
// cut has taken from the database. The database lives on a disk that is cut (power_cut_vfs.h). The
// mark's file is held to be on the disk as soon as it is written, which is the worst that can
// happen here: an older one only keeps segments longer. Cuts come in the middle of a commit,
// between a commit and its mark, and behind the mark. SECONDLOOK_POWER_CUTS=N makes it N cuts
// (300).
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "remediation/recorded_mark.h"
#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/power_cut_vfs.h"
#include "tests/schema/store/store_fixture.h"
#include "tests/support/manual_clock.h"

namespace secondlook {
namespace {

constexpr std::uint64_t kBatch = 3;

enum class Order { commit_then_mark, mark_then_commit };

struct Installation {
  TemporaryDirectory directory{TemporaryDirectory::Place::memory};
  std::string database = directory.file("detections.db");
  std::string mark = directory.file("recorded");
  ManualClock clock;
};

bool record_batch(Store& store, std::uint64_t first) {
  for (std::uint64_t sequence = first; sequence < first + kBatch; ++sequence)
    if (!store.record({stamp_of(sequence), verdict_of(std::to_string(sequence))})) return false;
  return true;
}

// Batches as remediation records them, until the power goes or `most` are recorded.
void record_batches(Installation& here, Order order, std::uint64_t most, std::mt19937_64& random) {
  const auto store = Store::open(here.database);
  if (!store) return;
  const auto recorded = (*store)->recorded_mark(kSampleLog);
  if (!recorded) return;
  RecordedMark mark(here.mark, here.clock);
  for (std::uint64_t first = *recorded + 1; most > 0; --most, first += kBatch) {
    auto transaction = (*store)->begin();
    if (!transaction || !record_batch(**store, first)) return;
    mark.advance(kSampleLog, first + kBatch - 1);
    if (order == Order::mark_then_commit) must(mark.write_now());
    if (!(*transaction)->commit()) return;
    if (random() % 4 == 0) return;  // the process ends before the mark is written
    must(mark.write_now());
  }
}

// Empty, or how the mark promises what the database does not have.
std::string broken_promise(const Installation& here) {
  const std::string content = content_of(here.mark);
  if (content.empty()) return "";
  const auto marked = nlohmann::json::parse(content).at("recorded").get<std::uint64_t>();
  const auto connection = Connection::open(here.database, ConnectionMode::read_write);
  if (!connection) return "cannot be opened: " + connection.error().message;
  const auto there =
      (*connection)
          ->integer("SELECT count(*) FROM reports WHERE sequence <= " + std::to_string(marked));
  if (!there) return there.error().message;
  const auto count = static_cast<std::uint64_t>(there->value_or(0));
  return count == marked ? ""
                         : "the mark says " + std::to_string(marked) + ", " +
                               std::to_string(count) + " are recorded";
}

std::string live(std::uint64_t seed, int cuts, Order order, bool ignores_syncs) {
  Installation here;
  must(Store::open(here.database));
  std::mt19937_64 random(seed);
  for (int cut = 0; cut < cuts; ++cut) {
    {
      PowerCutVfs disk(random(), ignores_syncs);
      disk.cut_at(1 + random() % 300);
      for (int start = 0; start < 5 && !disk.is_off(); ++start)
        record_batches(here, order, 1 + random() % 6, random);
      disk.leave_what_is_left();
    }
    if (std::string wrong = broken_promise(here); !wrong.empty())
      return "cut " + std::to_string(cut + 1) + ": " + wrong;
  }
  return "";
}

std::string first_loss(Order order, bool ignores_syncs) {
  std::string wrong;
  for (std::uint64_t seed = 1; seed <= 50 && wrong.empty(); ++seed)
    wrong = live(seed, 10, order, ignores_syncs);
  return wrong;
}

TEST_CASE("after a power cut the database has every verdict that the mark lets ingest free") {
  const char* asked = std::getenv("SECONDLOOK_POWER_CUTS");
  const std::uint64_t cuts = asked == nullptr ? 300 : std::strtoull(asked, nullptr, 10);
  for (std::uint64_t seed = 1; seed <= cuts / 10; ++seed) {
    INFO("seed " << seed);
    REQUIRE(live(seed, 10, Order::commit_then_mark, false) == "");
  }
}

TEST_CASE("control: a mark written before its commit promises verdicts that are lost") {
  CHECK_FALSE(first_loss(Order::mark_then_commit, false).empty());
}

TEST_CASE(
    "control: a mark over a database whose syncs are ignored promises verdicts that are lost") {
  CHECK_FALSE(first_loss(Order::commit_then_mark, true).empty());
}

}  // namespace
}  // namespace secondlook
