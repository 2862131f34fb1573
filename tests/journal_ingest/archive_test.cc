#include <filesystem>
#include <random>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <zstd.h>

#include "journal_ingest/archive_writer.h"
#include "schema/journal_log/archive_format.h"
#include "schema/journal_log/log_file.h"
#include "schema/journal_log/reader.h"
#include "tests/journal_ingest/log_fixture.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

std::string content_of(const std::string& path) {
  return read_file(path, 1 << 30).value();
}

std::size_t files_with(const std::string& path, const std::string& ending) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(path))
    count += entry.path().string().ends_with(ending) ? 1 : 0;
  return count;
}

struct ArchivedLog : LogFixture {
  std::unique_ptr<OpenLog> log;

  ArchivedLog() { kept = {std::chrono::days(30), 1 << 30}; }

  // Several segments, five large reports in their own files, all recorded.
  void fill() {
    log = open();
    REQUIRE(log);
    for (const char letter : {'a', 'b', 'c', 'd', 'e'})
      commit(*log, {std::string(900, letter), std::string(3000, letter), "end"});
    REQUIRE(log->retention.set_recorded(15));
  }
  // As the keeper does it; false when something failed.
  bool archive_all() {
    ArchiveWriter archive(files, log->recovered.directory.number(), log->recovered.log);
    while (const auto segment = log->retention.next_to_archive()) {
      const auto archived = archive.compress(*segment, std::atomic<bool>(false));
      if (!archived) {
        log->retention.give_up_archiving();
        return false;
      }
      log->retention.set_archived(*segment, *archived);
      if (!archive.unlink_plain(*segment)) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("archived segments and report files are read as before, and take less room") {
  ArchivedLog archived;
  archived.fill();
  const auto before = read_all(archived.path());
  const std::string first = archived.path() + "/" + segment_file_name(1);
  const auto plain = fs::file_size(first);
  REQUIRE(archived.archive_all());
  CHECK(files_with(archived.path(), ".segment") == 1);
  CHECK(fs::file_size(archived_name(first)) < plain / 2);
  CHECK_FALSE(fs::exists(archived.path() + "/" + report_file_name(2)));
  CHECK(read_all(archived.path()) == before);
  archived.log.reset();
  archived.log = archived.open();
  REQUIRE(archived.log);
  CHECK(archived.commit(*archived.log, {"after"}) == 1);
  archived.require_nothing_lost();
}

TEST_CASE("who has a segment mapped while it is archived sees its bytes unchanged") {
  ArchivedLog archived;
  archived.fill();
  auto reader = JournalLogReader::open(archived.path());
  const auto record = reader->next().value();
  const auto file = reader->segment_descriptor(record->segment);
  const auto mapped = MappedBytes::map(*file, record->report_offset, record->report_length);
  REQUIRE(archived.archive_all());
  CHECK(mapped->bytes() == std::string(900, 'a'));
  for (std::uint64_t sequence = 2; sequence <= 15; ++sequence)
    CHECK(reader->next().value()->sequence == sequence);
}

TEST_CASE("an archive's file is a zstd file: its own tools restore the plain one") {
  ArchivedLog archived;
  archived.fill();
  const std::string name = archived.path() + "/" + segment_file_name(1);
  const std::string plain = content_of(name);
  REQUIRE(archived.archive_all());
  const std::string compressed = content_of(archived_name(name));
  std::string restored(plain.size(), '\0');
  const std::size_t length =
      ZSTD_decompress(restored.data(), restored.size(), compressed.data(), compressed.size());
  REQUIRE(length == plain.size());
  CHECK(restored == plain);
}

TEST_CASE("whichever step of archiving fails, every record is there once, and it goes on later") {
  bool failed = true;
  for (int call = 1; failed; ++call) {
    ArchivedLog archived;
    archived.fill();
    archived.files.fail_at(call, true);
    failed = !archived.archive_all();
    archived.files.fail_at(0);
    archived.require_nothing_lost();
    archived.log.reset();
    archived.log = archived.open();
    REQUIRE(archived.log);
    archived.require_nothing_lost();
    REQUIRE(archived.log->retention.set_recorded(15));
    REQUIRE(archived.archive_all());
    archived.require_nothing_lost();
    for (const auto& entry : fs::directory_iterator(archived.path()))
      REQUIRE_FALSE(fs::exists(archived_name(entry.path().string())));
  }
}

// After a power cut any of the unlinks, which nothing syncs, may have come to the disk.
TEST_CASE(
    "whichever plain files outlive a crash beside their archives, every record is there once") {
  std::mt19937 random(1);
  for (int crash = 0; crash < 64; ++crash) {
    ArchivedLog archived;
    archived.fill();
    const auto before = read_all(archived.path());
    ArchiveWriter writer(archived.files, archived.log->recovered.directory.number(),
                         archived.log->recovered.log);
    while (const auto segment = archived.log->retention.next_to_archive()) {
      const auto compressed = writer.compress(*segment, false);
      REQUIRE(compressed);
      archived.log->retention.set_archived(*segment, *compressed);
    }
    int both = 0;
    for (const fs::path& plain : std::vector<fs::directory_entry>(
             fs::directory_iterator(archived.path()), fs::directory_iterator()))
      if (fs::exists(archived_name(plain.string())) && ++both > 0 && random() % 2 == 0)
        fs::remove(plain);
    REQUIRE(both >= 4);
    REQUIRE(read_all(archived.path()) == before);
    archived.log.reset();
    archived.log = archived.open();
    REQUIRE(archived.log);
    REQUIRE(archived.commit(*archived.log, {"after"}) == 1);
    archived.require_nothing_lost();
    for (const auto& entry : fs::directory_iterator(archived.path()))
      REQUIRE_FALSE(fs::exists(archived_name(entry.path().string())));
    REQUIRE(archived.log->retention.set_recorded(16));
    REQUIRE(archived.archive_all());
    archived.require_nothing_lost();
    const Timestamp later = archived.clock.now() + std::chrono::days(31);
    for (const std::string& name : archived.log->retention.take_freeable(later))
      REQUIRE(fs::remove(archived.path() + "/" + name));
    REQUIRE(files_with(archived.path(), ".zst") == 0);
    REQUIRE(files_with(archived.path(), ".report") == 0);
    REQUIRE(files_with(archived.path(), ".segment") == 1);
  }
}

TEST_CASE("archived segments and their reports are freed when their days are over") {
  ArchivedLog archived;
  archived.fill();
  REQUIRE(archived.archive_all());
  CHECK(files_with(archived.path(), ".zst") >= 4);
  const Timestamp later = archived.clock.now() + std::chrono::days(31);
  for (const std::string& name : archived.log->retention.take_freeable(later))
    REQUIRE(fs::remove(archived.path() + "/" + name));
  CHECK(files_with(archived.path(), ".zst") == 0);
}

TEST_CASE("a segment that is being compressed is not freed meanwhile") {
  ArchivedLog archived;
  archived.fill();
  REQUIRE(archived.log->retention.next_to_archive());
  const Timestamp later = archived.clock.now() + std::chrono::days(31);
  CHECK(archived.log->retention.take_freeable(later).empty());
  archived.log->retention.give_up_archiving();
  CHECK_FALSE(archived.log->retention.take_freeable(later).empty());
}

TEST_CASE("damage in an archive costs the records of its block alone, and none is read wrong") {
  ArchivedLog archived;
  archived.settings = {3 << 20, 1 << 30};
  archived.memory_limit = 400'000;
  archived.log = archived.open();
  std::mt19937 random(7);
  for (int i = 0; i < 9; ++i) {
    std::string text(300'000, '\0');
    for (char& letter : text) letter = static_cast<char>('a' + random() % 16);
    archived.commit(*archived.log, {text});
  }
  archived.log.reset();
  archived.log = archived.open();
  archived.commit(*archived.log, {"in the newest segment"});
  REQUIRE(archived.log->retention.set_recorded(9));
  REQUIRE(archived.archive_all());
  const auto whole = read_all(archived.path());
  const std::string name = archived.path() + "/" + archived_name(segment_file_name(1));
  const std::string bytes = content_of(name);
  for (std::size_t place = 100; place < bytes.size(); place += bytes.size() / 7) {
    std::string changed = bytes;
    changed[place] = static_cast<char>(changed[place] ^ 0x10);
    write_bytes(name, changed);
    const auto said = read_all(archived.path());
    REQUIRE(said.size() == 10);
    std::size_t lost = 0;
    for (std::size_t i = 0; i < said.size(); ++i) {
      REQUIRE((said[i] == whole[i] || said[i] == std::to_string(i + 1) + "!"));
      lost += said[i] == whole[i] ? 0 : 1;
    }
    CHECK(lost >= 1);
    CHECK(lost <= 5);  // those that touch one block of 1 MiB
  }
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{63}, std::size_t{80}, bytes.size() / 2}) {
    write_bytes(name, bytes.substr(0, cut));
    CHECK(read_all(archived.path()).back() == whole.back());
  }
}

TEST_CASE("an archive's head with any bit changed, or that promises too much, is refused") {
  const ArchiveHead head{test_log(), 1, 3'000'000, {1000, 1000, 1000}};
  const std::string good = encode_archive_head(head);
  REQUIRE(decode_archive_head(good, good.size() + 3000));
  CHECK_FALSE(decode_archive_head(good, good.size() + 2999));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string changed = good;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    REQUIRE_FALSE(decode_archive_head(changed, good.size() + 3000));
  }
  for (const std::uint64_t length : {std::uint64_t{1}, std::uint64_t{4'000'000}, ~std::uint64_t{0}})
    CHECK_FALSE(decode_archive_head(encode_archive_head({test_log(), 1, length, head.blocks}),
                                    good.size() + 3000));
  const std::uint64_t too_long = kLongestCompressed + 1;
  CHECK_FALSE(
      decode_archive_head(encode_archive_head({test_log(), 1, 100, {kLongestCompressed + 1}}),
                          kArchiveHeadBytes + 4 + too_long));
}

TEST_CASE("a block that would unpack to more than it may reads as damaged") {
  const TemporaryDirectory directory;
  const std::string bomb(64 << 20, 'x');
  std::string block(ZSTD_compressBound(bomb.size()), '\0');
  block.resize(ZSTD_compress(block.data(), block.size(), bomb.data(), bomb.size(), 3));
  const std::string path = directory.path() + "/bomb";
  const auto packed = static_cast<std::uint32_t>(block.size());
  write_bytes(path, encode_archive_head({test_log(), 1, 1000, {packed}}) + block);
  auto opened = open_file(path, O_RDONLY);
  const auto file = LogFile::open_archive(std::move(*opened), test_log(), 1);
  REQUIRE(file);
  CHECK(file->read_at(0, 2000).value() == std::string(1000, '\xFF'));
}
