#include "cli/table.h"

#include <sstream>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

Table sample() {
  Table table({{"ID", false, true}, {"SENDER"}, {"SUBJECT", true}});
  table.add({"7", "a@b.example", "請求書のご確認をお願いいたします"});
  table.add({"123", "mallory@evil.example", "pay\x1b[2Jnow"});
  return table;
}

std::string printed(std::size_t width) {
  std::ostringstream out;
  sample().print(out, width);
  return out.str();
}

}  // namespace

TEST_CASE("columns are aligned by what the eye sees and nothing is cut in a pipe") {
  CHECK(printed(0) ==
        " ID  SENDER                SUBJECT\n"
        "  7  a@b.example           請求書のご確認をお願いいたします\n"
        "123  mallory@evil.example  pay\\x1b[2Jnow\n");
}

TEST_CASE("on a terminal the flexible column gives way") {
  CHECK(printed(37) ==
        " ID  SENDER                SUBJECT\n"
        "  7  a@b.example           請求書の…\n"
        "123  mallory@evil.example  pay\\x1b[2…\n");
}

TEST_CASE("columns that must be whole are never cut") {
  CHECK(printed(10).find("mallory@evil.example") != std::string::npos);
}
