#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "cli/backup_restore.h"
#include "cli/backup_writer.h"
#include "schema/store/database_lock.h"
#include "schema/store/search.h"
#include "schema/store/store.h"
#include "tests/cli/desk.h"

namespace secondlook {
namespace {

namespace fs = std::filesystem;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}
unsigned mode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

struct Installation {
  Desk desk;
  std::string backups = desk.file("backups");
  std::string list = desk.file("site/lists.txt");
  std::string key = desk.file("site/tls.key");

  Installation() {
    write(list, "block domain evil.example\n");
    write(key, "the private key");
    write(desk.file("site/tls.crt"), "the certificate");
    fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
    write(desk.file("rules/site.cf"), "score EXAMPLE 1\n");
    write(desk.paths().released_mails() + "/1.json", "{}");
    write(desk.paths().released_mails() + "/2.json.tmp", "half");
    desk.configure("[smtp]\ntls_certificate_file = \"" + desk.file("site/tls.crt") +
                   "\"\ntls_key_file = \"" + key + "\"\n[lists]\nfiles = [\"" + list +
                   "\"]\n[analyzer]\nrules = [\"" + desk.file("rules") + "\"]\n");
    record_two_mails(desk.paths());
  }

  std::string make(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"backup", backups, "--json"});
    const Ran ran = desk.run(more);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    return nlohmann::json::parse(ran.out).at("directory");
  }
  std::vector<std::int64_t> ids() {
    auto store = Store::open_read_only(desk.paths().database);
    REQUIRE(store);
    auto query = parse_search({}, Timestamp{});
    query->include_all = true;
    std::vector<std::int64_t> found;
    REQUIRE(search(**store, *query, [&](const FoundMessage& message) {
      found.push_back(message.id);
      return true;
    }));
    return found;
  }
};

}  // namespace

TEST_CASE("a backup holds what the service knows, and no secret") {
  Installation site;
  const std::string made = site.make();
  const auto manifest = read_backup(made);
  REQUIRE(manifest);
  std::map<std::string, std::string> kinds;
  for (const BackupFile& file : manifest->files) kinds[file.file] = name_of(file.kind);
  CHECK(kinds.at("detections.db") == "database");
  CHECK(kinds.at("released_mails/1.json") == "released_mail");
  CHECK(kinds.at("files" + site.list) == "list");
  CHECK(kinds.at("files" + site.desk.file("rules/site.cf")) == "rules");
  CHECK(kinds.at("files" + site.desk.file("site/tls.crt")) == "certificate");
  CHECK(!kinds.contains("files" + site.key));
  CHECK(!kinds.contains("released_mails/2.json.tmp"));
  CHECK(read(made + "/files" + site.list) == "block domain evil.example\n");
  CHECK(mode_of(made) == 0700);
  CHECK(mode_of(made + "/detections.db") == 0600);
  const auto mark = nlohmann::json::parse(read(last_backup_path(site.desk.paths())));
  CHECK(mark.at("directory") == made);
  CHECK(mark.at("at") == manifest->made_at);
  CHECK(mark.at("bytes") == manifest->bytes());
}

TEST_CASE("secrets are in a backup only when they are asked for, with a warning") {
  Installation site;
  const Ran ran = site.desk.run({"backup", site.backups, "--with-secrets"});
  REQUIRE(ran.status == 0);
  CHECK(ran.err.find("keys and passwords") != std::string::npos);
  const std::string kept =
      site.backups + "/" + backups_in(site.backups).back() + "/files" + site.key;
  CHECK(read(kept) == "the private key");
  CHECK(mode_of(kept) == 0600);
}

TEST_CASE("of many backups the newest stay, and what is no backup is left alone") {
  Installation site;
  write(site.backups + "/secondlook-20200101T000000Z/half", "no manifest");
  write(site.backups + "/.secondlook-unfinished-20200101T000000Z/detections.db", "half");
  write(site.backups + "/notes.txt", "mine");
  const std::string first = site.make();
  const std::string second = site.make();
  const std::string third = site.make({"--keep", "2"});
  CHECK(backups_in(site.backups) == std::vector<std::string>{fs::path(second).filename().string(),
                                                             fs::path(third).filename().string()});
  CHECK(!fs::exists(first));
  CHECK(fs::exists(site.backups + "/notes.txt"));
  CHECK(fs::exists(site.backups + "/secondlook-20200101T000000Z"));
  CHECK(!fs::exists(site.backups + "/.secondlook-unfinished-20200101T000000Z"));
}

TEST_CASE("a backup that cannot be finished leaves nothing that looks like one") {
  Installation site;
  fs::remove(site.desk.paths().database);
  fs::remove(site.desk.paths().database + "-wal");
  const Ran ran = site.desk.run({"backup", site.backups});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("nothing was made") != std::string::npos);
  CHECK(fs::is_empty(site.backups));
}

TEST_CASE("while a restored database waits nothing is copied of the one it replaces") {
  Installation one;
  const std::string waiting = one.desk.paths().database + ".restored";
  write(waiting, "whole");
  const Ran ran = one.desk.run({"backup", one.backups});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("a restored database waits to take its place") != std::string::npos);
  CHECK(backups_in(one.backups).empty());
  fs::remove(waiting);
  one.make();
  CHECK(backups_in(one.backups).size() == 1);
}

