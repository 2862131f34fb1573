#include "schema/verdict_protocol.h"

#include <catch2/catch.hpp>

#include "tests/schema/sample_verdict.h"

namespace secondlook {
namespace {

TEST_CASE("a stamp comes back from its line as it was") {
  VerdictStamp stamp = stamp_of(42, 3);
  stamp.crc = 0xFFFFFFFF;
  stamp.attempt = 2;
  const std::string line = to_json(stamp);
  CHECK(line.find('\n') == std::string::npos);
  const auto read = parse_verdict_stamp(line);
  REQUIRE(read);
  CHECK(to_json(*read) == line);
  CHECK(read->sequence == 42);
  CHECK(read->crc == 0xFFFFFFFF);
  CHECK(read->received_at == stamp.received_at);
}

TEST_CASE("a stamp without log, sequence or time is refused") {
  VerdictStamp stamp = stamp_of(0);
  CHECK(parse_verdict_stamp(to_json(stamp)).error().message ==
        "stamp: sequence must be at least 1");
  stamp = stamp_of(1);
  stamp.log.clear();
  CHECK(parse_verdict_stamp(to_json(stamp)).error().message == "stamp: log is missing");
  CHECK(parse_verdict_stamp(R"({"log":"x","sequence":1})").error().message ==
        "stamp: received_at is no RFC 3339 time");
  CHECK_FALSE(parse_verdict_stamp(R"({"log":"x","sequence":18446744073709551615})"));
}

TEST_CASE("a mail from that would break the line stays on the line") {
  VerdictStamp stamp = stamp_of(1);
  stamp.mail_from = "a\nb\xFF@x.example";
  const std::string line = to_json(stamp);
  CHECK(line.find('\n') == std::string::npos);
  REQUIRE(parse_verdict_stamp(line));
  CHECK(parse_verdict_stamp(line)->mail_from == "a\nb\xEF\xBF\xBD@x.example");
}

TEST_CASE("hello, welcome, recorded and progress come back as they were") {
  const auto hello = parse_verdict_hello(to_json(VerdictHello{kSampleLog, 99, 7}));
  REQUIRE(hello);
  CHECK(hello->log == kSampleLog);
  CHECK(hello->durable_sequence == 99);
  CHECK(hello->oldest_sequence == 7);

  VerdictWelcome welcome;
  welcome.recorded = 10;
  welcome.recorded_above = {12, 15};
  welcome.attempts = {{11, 1}, {13, 2}};
  const auto read = parse_verdict_welcome(to_json(welcome));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(welcome));
  CHECK(read->attempts[1].attempts == 2);
  CHECK(read->window == kVerdictWindow);

  const auto recorded = parse_recorded(recorded_to_json({5, 3, 4}));
  REQUIRE(recorded);
  CHECK(*recorded == std::vector<std::uint64_t>{5, 3, 4});
  CHECK(parse_recorded(recorded_to_json({}))->empty());
  CHECK(parse_recorded(recorded_to_json({6}))->front() == 6);
  CHECK(*parse_progress(progress_to_json(77)) == 77);
}

TEST_CASE("a hello without oldest sequence is understood: an older master sent it") {
  const auto hello = parse_verdict_hello(R"({"log":"x","durable_sequence":5})");
  REQUIRE(hello);
  CHECK(hello->oldest_sequence == 0);
}

TEST_CASE("protocol frames with wrong types are refused") {
  CHECK_FALSE(parse_verdict_hello(R"({"durable_sequence":5})"));
  CHECK_FALSE(parse_verdict_hello(R"({"log":"x","durable_sequence":-5})"));
  CHECK_FALSE(parse_verdict_welcome(R"({"recorded":1,"window":0})"));
  CHECK_FALSE(parse_verdict_welcome(R"({"recorded":1,"window":1,"attempts":[3]})"));
  CHECK_FALSE(parse_recorded(R"({"sequences":["1"]})"));
  CHECK_FALSE(parse_progress("12"));
}

}  // namespace

TEST_CASE("a request for a second look, and the refusal of one, survive the way") {
  const auto request =
      parse_judge_again(to_json(JudgeAgain{7, 2, "a password in message 3", {8, 9}}));
  REQUIRE(request);
  CHECK(request->sequence == 7);
  CHECK(request->revision == 2);
  CHECK(request->cause == "a password in message 3");
  CHECK(request->companions == std::vector<std::uint64_t>{8, 9});
  const auto refusal = parse_not_judged(to_json(NotJudged{7, 2, "gone"}));
  REQUIRE(refusal);
  CHECK(refusal->sequence == 7);
  CHECK(refusal->revision == 2);
  CHECK(refusal->reason == "gone");
  CHECK(*parse_rules(rules_to_json("3fa2")) == "3fa2");
}

TEST_CASE("a request without a record or revision, or with too many companions, is refused") {
  CHECK_FALSE(parse_judge_again(to_json(JudgeAgain{0, 1, "", {}})));
  CHECK_FALSE(parse_judge_again(to_json(JudgeAgain{1, 0, "", {}})));
  CHECK_FALSE(parse_judge_again(to_json(JudgeAgain{1, 1, "", {1, 2, 3, 4, 5, 6}})));
  CHECK_FALSE(parse_judge_again(to_json(JudgeAgain{1, 1, "two\nlines", {}})));
}

}  // namespace secondlook
