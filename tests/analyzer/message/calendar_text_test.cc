#include "analyzer/message/calendar_text.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("folded lines are one line again, in letters of several bytes too") {
  CHECK(unfold_calendar("URL:https://a.ex\r\n ample/x\r\nEND:VEVENT\r\n") ==
        "URL:https://a.example/x\r\nEND:VEVENT\r\n");
  CHECK(unfold_calendar("SUMMARY:\xE4\xBC\n\t\x9A\n") == "SUMMARY:\xE4\xBC\x9A\n");
  CHECK(unfold_calendar("") == "");
  CHECK(unfold_calendar("A:1\r\n ") == "A:1");
}

TEST_CASE("the escapes of texts are taken off, and no others") {
  CHECK(unescape_calendar_text("a\\nb\\, c\\; d\\\\e\\N") == "a\nb, c; d\\e\n");
  CHECK(unescape_calendar_text("C:\\temp\\") == "C:\\temp\\");
}

TEST_CASE("a line is a name, parameters and a value") {
  const auto line = parse_calendar_line("g1.Organizer;CN=\"A: B; C\";x=1:mailto:a@b.example\r");
  CHECK(line.name == "ORGANIZER");
  CHECK(line.parameter("CN") == "A: B; C");
  CHECK(line.parameter("X") == "1");
  CHECK(line.parameter("Y").empty());
  CHECK(line.value == "mailto:a@b.example");
}

TEST_CASE("what is no line has no name") {
  for (const char* text : {"", "words", "NAME;CN=a", "NAME;CN=\"a:b", ":value"}) {
    INFO(text);
    CHECK(parse_calendar_line(text).name.empty());
  }
}
