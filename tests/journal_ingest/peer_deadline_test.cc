#include "journal_ingest/peer_deadline.h"

#include <catch2/catch.hpp>

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

const PeerDeadline::Time kStart{1000h};

// The second at which the peer is cut that sends `bytes` of message every `pause`, up to a day.
std::chrono::seconds life_of(std::uint64_t bytes, std::chrono::seconds pause) {
  PeerDeadline deadline({}, kStart);
  std::uint64_t sum = 0;
  for (auto now = kStart; now < kStart + 24h; now += pause) {
    if (!deadline.overdue(now).empty())
      return std::chrono::floor<std::chrono::seconds>(now - kStart);
    deadline.heard(now);
    deadline.received(now, 0, sum += bytes);
  }
  return 24h;
}

}  // namespace

TEST_CASE("a silent peer is cut after the timeout, not before") {
  PeerDeadline deadline({}, kStart);
  CHECK(deadline.overdue(kStart + 299s).empty());
  CHECK(deadline.overdue(kStart + 300s) == "silent too long");
  deadline.heard(kStart + 200s);
  CHECK(deadline.due() == kStart + 500s);
}

TEST_CASE("a byte every four minutes holds a session for ten minutes and no longer") {
  CHECK(life_of(1, 240s) == 720s);
}

TEST_CASE("commands without any message hold a session for ten minutes") {
  CHECK(life_of(0, 10s) == 600s);
}

TEST_CASE("a report over a slow line has all the time it needs") {
  CHECK(life_of(1024, 1s) == 24h);
  CHECK(life_of(200'000, 100s) == 24h);
  // Half of that speed earns half a second each second: twice the ten minutes, less a part of a
  // second.
  CHECK(life_of(512, 1s) == 1199s);
}

TEST_CASE("each message that came to its end gives the next ten minutes") {
  PeerDeadline deadline({}, kStart);
  deadline.heard(kStart + 599s);
  deadline.received(kStart + 599s, 1, 10'000);
  deadline.heard(kStart + 1100s);
  CHECK(deadline.overdue(kStart + 1198s).empty());
  CHECK(deadline.overdue(kStart + 1199s) == "too slow, or no message");
}

TEST_CASE("a peer is not cut for the time that our disk takes") {
  PeerDeadline deadline({}, kStart);
  deadline.waited_for_us(kStart + 3600s);
  CHECK(deadline.overdue(kStart + 3899s).empty());
}

TEST_CASE("handshake and farewell have deadlines of their own") {
  PeerDeadline deadline({}, kStart);
  deadline.handshake_begins(kStart + 10s);
  deadline.heard(kStart + 69s);  // bytes of the handshake give no more time
  CHECK(deadline.overdue(kStart + 70s) == "TLS handshake not finished");
  deadline.handshake_ended(kStart + 69s);
  CHECK(deadline.overdue(kStart + 70s).empty());
  deadline.farewell_begins(kStart + 100s);
  CHECK(deadline.overdue(kStart + 105s) == "last reply not fetched");
}
