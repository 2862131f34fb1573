#include "schema/verdict.h"

#include <limits>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/verdict_protocol.h"
#include "tests/schema/sample_verdict.h"

namespace secondlook {
namespace {

std::string with(const char* member, const nlohmann::json& value) {
  auto json = nlohmann::json::parse(to_json(full_verdict()));
  json[member] = value;
  return json.dump();
}

std::string complaint_of(const std::string& json) {
  const auto verdict = parse_verdict(json);
  return verdict ? "none" : verdict.error().message;
}

TEST_CASE("a verdict comes back from its JSON as it was") {
  const std::string json = to_json(full_verdict());
  const auto verdict = parse_verdict(json);
  REQUIRE(verdict);
  CHECK(to_json(*verdict) == json);
  CHECK(verdict->hits[0].evidence[0].text == "verify your password");
  CHECK(verdict->recipients[1].expanded_from == "all@corp.example");
  CHECK(verdict->authentication.dkim[0].selector == "s1");
  CHECK(verdict->eop.scl == 5);
  CHECK(verdict->attachments[0].encrypted);
  CHECK(verdict->parts.mimetic == 4);
}

TEST_CASE("a verdict carries its reduced mail when there is one, and drops one that is too large") {
  CHECK(to_json(full_verdict()).find("reduced_mail") == std::string::npos);
  Verdict verdict = full_verdict();
  verdict.reduced_mail = "QUJD";
  CHECK(parse_verdict(to_json(verdict))->reduced_mail == "QUJD");
  verdict.reduced_mail.assign(VerdictBounds::kReducedMail + 4, 'A');
  CHECK(parse_verdict(to_json(verdict))->reduced_mail.empty());
}

TEST_CASE("a verdict is one line, and what is absent is null, not left out") {
  const std::string json = to_json(Verdict{});
  CHECK(json.find('\n') == std::string::npos);
  const auto object = nlohmann::json::parse(json);
  for (const char* name : {"message_id", "digest", "sender", "subject", "sent_at", "direction"}) {
    INFO(name);
    REQUIRE(object.contains(name));
    CHECK(object[name].is_null());
  }
  CHECK(object["disposition"] == "unscanned");
  CHECK(object["eop"]["scl"].is_null());
  CHECK(object["recipients"].is_array());
  CHECK(parse_verdict(json));
}

TEST_CASE("the names that scan --json promises are there") {
  const auto object = nlohmann::json::parse(to_json(full_verdict()));
  for (const char* name : {"message_id", "disposition", "score", "scores", "hits", "attributes",
                           "parts", "links", "link_sites", "attachments", "errors"})
    CHECK(object.contains(name));
  for (const char* name : {"rule", "score", "disposition", "description", "evidence"})
    CHECK(object["hits"][0].contains(name));
  for (const char* name : {"where", "offset", "text"})
    CHECK(object["hits"][0]["evidence"][0].contains(name));
  CHECK(object["parts"] == nlohmann::json({{"reader", 3}, {"mimetic", 4}}));
}

TEST_CASE("bytes that are no UTF-8 are replaced, and long texts end at a character's edge") {
  Verdict verdict;
  verdict.subject = "a\xFF\xC3";
  verdict.hits = {
      {"RULE", 1, Disposition::spam, "", {{"body", 0, std::string(199, 'x') + "\xC3\xA9"}}}};
  verdict.recipients = {{"\x80@corp.example", "to", "", ""}};
  const auto read = parse_verdict(to_json(verdict));
  REQUIRE(read);
  CHECK(read->subject == "a\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(read->hits[0].evidence[0].text == std::string(199, 'x'));
  CHECK(read->recipients[0].address == "\xEF\xBF\xBD@corp.example");
}

TEST_CASE("control characters of a mail travel as data") {
  Verdict verdict;
  verdict.subject = std::string("\x1B[31m\r\nBcc: x\0y", 15);
  const std::string json = to_json(verdict);
  for (const char c : json) CHECK(static_cast<unsigned char>(c) >= 0x20);
  const auto read = parse_verdict(json);
  REQUIRE(read);
  CHECK(read->subject == verdict.subject);
}

TEST_CASE("lists are cut to their bounds and a score that is no number is null") {
  Verdict verdict;
  verdict.score = std::numeric_limits<double>::quiet_NaN();
  verdict.scores = {{"malicious", std::numeric_limits<double>::infinity()}, {"nonsense", 1}};
  verdict.links.resize(1500);
  verdict.attachments.resize(1500);
  verdict.hits = {{"RULE", 1, Disposition::spam, "", std::vector<Evidence>(9)}};
  verdict.errors.resize(500, "e");
  const auto read = parse_verdict(to_json(verdict));
  REQUIRE(read);
  CHECK(read->links.size() == VerdictBounds::kLinks);
  CHECK(read->attachments.size() == VerdictBounds::kAttachments);
  CHECK(read->hits[0].evidence.size() == VerdictBounds::kEvidence);
  CHECK(read->errors.size() == VerdictBounds::kErrors);
  CHECK(read->score == 0);
  CHECK(read->scores.size() == 1);
}

TEST_CASE("a verdict too large for a frame loses evidence and says so, but no recipient") {
  Verdict verdict;
  verdict.hits.resize(10'000, {"RULE", 1, Disposition::spam, "",
                               std::vector<Evidence>(5, {"body", 0, std::string(200, '\x01')})});
  verdict.recipients.resize(20'000, {"someone@corp.example", "to", "", ""});
  const std::string json = to_json(verdict);
  CHECK(json.size() < kLargestVerdictFrame);
  const auto read = parse_verdict(json);
  REQUIRE(read);
  CHECK(read->recipients.size() == 20'000);
  CHECK(read->hits.size() == 10'000);
  CHECK(read->hits[0].evidence.empty());
  CHECK(read->errors.size() == 1);
}

TEST_CASE("what a worker may not say is refused, with the place") {
  CHECK(complaint_of("") == "verdict: no JSON object");
  CHECK(complaint_of("[]") == "verdict: no JSON object");
  CHECK(complaint_of(with("version", 2)) == "verdict: version 2 is not understood");
  CHECK(complaint_of(with("version", nullptr)) == "verdict: version 0 is not understood");
  CHECK(complaint_of(with("disposition", "harmless")) == "verdict: disposition is unknown");
  CHECK(complaint_of(with("disposition", nullptr)) == "verdict: disposition is unknown");
  CHECK(complaint_of(with("score", "high")) == "verdict: score is no number");
  CHECK(complaint_of(with("subject", 7)) == "verdict: subject is no text");
  CHECK(complaint_of(with("size", -1)) ==
        "verdict: size is no whole number from 0 to 9223372036854775807");
  CHECK(complaint_of(with("subject", std::string(999, 's'))) ==
        "verdict: subject has more than 998 bytes");
  CHECK(complaint_of(with("digest", "a\nb")) == "verdict: digest holds a control character");
  CHECK(complaint_of(with("hits", {{{"score", 1}, {"disposition", "spam"}}})) ==
        "verdict: hits[0].rule is missing");
  CHECK(complaint_of(with("links", std::vector<nlohmann::json>(1001, nlohmann::json::object()))) ==
        "verdict: links has more than 1000 items");
  CHECK(complaint_of(with("recipients", {1})) ==
        "verdict: recipients holds something that is no object");
  CHECK(complaint_of(with("scores", {{"nonsense", 1}})) ==
        "verdict: scores. names an unknown disposition");
  CHECK(complaint_of(with("eop", {{"scl", 1.5}})) ==
        "verdict: eop.scl is no whole number from -1000 to 1000");
}

TEST_CASE("a verdict nested a million deep is refused before anything is built of it") {
  CHECK(complaint_of(std::string(1'000'000, '[')) == "verdict: nested too deeply");
  std::string json = "{\"version\":1,\"hits\":";
  for (int i = 0; i < 9; ++i) json += "{\"a\":";
  CHECK(complaint_of(json) == "verdict: nested too deeply");
}

TEST_CASE("a verdict cut at any place is refused, and so is one with something behind it") {
  const std::string json = to_json(full_verdict());
  for (std::size_t length = 0; length < json.size(); ++length)
    REQUIRE_FALSE(parse_verdict(json.substr(0, length)));
  CHECK_FALSE(parse_verdict(json + json));
  CHECK_FALSE(parse_verdict(json + "\xFF"));
}

TEST_CASE("members that a later version adds are passed over") {
  CHECK(parse_verdict(with("colour", "blue")));
}

TEST_CASE("every disposition has a name, and malicious is the worst") {
  for (const auto disposition :
       {Disposition::malicious, Disposition::suspicious, Disposition::spoof, Disposition::spam,
        Disposition::bulk, Disposition::clean, Disposition::unscanned, Disposition::not_a_report,
        Disposition::forged_report})
    CHECK(parse_disposition(name_of(disposition)) == disposition);
  CHECK_FALSE(parse_disposition("Malicious"));
  CHECK(severity_rank(Disposition::malicious) == 0);
  CHECK(severity_rank(Disposition::clean) == 5);
  CHECK(severity_rank(Disposition::unscanned) == 6);
}

}  // namespace
}  // namespace secondlook
