#include "schema/store/database_copy.h"

#include <atomic>
#include <filesystem>
#include <thread>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {

TEST_CASE("a copy made while mails are recorded is whole and of one moment") {
  StoreFixture fixture;
  for (std::uint64_t n = 1; n <= 300; ++n) fixture.record(n, verdict_of("m" + std::to_string(n)));
  std::atomic<std::uint64_t> next = 301;
  std::atomic<bool> stops = false;
  std::thread recording([&] {
    while (!stops && next < 5000) {
      fixture.record(next, verdict_of("m" + std::to_string(next)));
      ++next;
    }
  });
  const std::string copy = fixture.directory.file("copy.db");
  std::uint64_t told = 0;
  const auto copied = copy_database(fixture.path, copy, [&](std::uint64_t done, std::uint64_t all) {
    told = done;
    CHECK(done <= all);
    std::this_thread::yield();
  });
  const std::uint64_t at_most = next;
  stops = true;
  recording.join();
  must(copied);
  CHECK(told > 0);
  const DatabaseFacts facts = must(read_database_facts(copy, Check::whole));
  REQUIRE(facts.recorded.size() == 1);
  const std::uint64_t recorded = facts.recorded.begin()->second;
  CHECK(recorded >= 300);
  CHECK(recorded <= at_most);
  CHECK(facts.ids.messages == static_cast<std::int64_t>(recorded));
  CHECK(!std::filesystem::exists(copy + "-wal"));
  CHECK(!std::filesystem::exists(copy + "-shm"));
}

TEST_CASE("a file that is no database of ours is refused") {
  StoreFixture fixture;
  const std::string other = fixture.directory.file("other.db");
  CHECK(!read_database_facts(other, Check::quick));
  std::filesystem::copy_file(fixture.path, other);
  std::filesystem::resize_file(other, 4096);
  CHECK(!read_database_facts(other, Check::quick));
}

}  // namespace secondlook
