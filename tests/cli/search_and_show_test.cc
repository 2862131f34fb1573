#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/desk.h"

using namespace secondlook;

TEST_CASE("search shows detections alone, hostile as they are, harmlessly") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"search"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("search.txt"));
  CHECK(ran.err.empty());
}

TEST_CASE("search --csv survives a spreadsheet") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"search", "--all", "--csv"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("search.csv"));
}

TEST_CASE("search --json gives an object a line that says exactly what was recorded") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"search", "--all", "--json"});
  CHECK(ran.out == golden("search.jsonl"));
  std::istringstream lines(ran.out);
  std::string line;
  REQUIRE(std::getline(lines, line));
  CHECK(nlohmann::json::parse(line)["id"] == 2);  // newest first
  REQUIRE(std::getline(lines, line));
  CHECK(nlohmann::json::parse(line)["subject"] ==
        "=HYPERLINK(\"http://evil.example\")\r\n2  clean  請求書");
}

TEST_CASE("show prints facts, evidence, copies and what was done, harmlessly") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"show", "1"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("show.txt"));
}

TEST_CASE("show and report speak Japanese where that is asked, and nothing else is another") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran shown = desk.run({"show", "1", "--lang", "ja"});
  CHECK(shown.status == 0);
  CHECK(shown.out == golden("show.ja.txt"));
  const Ran report =
      desk.run({"report", "--since", "2020-01-01", "--until", "2030-01-01", "--lang", "ja"});
  CHECK(report.out == golden("report.ja.txt"));
  CHECK(desk.run({"show", "1", "--lang", "de"}).status == 2);
  CHECK(desk.run({"show", "1", "--lang", "ja", "--json"}).out ==
        desk.run({"show", "1", "--json"}).out);
}

TEST_CASE("show --json is one line") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"show", "1", "--json"});
  CHECK(ran.status == 0);
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 1);
  const auto shown = nlohmann::json::parse(ran.out);
  CHECK(shown["hits"][0]["evidence"][0]["text"] == "c0ntoso\x1b]0;owned\x07.example");
  CHECK(shown["reports"][0]["sequence"] == 1);
}

TEST_CASE("a search that finds nothing ends with 1, one that cannot be meant with 2") {
  Desk desk;
  record_two_mails(desk.paths());
  CHECK(desk.run({"search", "subject:nosuchword"}).status == 1);
  CHECK(desk.run({"search", "-from:c0ntoso.example"}).status == 1);
  const Ran unknown = desk.run({"search", "sbject:x"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err.find("subject") != std::string::npos);
  CHECK(desk.run({"search", "--json", "--csv"}).status == 2);
  CHECK(desk.run({"search", "--limit", "many"}).status == 2);
}

TEST_CASE("without a database search and show say so and end with 3") {
  Desk desk;
  for (const auto& words : std::vector<std::vector<std::string>>{{"search"}, {"show", "1"}}) {
    const Ran ran = desk.run(words);
    CHECK(ran.status == 3);
    CHECK(ran.err.starts_with("secondlook: the database cannot be read"));
  }
}

TEST_CASE("show tells a mail that is not there from a number that is none") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran absent = desk.run({"show", "99"});
  CHECK(absent.status == 1);
  CHECK(absent.err == "secondlook: there is no mail 99\n");
  for (const std::string word : {"x", "-1", "1.5", "99999999999999999999"})
    CHECK(desk.run({"show", "--", word}).status == 2);
  CHECK(desk.run({"show"}).status == 2);
}

TEST_CASE("show --raw says when the report is no longer kept") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"show", "1", "--raw"});
  CHECK(ran.status == 1);
  CHECK(ran.out.empty());
  CHECK(ran.err.starts_with("secondlook: the report of mail 1 is not there: "));
}

TEST_CASE("report sums up a time in text and JSON, hostile names made harmless") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"report", "--since", "2020-01-01", "--until", "2030-01-01"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("report.txt"));
  const Ran json = desk.run({"report", "--since", "2020-01-01", "--until", "2030-01-01", "--json"});
  CHECK(json.status == 0);
  CHECK(std::count(json.out.begin(), json.out.end(), '\n') == 1);
  const auto object = nlohmann::json::parse(json.out);
  CHECK(object["messages"] == 2);
  CHECK(object["detections"] == 1);
  CHECK(object["removals"]["precision"] == 1.0);
  CHECK(object["exposure_seconds"]["p50"] == 1.75);
  const auto empty = nlohmann::json::parse(
      desk.run({"report", "--since", "1999-01-01", "--until", "1999-02-01", "--json"}).out);
  CHECK(empty["removals"]["precision"].is_null());
  CHECK(empty["exposure_seconds"]["p50"].is_null());
}

TEST_CASE(
    "a report of a time without mail ends with 1, of no time with 2, without a database with 3") {
  Desk desk;
  CHECK(desk.run({"report"}).status == 3);
  record_two_mails(desk.paths());
  CHECK(desk.run({"report", "--since", "1999-01-01", "--until", "1999-02-01"}).status == 1);
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"report", "--since", "yesterday"},
                                             {"report", "--since", "1h", "--until", "2h"},
                                             {"report", "--top", "all"}})
    CHECK(desk.run(words).status == 2);
}

TEST_CASE("search --count says how many there are, however many a page has") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"search", "--count", "--all"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "2\n");
  CHECK(desk.run({"search", "--count"}).out == "1\n");
  CHECK(desk.run({"search", "--count", "--json"}).out == "{\"count\":1}\n");
  const Ran none = desk.run({"search", "--count", "subject:nosuchword"});
  CHECK(none.status == 1);
  CHECK(none.out == "0\n");
  CHECK(desk.run({"search", "--count", "--csv"}).status == 2);
  CHECK(desk.run({"search", "--count", "--limit", "5"}).status == 2);
}
