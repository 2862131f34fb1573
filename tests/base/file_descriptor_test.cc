#include "base/file_descriptor.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

bool is_open(int number) {
  return ::fcntl(number, F_GETFD) >= 0;
}

TEST_CASE("a descriptor is closed once, by its last owner") {
  TemporaryDirectory directory;
  auto file = open_file(directory.write("a", "x"), O_RDONLY);
  REQUIRE(file);
  const int number = file->number();
  {
    FileDescriptor owner(std::move(*file));
    CHECK_FALSE(file->is_open());
    CHECK(owner.number() == number);
    owner = FileDescriptor(owner.release());
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("an opened file is not inherited by programs that are started") {
  TemporaryDirectory directory;
  const auto file = open_file(directory.write("a", "x"), O_RDONLY);
  REQUIRE(file);
  CHECK((::fcntl(file->number(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a file that is not there is not found, with its name") {
  const auto missing = read_file("/nonexistent/name", 10);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == Error::Kind::not_found);
  CHECK(missing.error().message.find("/nonexistent/name") != std::string::npos);
}

TEST_CASE("a file larger than the limit is refused, one as large is read") {
  TemporaryDirectory directory;
  const std::string path = directory.write("a", std::string(100'000, 'x'));
  CHECK(read_file(path, 100'000)->size() == 100'000);
  const auto refused = read_file(path, 99'999);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Error::Kind::malformed);
}

TEST_CASE("bytes are written whole, at the end or at a place") {
  TemporaryDirectory directory;
  const std::string path = directory.file("a");
  const auto file = open_file(path, O_WRONLY | O_CREAT);
  REQUIRE(file);
  const std::string large(1 << 20, 'x');
  REQUIRE(write_fully(file->number(), large));
  REQUIRE(write_fully_at(file->number(), "yy", 10));
  std::string expected = large;
  expected.replace(10, 2, "yy");
  CHECK(content_of(path) == expected);
}

TEST_CASE("a file is replaced whole, with its mode, and nothing is left beside it") {
  TemporaryDirectory directory;
  const std::string path = directory.write("a", "old and longer");
  REQUIRE(replace_file(path, "new", 0640));
  CHECK(content_of(path) == "new");
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0640);
  CHECK(::access((path + ".new").c_str(), F_OK) != 0);
  CHECK_FALSE(replace_file(directory.file("missing/a"), "x"));
}

TEST_CASE("a replaced file has the mode that was asked for under any umask") {
  TemporaryDirectory directory;
  const std::string path = directory.file("mark");
  const mode_t before = ::umask(0077);
  const auto written = replace_file(path, "1", 0644);
  ::umask(before);
  REQUIRE(written);
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0644);
}

TEST_CASE("directories are made with all above them, and existing ones are left") {
  TemporaryDirectory directory;
  const std::string path = directory.file("a/b/c");
  REQUIRE(make_directories(path, 0700));
  REQUIRE(make_directories(path, 0700));
  CHECK(sync_directory(path));
  directory.write("file", "x");
  CHECK_FALSE(make_directories(directory.file("file/below")));
}

}  // namespace
}  // namespace secondlook
