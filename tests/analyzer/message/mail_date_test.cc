#include "analyzer/message/mail_date.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string read(std::string_view text) {
  const auto date = parse_mail_date(text);
  return date ? format_rfc3339(*date).substr(0, 19) : "none";
}

}  // namespace

TEST_CASE("dates of mails are read in the forms that are sent") {
  CHECK(read("Mon, 26 Feb 2018 16:07:14 -0500") == "2018-02-26T21:07:14");
  CHECK(read("Mon, 26 Feb 2018 16:07:14 -0500 (EST)") == "2018-02-26T21:07:14");
  CHECK(read("26 Feb 2018 16:07 +0900") == "2018-02-26T07:07:00");
  CHECK(read("Sun, 1 Jan 95 00:00:00 GMT") == "1995-01-01T00:00:00");
  CHECK(read("Sun,22 November 2026 13:00:00 JST") == "2026-11-22T04:00:00");
}

TEST_CASE("what is no date gives none") {
  for (const char* text : {"", "yesterday", "Mon, 32 Feb 2018 16:07:14 -0500", "Mon, 26 Feb 2018",
                           "26 Foo 2018 16:07:14", "26 Feb 2018 25:07:14", "26 Feb x 16:07:14"})
    CHECK(read(text) == "none");
}
