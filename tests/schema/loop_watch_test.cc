#include "schema/loop_watch.h"

#include <csignal>

#include <catch2/catch.hpp>

#include "tests/support/manual_clock.h"

using namespace secondlook;
using namespace std::chrono_literals;

TEST_CASE("a turn within its bound is none that is stuck, one beyond it is, until it ends") {
  ManualClock clock;
  LoopWatch watch(clock);
  WatchedLoop& recorder = watch.add("recorder", 5min);
  recorder.begin();
  clock.advance(5min);
  CHECK_FALSE(watch.stuck());
  clock.advance(1ms);
  CHECK(watch.stuck() == "recorder");
  recorder.rest();
  CHECK_FALSE(watch.stuck());
}

TEST_CASE("who waits for work is not stuck, however long, and each turn has the whole bound") {
  ManualClock clock;
  LoopWatch watch(clock);
  WatchedLoop& loop = watch.add("executor", 1min);
  clock.advance(1h);
  CHECK_FALSE(watch.stuck());
  for (int turn = 0; turn < 5; ++turn) {
    loop.begin();
    clock.advance(59s);
    CHECK_FALSE(watch.stuck());
  }
}

TEST_CASE("loops have bounds of their own, and a turn ends with its block") {
  ManualClock clock;
  LoopWatch watch(clock);
  WatchedLoop& quick = watch.add("quick", 1s);
  WatchedLoop& slow = watch.add("slow", 1h);
  {
    const WatchedTurn first(&slow);
    const WatchedTurn second(&quick);
    const WatchedTurn unwatched(nullptr);
    clock.advance(2s);
    CHECK(watch.stuck() == "quick");
  }
  clock.advance(2h);
  CHECK_FALSE(watch.stuck());
}

TEST_CASE("the pulse goes on while loops turn, stands while one is stuck, and goes on after that") {
  ManualClock clock;
  LoopWatch watch(clock);
  WatchedLoop& loop = watch.add("recorder", 1min);
  Figure pulse;
  PulseShown shown(watch, pulse);
  shown.show();
  CHECK(pulse.get() == pulse_at(clock.steady()));
  loop.begin();
  clock.advance(1min);
  shown.show();
  const auto last = pulse.get();
  CHECK(last == pulse_at(clock.steady()));
  clock.advance(5s);
  shown.show();
  CHECK(pulse.get() == last);
  loop.rest();
  shown.show();
  CHECK(pulse.get() == pulse_at(clock.steady()));
}

TEST_CASE("a signal that waits already is taken, after the pulse was shown") {
  sigset_t signals, before;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR2);
  REQUIRE(::pthread_sigmask(SIG_BLOCK, &signals, &before) == 0);
  ManualClock clock;
  const LoopWatch watch(clock);
  Figure pulse;
  PulseShown shown(watch, pulse);
  ::pthread_kill(::pthread_self(), SIGUSR2);
  CHECK(wait_for_signal(signals, shown) == SIGUSR2);
  CHECK(pulse.get() == pulse_at(clock.steady()));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}
