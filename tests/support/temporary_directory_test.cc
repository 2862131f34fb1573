#include "tests/support/temporary_directory.h"

#include <catch2/catch.hpp>

namespace secondlook {

TEST_CASE("a temporary directory goes with everything in it") {
  std::filesystem::path path;
  {
    const TemporaryDirectory directory;
    path = directory.path();
    const std::string name = directory.write("deep/down/note.txt", "hello\n");
    CHECK(content_of(name) == "hello\n");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("two temporary directories are two") {
  const TemporaryDirectory first;
  const TemporaryDirectory second;
  CHECK(first.path() != second.path());
}

TEST_CASE("a file is written with the mode that was asked for") {
  const TemporaryDirectory directory;
  const auto mode = std::filesystem::status(directory.write("open", "x", 0644)).permissions();
  CHECK(static_cast<unsigned>(mode) == 0644U);
}

}  // namespace secondlook
