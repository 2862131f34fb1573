#include "schema/store/sqlite_connection.h"

#include <filesystem>

#include <sqlite3.h>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

namespace fs = std::filesystem;

// Bytes that SQLite held at most while it sorted some ten megabytes.
std::int64_t most_memory_of_sorting(Connection& connection) {
  must(connection.execute("DROP INDEX IF EXISTS by_text"));
  sqlite3_memory_highwater(1);
  const std::int64_t before = sqlite3_memory_used();
  must(connection.execute("CREATE INDEX by_text ON texts (text)"));
  return sqlite3_memory_highwater(0) - before;
}

TEST_CASE("what is sorted in files takes bounded memory and leaves nothing behind") {
  const TemporaryDirectory directory;
  const std::string home = directory.file("it's here");
  const std::string path = home + "/detections.db";
  const auto connection = must(Connection::open(path, ConnectionMode::read_write));
  must(connection->execute(
      "PRAGMA cache_size=-500; CREATE TABLE texts (text TEXT NOT NULL) STRICT;"
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)"
      "INSERT INTO texts SELECT hex(randomblob(100)) FROM n"));
  const std::int64_t in_memory = most_memory_of_sorting(*connection);
  must(connection->sort_in_files());
  const std::int64_t in_files = most_memory_of_sorting(*connection);
  CHECK(in_memory > 10'000'000);
  CHECK(in_files < 5'000'000);
  for (const auto& file : fs::directory_iterator(home))
    CHECK(file.path().filename().string().starts_with("detections.db"));
  must(connection->sort_in_memory());
  CHECK(most_memory_of_sorting(*connection) > 10'000'000);
}

}  // namespace
}  // namespace secondlook
