// A directory of a test's own (mode 0700), removed with all it holds when the owner goes. Throws
// where it cannot be made: a test cannot go on without it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace secondlook {

class TemporaryDirectory {
 public:
  // `disk`: beneath $TMPDIR or /tmp. `memory`: in /dev/shm where there is one, for tests that sync
  // or write thousands of times and need no real disk.
  enum class Place { disk, memory };
  explicit TemporaryDirectory(Place place = Place::disk);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // The full name of `name` in it; the file need not exist.
  std::string file(std::string_view name) const { return (path_ / name).string(); }
  // Writes (or replaces) a file in it and returns its full name. Mode 0600 unless said otherwise.
  std::string write(std::string_view name, std::string_view content, unsigned mode = 0600) const;

 private:
  std::filesystem::path path_;
};

// The content of a file, empty when it cannot be read: tests compare, they do not diagnose.
std::string content_of(const std::string& path);

}  // namespace secondlook
