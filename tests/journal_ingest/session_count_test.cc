#include "journal_ingest/session_count.h"

#include <catch2/catch.hpp>

#include "journal_ingest/turned_away.h"

using namespace secondlook;
using namespace std::chrono_literals;
using asio::ip::make_address;

TEST_CASE("one peer may have so many sessions, others go on") {
  SessionCount count;
  const SessionLimits limits{3, 2};
  const auto one = make_address("192.0.2.1");
  CHECK(count.enter(one, limits) == nullptr);
  CHECK(count.enter(make_address("::ffff:192.0.2.1"), limits) == nullptr);
  CHECK(count.enter(one, limits) == std::string("max_sessions_per_peer reached"));
  CHECK(count.enter(make_address("192.0.2.2"), limits) == nullptr);
  CHECK(count.enter(make_address("192.0.2.3"), limits) == std::string("max_sessions reached"));
  count.leave(one);
  CHECK(count.of_peer(one) == 1);
  CHECK(count.enter(make_address("192.0.2.3"), limits) == nullptr);
  CHECK(count.in_all() == 3);
}

TEST_CASE("who has a /64 of IPv6 is one peer") {
  CHECK(peer_of(make_address("2001:db8:0:1::1")) == peer_of(make_address("2001:db8:0:1:ffff::2")));
  CHECK(peer_of(make_address("2001:db8:0:1::1")) != peer_of(make_address("2001:db8:0:2::1")));
  CHECK(peer_of(make_address("192.0.2.1")) == "192.0.2.1");
}

TEST_CASE("peers turned away are told once a minute each, the rest is counted") {
  TurnedAway away;
  const TurnedAway::Time start{1000h};
  CHECK(away.note("192.0.2.1", start) == 0);
  CHECK_FALSE(away.note("192.0.2.1", start + 1s));
  CHECK(away.note("192.0.2.2", start + 2s) == 1);
  CHECK(away.note("192.0.2.1", start + 61s) == 0);
}

TEST_CASE("a crowd of strangers fills no log") {
  TurnedAway away;
  const TurnedAway::Time start{1000h};
  int lines = 0;
  for (int i = 0; i < 10'000; ++i) lines += away.note(std::to_string(i), start) ? 1 : 0;
  CHECK(lines == 100);
  CHECK(away.note("one", start + 60s) == 9900);
}
