#include <catch2/catch.hpp>

#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

// "field=value" of each term, "-" in front of negated ones.
std::vector<std::string> terms_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (const SearchTerm& term : must(parse_search(arguments, at_second(0))).terms)
    result.push_back((term.negated ? "-" : "") + term.field + "=" + term.value);
  return result;
}

std::string complaint_of(const std::string& argument) {
  const auto query = parse_search({argument}, at_second(0));
  if (query) return "none";
  CHECK(query.error().kind == Error::Kind::malformed);
  return query.error().message;
}

using Terms = std::vector<std::string>;

TEST_CASE("arguments are split at spaces, and quotes keep them together") {
  CHECK(terms_of({"from:a@b.example rule:X", "word"}) ==
        Terms{"from=a@b.example", "rule=X", "=word"});
  CHECK(terms_of({"subject:\"two words\" \"a phrase\""}) ==
        Terms{"subject=two words", "=a phrase"});
  CHECK(terms_of({R"(subject:"say \"hi\"")"}) == Terms{"subject=say \"hi\""});
  CHECK(terms_of({"  \t "}).empty());
  CHECK(terms_of({}).empty());
}

TEST_CASE("a minus in front of a term negates it, inside a word it does not") {
  CHECK(terms_of({"-rule:X -word pay-day -\"a phrase\" --5"}) ==
        Terms{"-rule=X", "-=word", "=pay-day", "-=a phrase", "-=-5"});
}

TEST_CASE("a number alone is an id, in quotes or with a field it is a word") {
  CHECK(terms_of({"17", "-18", "\"19\"", "subject:20"}) ==
        Terms{"id=17", "-id=18", "=19", "subject=20"});
}

TEST_CASE("a colon in quotes or behind what is no name makes no field") {
  CHECK(terms_of({"\"re: hello\"", ":x", "\xE5\x8F\xA3:y"}) ==
        Terms{"=re: hello", "=:x", "=\xE5\x8F\xA3:y"});
}

TEST_CASE("fields are known whatever their case, and only the first colon counts") {
  CHECK(terms_of({"URL:https://x.example/a", "Message-ID:<a:b@x.example>"}) ==
        Terms{"url=https://x.example/a", "message-id=<a:b@x.example>"});
}

TEST_CASE("an unknown field is answered with the nearest one and the list") {
  const std::string complaint = complaint_of("form:a@b.example");
  CHECK(complaint.find("there is no search field \"form\"; did you mean \"from\"?") == 0);
  CHECK(complaint.find("envelope-from") != std::string::npos);
  CHECK(complaint_of("https://x.example").find("did you mean") == std::string::npos);
}

TEST_CASE("an unknown name is answered with the nearest one") {
  CHECK(complaint_of("disposition:malicous").find("did you mean \"malicious\"?") !=
        std::string::npos);
  CHECK(complaint_of("action:delete").find("deleted_items") != std::string::npos);
  CHECK(complaint_of("state:remove").find("did you mean \"removed\"?") != std::string::npos);
  CHECK(complaint_of("direction:in").find("inbound") != std::string::npos);
  CHECK(terms_of({"disposition:SPAM"}) == Terms{"disposition=spam"});
}

TEST_CASE("dates, times and ages become times") {
  CHECK(terms_of({"after:2026-11-22"}) == Terms{"after=2026-11-22T00:00:00.000000Z"});
  CHECK(terms_of({"before:2026-11-22T10:00:00+01:00"}) ==
        Terms{"before=2026-11-22T09:00:00.000000Z"});
  CHECK(terms_of({"after:2h"}) == Terms{"after=" + format_rfc3339(at_second(-7200))});
  CHECK(terms_of({"before:7d"}) == Terms{"before=" + format_rfc3339(at_second(-7 * 86400))});
  CHECK(complaint_of("after:yesterday").find("is no time") != std::string::npos);
  CHECK(complaint_of("after:2026-13-01").find("is no time") != std::string::npos);
}

TEST_CASE("values that cannot be meant are refused with the field") {
  CHECK(complaint_of("from:").find("from: needs a value") == 0);
  CHECK(complaint_of("\"\"") == "an empty search word");
  CHECK(complaint_of("from:anna").find("neither an address nor a domain") != std::string::npos);
  CHECK(complaint_of("sha256:abc").find("64 hexadecimal digits") != std::string::npos);
  CHECK(complaint_of("ip:mail.example").find("neither an address nor a network") !=
        std::string::npos);
  CHECK(complaint_of("id:x").find("no whole number") != std::string::npos);
  CHECK(complaint_of("id:99999999999999999999").find("no whole number") != std::string::npos);
  CHECK(complaint_of("!!!").find("no letter and no digit") != std::string::npos);
  CHECK(complaint_of("subject:\"open").find("a quote is not closed") == 0);
  CHECK(complaint_of(std::string(3000, 'x')) == "a search term is too long");
}

}  // namespace
}  // namespace secondlook
