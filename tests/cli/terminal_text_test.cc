#include "cli/terminal_text.h"

#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace secondlook;

namespace {

// tests/cases/cli/hostile_text.json: [{"why", "hex", "terminal", "csv"}].
nlohmann::json hostile_cases() {
  std::ifstream file(std::string(TEST_CASES) + "/cli/hostile_text.json");
  return nlohmann::json::parse(file);
}

std::string from_hex_text(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

// The characters that DESIGN forbids on a terminal, looked for bluntly.
bool holds_raw_control(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  for (const char* control :
       {"\xc2\x9b", "\u202e", "\u202d", "\u202a", "\u202b", "\u202c", "\u2066", "\u2067", "\u2068",
        "\u2069", "\u200e", "\u200f", "\u061c", "\u2028", "\u2029", "\u200b", "\ufeff"})
    if (text.find(control) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("hostile text comes out as a reader can judge") {
  for (const auto& one : hostile_cases()) {
    INFO(one["why"]);
    const std::string text = from_hex_text(one["hex"]);
    CHECK(terminal_text(text) == one["terminal"]);
    CHECK(csv_field(text) == one["csv"]);
    CHECK_FALSE(holds_raw_control(terminal_text(text)));
    CHECK_FALSE(holds_raw_control(csv_field(text)));
    CHECK_FALSE(holds_raw_control(json_string(text)));
  }
}

TEST_CASE("text already made safe stays as it is") {
  for (const auto& one : hostile_cases()) {
    const std::string once = terminal_text(from_hex_text(one["hex"]));
    CHECK(terminal_text(once) == once);
  }
}

TEST_CASE("JSON made safe says the same") {
  const std::string subject =
      "a\u202eb\u2028c\u200bd\U000e0041\\\"\x7f e\xc2\x9b"
      "31m";
  const nlohmann::json line = {{"subject", subject}, {"number", 1.5}, {"none", nullptr}};
  const std::string safe = json_text(line.dump());
  CHECK_FALSE(holds_raw_control(safe));
  CHECK(nlohmann::json::parse(safe) == line);
  CHECK(safe.find("\\udb40\\udc41") != std::string::npos);  // U+E0041 as a surrogate pair
  CHECK(nlohmann::json::parse(json_string(subject)) == subject);
}

TEST_CASE("bytes that are no UTF-8 never break JSON") {
  const auto parsed =
      nlohmann::json::parse(json_string("a\xff\xe3\x81"
                                        "b"));
  CHECK(parsed == "a\ufffd\ufffd\ufffdb");
}

TEST_CASE("every single byte and every pair of bytes becomes printable") {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      if (holds_raw_control(terminal_text(text)) || holds_raw_control(json_string(text)) ||
          !nlohmann::json::accept(json_string(text)))
        FAIL_CHECK("bytes " << first << " " << second);
    }
}

TEST_CASE("East Asian wide characters count two columns, combining marks none") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("請求書") == 6);
  CHECK(display_width("ｱｲｳ") == 3);  // half-width katakana
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("😀") == 2);
}

TEST_CASE("text is cut at a character's edge and within its columns") {
  CHECK(fit_to_width("subject", 7) == "subject");
  CHECK(fit_to_width("subject", 4) == "sub…");
  CHECK(fit_to_width("請求書のご確認", 6) == "請求…");
  CHECK(fit_to_width("請求書のご確認", 0).empty());
  CHECK(fit_to_width("x", 1) == "x");
  for (std::size_t width = 1; width < 20; ++width)
    CHECK(display_width(fit_to_width("a請b求c書e\u0301 subject", width)) <= width);
}
