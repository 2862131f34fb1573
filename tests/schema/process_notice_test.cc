#include "schema/process_notice.h"

#include <cstdlib>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace secondlook {
namespace {

TEST_CASE("a notice comes back from its line as it was") {
  const ProcessNotice notice{true,
                             "no-new-privileges seccomp",
                             "listening on \"[::]:25\"\n\xFF",
                             {"ab12", "2026-11-25T10:00:00Z", "a.cf:3:1: bad pattern"}};
  const std::string line = to_json(notice);
  CHECK(line.find('\n') == std::string::npos);
  const auto read = parse_process_notice(line);
  REQUIRE(read);
  CHECK(read->ready);
  CHECK(read->confinement == notice.confinement);
  CHECK(read->rules.hash == "ab12");
  CHECK(read->rules.loaded_at == "2026-11-25T10:00:00Z");
  CHECK(read->rules.refused == "a.cf:3:1: bad pattern");
  CHECK(read->detail == "listening on \"[::]:25\"\n\xEF\xBF\xBD");
}

TEST_CASE("a notice that is no object is refused, one with strange members is not ready") {
  for (const char* text : {"", "[]", "true", "{", "{\"ready\":true}x"})
    CHECK_FALSE(parse_process_notice(text));
  const auto strange = parse_process_notice(R"({"ready":"yes","detail":5})");
  REQUIRE(strange);
  CHECK_FALSE(strange->ready);
  CHECK(strange->detail.empty());
}

TEST_CASE("the descriptor is taken out of the environment once") {
  ::setenv(kNoticeVariable, "7", 1);
  CHECK(take_notice_descriptor() == 7);
  CHECK(take_notice_descriptor() == -1);
  for (const char* text : {"", "x", "7x"}) {
    ::setenv(kNoticeVariable, text, 1);
    CHECK(take_notice_descriptor() == -1);
  }
}

TEST_CASE("a notice is one line on the descriptor, and without one nothing happens") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  give_notice(writing.number(), {true, "c", "d"});
  give_notice(-1, {});
  writing.reset();
  CHECK(*read_descriptor(reading.number(), 1000) == to_json({true, "c", "d"}) + "\n");
}

}  // namespace
}  // namespace secondlook
