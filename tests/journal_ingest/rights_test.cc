#include "journal_ingest/rights.h"

#include <cerrno>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/landlock.h"

namespace secondlook {
namespace {

// A directory of this test alone, removed with its content by the test.
struct Place {
  std::string root = "/tmp/secondlook-rights-XXXXXX";
  PathSettings paths;
  std::string secret;

  Place() {
    REQUIRE(::mkdtemp(root.data()) != nullptr);
    paths.journal = root + "/journal";
    paths.database = root + "/database/detections.db";
    secret = root + "/secrets/client.secret";
    for (const char* name : {"/journal", "/database/recorded_mark", "/secrets"})
      REQUIRE(make_directories(root + name));
    REQUIRE(replace_file(paths.database, "of detections\n"));
    REQUIRE(replace_file(secret, "graph client secret\n"));
    REQUIRE(replace_file(paths.recorded_mark(), "{}"));
  }
  ~Place() {
    for (const std::string& file :
         {secret, paths.recorded_mark(), paths.database, paths.journal + "/new"})
      ::unlink(file.c_str());
    for (const char* name : {"/journal", "/database/recorded_mark", "/database", "/secrets", ""})
      ::rmdir((root + name).c_str());
  }
};

int errno_of_opening(const std::string& path, int flags) {
  return ::open(path.c_str(), flags, 0600) >= 0 ? 0 : errno;
}

// The first promise that does not hold, 0 when all do, 99 when confining failed.
int broken_promise(const Place& place) {
  if (!confine(ingest_rights(place.paths))) return 99;
  if (errno_of_opening(place.secret, O_RDONLY) != EACCES) return 1;
  if (errno_of_opening("/etc/passwd", O_RDONLY) != EACCES) return 2;
  if (errno_of_opening(place.paths.recorded_mark(), O_RDONLY) != 0) return 3;
  if (errno_of_opening(place.paths.recorded_mark(), O_WRONLY) != EACCES) return 4;
  if (errno_of_opening(place.paths.journal + "/new", O_WRONLY | O_CREAT) != 0) return 5;
  if (errno_of_opening(place.paths.database, O_RDONLY) != EACCES) return 7;
  if (errno_of_opening(place.root + "/database", O_RDONLY | O_DIRECTORY) != EACCES) return 8;
#ifndef SECONDLOOK_SANITIZED
  if (::socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM) return 6;
#endif
  return 0;
}

TEST_CASE("ingest reads the mark and writes the log, and cannot read credential or database") {
  if (landlock_abi() == 0) {
    WARN("skipped: this kernel has no Landlock");
    return;
  }
  const Place place;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(broken_promise(place));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace secondlook
