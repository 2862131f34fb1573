#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "cli/doctor.h"

namespace secondlook {
namespace {

using State = Finding::State;
using std::chrono::microseconds;

constexpr std::uint64_t kLittleSpace = 1ULL << 30;
constexpr int kSyncs = 15;
constexpr microseconds kSlowSync{20'000};
constexpr microseconds kLongestMeasurement{3'000'000};

void check_directory(Findings& findings, const std::string& check, const std::string& path) {
  struct statvfs facts {};
  if (::statvfs(path.c_str(), &facts) != 0)
    return add(findings, State::problem, check, path + " is not there",
               "`secondlook serve` makes it; as another user than root make it yourself");
  const std::uint64_t free = facts.f_bavail * facts.f_frsize;
  const std::string finding = path + ", " + std::to_string(free >> 20) + " MiB free";
  if (free < kLittleSpace)
    add(findings, State::warning, check, finding, "below 1 GiB: reports will be deferred (4xx)");
  else
    add(findings, State::good, check, finding);
}

void check_directories(Findings& findings, const PathSettings& paths) {
  check_directory(findings, "journal directory", paths.journal);
  check_directory(findings, "database directory", parent_of(paths.database));
  struct stat facts {};
  if (::stat(paths.runtime.c_str(), &facts) == 0)
    add(findings, State::good, "runtime directory", paths.runtime);
  else
    add(findings, State::problem, "runtime directory", paths.runtime + " is not there",
        "start the service: `secondlook serve`");
}

std::string milliseconds_text(microseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f ms", static_cast<double>(time.count()) / 1000);
  return text;
}

// Overwrites of an unnamed file, as the journal log's: nothing is left in the directory.
void check_sync(Findings& findings, const std::string& directory) {
  using Steady = std::chrono::steady_clock;
  const FileDescriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.is_open()) {
    if (errno == EACCES || errno == EPERM)
      add(findings, State::good, "sync",
          "not measured: your user may not write to " + directory + "; root may");
    else if (errno != ENOENT)
      add(findings, State::good, "sync",
          "not measured in " + directory + ": " + std::strerror(errno));
    return;
  }
  const std::array<char, 4096> block{};
  std::array<microseconds, kSyncs> times{};
  std::size_t measured = 0;
  const auto began = Steady::now();
  for (int i = -1; i < kSyncs && Steady::now() - began < kLongestMeasurement; ++i) {
    const auto start = Steady::now();
    if (!write_fully_at(file.number(), {block.data(), block.size()}, 0) ||
        ::fdatasync(file.number()) != 0)
      return add(findings, State::problem, "sync",
                 directory + ": " + std::strerror(errno) + " while writing",
                 "look at the disk: dmesg, smartctl");
    // The first one makes the file; what counts is overwriting.
    if (i >= 0) times[measured++] = std::chrono::duration_cast<microseconds>(Steady::now() - start);
  }
  if (measured == 0) return;
  std::sort(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(measured));
  const microseconds median = times[measured / 2];
  const std::string finding = "a 4 KiB overwrite with fdatasync takes " +
                              milliseconds_text(median) + ", at worst " +
                              milliseconds_text(times[measured - 1]);
  if (median > kSlowSync)
    add(findings, State::warning, "sync", finding,
        "each 250 waits for one: a disk with a write cache that survives a power cut is faster");
  else
    add(findings, State::good, "sync", finding);
}

}  // namespace

void check_disk(Findings& findings, const PathSettings& paths) {
  check_directories(findings, paths);
  check_sync(findings, paths.journal);
}

}  // namespace secondlook
