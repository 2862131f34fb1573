#include "schema/json_line.h"

#include <limits>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/utf8_text.h"
#include "schema/verdict.h"
#include "tests/schema/sample_verdict.h"

namespace secondlook {
namespace {

constexpr std::size_t kMost = 1000;

std::string line_of(std::string_view text, std::size_t most = kMost) {
  JsonLine line;
  line.text(text, most);
  return line.take();
}

std::string line_of(double value) {
  JsonLine line;
  line.number(value);
  return line.take();
}

TEST_CASE("objects and lists are parted by commas wherever they stand") {
  JsonLine line;
  line.open_object();
  line.name("empty").open_list();
  line.close_list();
  line.name("list").open_list();
  line.number(1);
  line.open_object();
  line.name("a").null();
  line.name("b").truth(true);
  line.close_object();
  line.number(std::uint64_t{18446744073709551615ULL});
  line.close_list();
  line.name("text").text_or_null("", kMost);
  line.close_object();
  CHECK(line.take() ==
        R"({"empty":[],"list":[1,{"a":null,"b":true},18446744073709551615],"text":null})");
}

TEST_CASE("every byte of a text is written as nlohmann's JSON writes it") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string("a") + static_cast<char>(byte) + "z";
    INFO(byte);
    CHECK(line_of(text) == nlohmann::json(bounded_utf8(text, kMost)).dump());
  }
}

TEST_CASE("a text is cut as bounded_utf8 cuts it, at every length") {
  const std::string text = "say \"\xE5\x8F\xA3\" \\ \x01\xFF\xC3\xA9 and so on\n";
  for (std::size_t most = 0; most < text.size() + 4; ++most) {
    INFO(most);
    CHECK(line_of(text, most) == nlohmann::json(bounded_utf8(text, most)).dump());
  }
}

TEST_CASE("scores are written as nlohmann's JSON writes them, and what is no number is null") {
  for (int thousandths = -20'000; thousandths <= 20'000; thousandths += 7) {
    const double score = thousandths / 1000.0;
    CHECK(line_of(score) == nlohmann::json(score).dump());
  }
  CHECK(line_of(3.0) == "3.0");
  CHECK(line_of(1e300) == "1e+300");
  CHECK(line_of(std::numeric_limits<double>::infinity()) == "null");
}

TEST_CASE("a verdict is written as nlohmann's JSON would write it") {
  Verdict verdict = full_verdict();
  verdict.hits[0].evidence[0].text = "\"\x7F\x1F\xE5\x8F\xA3 \\";
  for (const Verdict& each : {Verdict{}, full_verdict(), verdict}) {
    const std::string json = to_json(each);
    CHECK(nlohmann::ordered_json::parse(json).dump() == json);
  }
}

}  // namespace
}  // namespace secondlook
