#include "base/log.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::string text_line(std::string_view event, std::initializer_list<LogField> fields) {
  return format_log_line(LogFormat::text, "T", "ingest", LogLevel::warning, event, fields);
}
std::string json_line(std::string_view event, std::initializer_list<LogField> fields) {
  return format_log_line(LogFormat::json, "T", "ingest", LogLevel::error, event, fields);
}

TEST_CASE("a line of text has time, process, level, event and fields") {
  CHECK(text_line("connection refused", {{"peer", "192.0.2.1"}, {"count", "3"}}) ==
        "T ingest warning: connection refused peer=192.0.2.1 count=3");
}

TEST_CASE("a line of JSON has the same as members") {
  CHECK(json_line("connection refused", {{"peer", "192.0.2.1"}}) ==
        R"({"time":"T","process":"ingest","level":"error","event":"connection refused",)"
        R"("peer":"192.0.2.1"})");
}

TEST_CASE("what a stranger sent cannot begin a line of its own or leave its quotes") {
  CHECK(text_line("e", {{"helo", "x\r\nT ingest error: fake"}}) ==
        "T ingest warning: e helo=\"x\\u000d\\u000aT ingest error: fake\"");
  CHECK(json_line("e", {{"helo", "\"}\n\x1b[31m"}}).find(R"("helo":"\"}\u000a\u001b[31m")") !=
        std::string::npos);
  CHECK(text_line("e", {{"a", "b=c"}, {"d", ""}}) == "T ingest warning: e a=\"b=c\" d=\"\"");
  CHECK(text_line("e", {{"a", "\\\""}}) == R"(T ingest warning: e a="\\\"")");
}

TEST_CASE("a value is cut at a thousand bytes") {
  const std::string line = text_line("e", {{"a", std::string(5000, 'x')}});
  CHECK(line == "T ingest warning: e a=" + std::string(1000, 'x'));
}

TEST_CASE("a cut never leaves half a character") {
  const std::string line = json_line("e", {{"a", std::string(999, 'x') + "\xE5\x8F\xA3"}});
  CHECK(line.find(std::string(999, 'x') + "\"}") != std::string::npos);
}

TEST_CASE("a level is logged from the one that was set up on") {
  set_up_log("test", LogFormat::text, LogLevel::warning);
  CHECK_FALSE(is_logged(LogLevel::info));
  CHECK(is_logged(LogLevel::warning));
  CHECK(is_logged(LogLevel::error));
  set_up_log("test", LogFormat::text, LogLevel::info);
  CHECK(is_logged(LogLevel::info));
}

TEST_CASE("levels and formats are known by name") {
  CHECK(*parse_log_level("debug") == LogLevel::debug);
  CHECK(*parse_log_level("error") == LogLevel::error);
  CHECK(parse_log_level("loud").error().kind == Error::Kind::malformed);
  CHECK(*parse_log_format("json") == LogFormat::json);
  CHECK_FALSE(parse_log_format("xml"));
}

}  // namespace
}  // namespace secondlook
