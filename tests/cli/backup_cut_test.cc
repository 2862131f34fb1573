// restore-backup that is cut off before each change of a directory it makes: the database is then
// the old one with all it knew, or the restored one. The three calls below are this program's own
// and count.
#include <cstdio>
#include <filesystem>
#include <memory>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schema/pending_restore.h"
#include "schema/store/store.h"
#include "tests/cli/desk.h"

namespace {

constexpr int kWasCut = 99;
int calls_left = -1;  // below 0: nothing is cut

void count_call() {
  if (calls_left == 0) ::_exit(kWasCut);
  if (calls_left > 0) --calls_left;
}

}  // namespace

extern "C" int rename(const char* from, const char* to) noexcept {
  count_call();
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
extern "C" int link(const char* from, const char* to) noexcept {
  count_call();
  return static_cast<int>(::syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0));
}
extern "C" int unlink(const char* path) noexcept {
  count_call();
  return static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

namespace secondlook {
namespace {

namespace fs = std::filesystem;

// Runs `work` in a process that ends without tidying up.
template <typename Work>
int in_a_process(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

struct Site {
  Desk desk;
  std::string backup;

  // A backup, and after it a row that stands in the -wal alone.
  Site() {
    desk.configure("");
    record_two_mails(desk.paths());
    const Ran made = desk.run({"backup", desk.file("backups"), "--json"});
    REQUIRE(made.status == 0);
    backup = nlohmann::json::parse(made.out).at("directory");
    REQUIRE(in_a_process([this] {
              auto store = Store::open(desk.paths().database);
              AuditEntry entry;
              entry.command = "later";
              const bool written = store && (*store)->append_audit(entry);
              [[maybe_unused]] Store* const left_open = store ? store->release() : nullptr;
              return written ? 0 : 1;
            }) == 0);
    REQUIRE(fs::file_size(desk.paths().database + "-wal") > 0);
  }

  Ran restore() { return desk.run({"restore-backup", backup, "--yes"}); }
  // Cut before the call `n`, from 0: true. It went through: false.
  bool restore_cut(int n) {
    const int status = in_a_process([&] {
      calls_left = n;
      return restore().status;
    });
    REQUIRE((status == 0 || status == kWasCut));
    return status == kWasCut;
  }
  // As remediation starts: the newest command in the audit says which database is in force.
  std::string in_force() {
    REQUIRE(finish_pending_restore(desk.paths().database));
    CHECK_FALSE(fs::exists(pending_restore_path(desk.paths().database)));
    auto store = Store::open(desk.paths().database);
    REQUIRE(store);
    const auto rows = (*store)->audit_before(std::nullopt, 10);
    REQUIRE(rows);
    REQUIRE_FALSE(rows->empty());
    const auto checked = verify_audit(**store, "");
    REQUIRE(checked);
    CHECK(checked->intact());
    CHECK(rows->size() == 1);  // never of both
    return rows->front().entry.command;
  }
};

}  // namespace

TEST_CASE(
    "restore-backup that is cut off anywhere leaves one whole database, and can be run again") {
  int cuts = 0;
  bool is_decided = false;
  for (;; ++cuts) {
    INFO("cut before call " << cuts);
    Site site;
    const bool was_cut = site.restore_cut(cuts);
    const std::string newest = site.in_force();
    CHECK((newest == "later" || newest == "restore-backup"));
    if (is_decided) CHECK(newest == "restore-backup");
    is_decided = newest == "restore-backup";
    if (!was_cut) break;
    const Ran again = site.restore();
    INFO(again.err);
    REQUIRE(again.status == 0);
    CHECK(site.in_force() == "restore-backup");
  }
  CHECK(is_decided);
  CHECK(cuts >= 5);  // two second names, the decision, -wal, the place
}

TEST_CASE(
    "a restoring that was cut off is ended before another one begins, and no id is given twice") {
  auto made = std::make_unique<Site>();
  for (int cut = 0; !fs::exists(pending_restore_path(made->desk.paths().database)); ++cut) {
    made = std::make_unique<Site>();
    REQUIRE(made->restore_cut(cut));
  }
  Site& site = *made;
  const Ran again = site.restore();
  INFO(again.err);
  REQUIRE(again.status == 0);
  auto store = Store::open(site.desk.paths().database);
  REQUIRE(store);
  // One of the mail before ("later"), then one of each restoring.
  const auto rows = (*store)->audit_before(std::nullopt, 10);
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().id >= 3);
}

}  // namespace secondlook
