#include "cli/silence_watch.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "schema/process_figures.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

constexpr SilenceWatch::Moment kReady{std::chrono::hours{1000}};

std::uint64_t pulse(std::chrono::milliseconds after_ready) {
  return pulse_at(kReady + after_ready);
}

// Asked every five seconds, as `serve` does, until it is silent: how long after it became ready. A
// pulse is seen where `last` is not past.
std::chrono::seconds silent_after(SilenceWatch& watch, std::chrono::seconds last) {
  for (std::chrono::seconds passed{0}; passed < 1h; passed += 5s)
    if (watch.is_silent(pulse(std::min(passed, last)), kReady + passed)) return passed;
  return 1h;
}

SilenceWatch ready_watch() {
  SilenceWatch watch(60s);
  watch.begin(kReady);
  return watch;
}

}  // namespace

TEST_CASE("a process is silent when its pulse stood still for longer than it may") {
  SilenceWatch watch = ready_watch();
  CHECK(silent_after(watch, 100s) == 165s);
}

TEST_CASE("a process that beats is never silent") {
  SilenceWatch watch = ready_watch();
  CHECK(silent_after(watch, 2h) == 1h);
}

TEST_CASE("the silence begins when the process is ready: a long start is none") {
  SilenceWatch watch = ready_watch();
  // The pulse of the process before, or none at all.
  CHECK_FALSE(watch.is_silent(pulse(-10min), kReady));
  CHECK_FALSE(watch.is_silent(0, kReady + 15s));
  CHECK(silent_after(watch, 0s) == 65s);
  watch.begin(kReady + 2h);
  CHECK_FALSE(watch.is_silent(pulse(60s), kReady + 2h + 15s));
}

TEST_CASE("a pulse of later than now is worth no more than one of now") {
  SilenceWatch watch = ready_watch();
  CHECK_FALSE(watch.is_silent(UINT64_MAX, kReady + 5s));
  CHECK_FALSE(watch.is_silent(INT64_MAX, kReady + 10s));
}

TEST_CASE("who stood still itself judges nobody by it") {
  SilenceWatch watch = ready_watch();
  CHECK_FALSE(watch.is_silent(pulse(5s), kReady + 5s));
  CHECK_FALSE(watch.is_silent(pulse(5s), kReady + 10min));
  CHECK_FALSE(watch.is_silent(pulse(5s), kReady + 10min + 15s));
  // But the silence that follows counts.
  bool silent = false;
  for (auto passed = 20s; passed <= 65s; passed += 5s)
    silent = watch.is_silent(pulse(5s), kReady + 10min + passed);
  CHECK(silent);
}