TEST_CASE("a wrecked database is replaced, kept beside, and its ids are not given again") {
  Installation site;
  const std::string made = site.make();
  const auto before = site.ids();
  write(site.desk.paths().database, "no database any more");
  const Ran ran = site.desk.run({"restore-backup", made, "--yes"});
  INFO(ran.err << ran.out);
  REQUIRE(ran.status == 0);
  CHECK(site.ids() == before);
  bool is_kept = false;
  for (const auto& entry :
       fs::directory_iterator(fs::path(site.desk.paths().database).parent_path()))
    if (entry.path().filename().string().starts_with("detections.db.before-restore-") &&
        entry.path().extension() != ".db-wal")
      is_kept = is_kept || read(entry.path().string()) == "no database any more";
  CHECK(is_kept);
  auto store = Store::open(site.desk.paths().database);
  REQUIRE(store);
  CHECK((*store)->brake()->engaged);
  CHECK((*store)->brake()->because.find("restored from a backup") != std::string::npos);
  CHECK(*(*store)->audit_rows_written() > 1'000'000);
  const auto rows = (*store)->audit_before(std::nullopt, 1);
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK((*rows)[0].entry.command == "restore-backup");
  const auto checked = verify_audit(**store, "");
  REQUIRE(checked);
  CHECK(checked->intact());
}

TEST_CASE("a backup that was changed, or is not whole, is not restored") {
  Installation site;
  const std::string made = site.make();
  const std::string kept = read(site.desk.paths().database);
  SECTION("another byte") {
    std::ofstream(made + "/detections.db", std::ios::app) << 'x';
  }
  SECTION("a missing file") {
    fs::remove(made + "/released_mails/1.json");
  }
  SECTION("a link in place of a file") {
    fs::remove(made + "/released_mails/1.json");
    fs::create_symlink("/etc/hostname", made + "/released_mails/1.json");
  }
  SECTION("no manifest") {
    fs::remove(made + "/manifest.json");
  }
  const Ran ran = site.desk.run({"restore-backup", made, "--yes"});
  CHECK(ran.status != 0);
  CHECK(!ran.err.empty());
  CHECK(read(site.desk.paths().database) == kept);
}

TEST_CASE("a manifest cannot name files outside its directory") {
  for (const std::string file : {"../x", "/etc/passwd", "a/../../x", "", "a//b", "./a"}) {
    BackupManifest manifest;
    manifest.files = {{BackupKind::database, "detections.db", "/a", 1, "", 0600, "", ""},
                      {BackupKind::rules, file, "/b", 1, "", 0600, "", ""}};
    INFO(file);
    CHECK(!parse_backup_manifest(to_json(manifest)));
    manifest.files.pop_back();
    CHECK(parse_backup_manifest(to_json(manifest)));
  }
}

TEST_CASE("nothing is restored under a running service") {
  Installation site;
  const std::string made = site.make();
  const auto lock = lock_database(site.desk.paths().database);
  REQUIRE(lock);
  const Ran ran = site.desk.run({"restore-backup", made, "--yes"});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("stop the service first") != std::string::npos);
  CHECK(!fs::exists(site.desk.paths().database + ".restoring"));
}

TEST_CASE("the configuration comes back only when it is asked for") {
  Installation site;
  const std::string made = site.make();
  write(site.list, "block domain other.example\n");
  REQUIRE(site.desk.run({"restore-backup", made, "--yes"}).status == 0);
  CHECK(read(site.list) == "block domain other.example\n");
  const Ran dry = site.desk.run({"restore-backup", made, "--with-configuration", "--dry-run"});
  CHECK(dry.status == 0);
  CHECK(dry.out.find(site.list) != std::string::npos);
  CHECK(read(site.list) == "block domain other.example\n");
  const Ran ran = site.desk.run({"restore-backup", made, "--with-configuration", "--yes"});
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK(read(site.list) == "block domain evil.example\n");
}

TEST_CASE("the newest backup is named to who names the directory of all") {
  Installation site;
  const std::string made = site.make();
  const Ran ran = site.desk.run({"restore-backup", site.backups, "--yes"});
  CHECK(ran.status == 2);
  CHECK(ran.err.find(fs::path(made).filename().string()) != std::string::npos);
}

TEST_CASE("what is recorded again and what is lost follows from the mark and the log") {
  const auto gap = [](std::uint64_t recorded, std::uint64_t oldest, std::uint64_t durable) {
    return gap_between(recorded, {"log", oldest, durable});
  };
  CHECK(!gap(10, 5, 10).again);
  CHECK(!gap(10, 5, 10).lost);
  REQUIRE(gap(10, 5, 12).again);
  CHECK(gap(10, 5, 12).again->first == 11);
  CHECK(gap(10, 5, 12).again->last == 12);
  CHECK(!gap(10, 11, 12).lost);
  REQUIRE(gap(10, 20, 30).lost);
  CHECK(gap(10, 20, 30).lost->first == 11);
  CHECK(gap(10, 20, 30).lost->last == 19);
  CHECK(gap(10, 20, 30).again->first == 20);
  CHECK(gap(10, 5, 8).log_is_older);
  CHECK(!gap(10, 0, 12).lost);
}

}  // namespace secondlook
