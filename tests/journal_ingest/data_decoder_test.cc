#include "journal_ingest/data_decoder.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

struct Decoded {
  std::string message;
  std::size_t taken = 0;
  bool done = false;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(const std::vector<std::string_view>& pieces) {
  DataDecoder decoder;
  Decoded decoded;
  for (const std::string_view piece : pieces) decoded.taken += decoder.feed(piece, decoded.message);
  decoded.done = decoder.done();
  return decoded;
}

// The same answer whole, byte by byte and cut in two at every place.
Decoded decode_each_way(std::string_view bytes) {
  const Decoded whole = decode({bytes});
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    single.push_back(bytes.substr(i, 1));
    REQUIRE(decode({bytes.substr(0, i), bytes.substr(i)}) == whole);
  }
  REQUIRE(decode(single) == whole);
  return whole;
}

}  // namespace

TEST_CASE("only CR LF dot CR LF ends a message") {
  // Ends that one or the other server has been found to take (SMTP smuggling, 2023).
  using namespace std::string_view_literals;
  for (const std::string_view end :
       std::vector<std::string_view>{"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\r\n", "\r\n.\r",
                                     "\r\n.\r\r\n", "\n.\r", "\r\n\0.\r\n"sv, "\r\n. \r\n"}) {
    const std::string bytes = "text" + std::string(end) + "MAIL FROM:<smuggled@x.example>\r\n";
    CHECK_FALSE(decode_each_way(bytes).done);
    const Decoded ended = decode_each_way(bytes + ".\r\nREST");
    CHECK(ended.done);
    CHECK(ended.taken == bytes.size() + 3);
    CHECK(ended.message.find("smuggled") != std::string::npos);
  }
}

TEST_CASE("what a message holds comes out as it was before the dots were put in") {
  const std::vector<std::pair<std::string_view, std::string_view>> table = {
      {".\r\n", ""},
      {"\r\n.\r\n", "\r\n"},
      {"a\r\n.\r\n", "a\r\n"},
      {"..\r\n.\r\n", ".\r\n"},
      {"..a\r\n.\r\n", ".a\r\n"},
      {".a\r\n.\r\n", "a\r\n"},
      {"a\nb\rc\r\n.\r\n", "a\nb\rc\r\n"},
      {"\r\r\n.\r\n", "\r\r\n"},
      {"a\n.\r\n.\r\n", "a\n.\r\n"},
  };
  for (const auto& [sent, meant] : table) {
    const Decoded decoded = decode_each_way(sent);
    CHECK(decoded.done);
    CHECK(decoded.message == meant);
    CHECK(decoded.taken == sent.size());
  }
}

TEST_CASE("line ends that are none are noted") {
  std::string message;
  DataDecoder proper;
  proper.feed("a\r\n.\r\n", message);
  CHECK_FALSE(proper.saw_bare_cr());
  CHECK_FALSE(proper.saw_bare_lf());
  CHECK_FALSE(proper.saw_nul());
  DataDecoder odd;
  odd.feed(std::string_view("a\nb\rc\0\r\n.\r\n", 12), message);
  CHECK(odd.saw_bare_cr());
  CHECK(odd.saw_bare_lf());
  CHECK(odd.saw_nul());
}
