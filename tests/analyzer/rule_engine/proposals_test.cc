#include "analyzer/rule_engine/proposals.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using Window = Proposals::Window;

TEST_CASE(
    "windows of a pattern that touch are one, those of others and of other pieces stay apart") {
  Proposals proposals;
  proposals.begin_message(3);
  proposals.add(1, {0, 100, 110});
  proposals.add(1, {0, 112, 120});
  proposals.add(2, {0, 112, 120});
  proposals.add(1, {1, 121, 122});
  proposals.add(1, {0, 500, 500});
  CHECK(proposals.patterns() == std::vector<std::uint32_t>{1, 2});
  CHECK(proposals.windows_of(1) ==
        std::vector<Window>{{0, 100, 120}, {0, 500, 500}, {1, 121, 122}});
  CHECK(proposals.windows_of(2) == std::vector<Window>{{0, 112, 120}});
  CHECK(proposals.windows_of(0).empty());
}

TEST_CASE("windows that come out of order are put in order, and joined") {
  Proposals proposals;
  proposals.begin_message(1);
  for (const std::uint32_t at : {900U, 100U, 500U, 101U, 510U}) proposals.add(0, {0, at, at});
  CHECK(proposals.windows_of(0) ==
        std::vector<Window>{{0, 100, 101}, {0, 500, 510}, {0, 900, 900}});
}

TEST_CASE("very many windows in one piece become few, and none is lost") {
  Proposals proposals;
  proposals.begin_message(1);
  for (std::uint32_t at = 0; at < 100'000; at += 100) proposals.add(0, {0, at, at});
  const std::vector<Window>& windows = proposals.windows_of(0);
  CHECK(windows.size() <= Proposals::kMostOfPiece + 1);
  CHECK(windows.front().from == 0);
  CHECK(windows.back().to == 99'900);
}

TEST_CASE("a message too full of proposals says so, and the next one begins from nothing") {
  Proposals proposals;
  proposals.begin_message(2);
  for (std::uint32_t piece = 0; piece < Proposals::kMost + 10; ++piece)
    proposals.add(0, {piece, piece, piece});
  CHECK(proposals.is_full());
  proposals.add(1, {0, 1, 1});
  CHECK(proposals.patterns() == std::vector<std::uint32_t>{0});
  proposals.begin_message(2);
  CHECK_FALSE(proposals.is_full());
  CHECK(proposals.patterns().empty());
  CHECK(proposals.windows_of(0).empty());
}
