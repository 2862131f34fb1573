#include "analyzer/background_check.h"

#include <csignal>

#include <catch2/catch.hpp>
#include <poll.h>
#include <unistd.h>

using namespace secondlook;
using Kind = CheckAnswer::Kind;

namespace {

CheckAnswer answer_to(const std::function<CheckAnswer()>& check) {
  BackgroundCheck background;
  REQUIRE(background.start(check, {}));
  for (int i = 0; i < 100; ++i) {
    pollfd polled{background.descriptor(), POLLIN, 0};
    ::poll(&polled, 1, 1000);
    if (auto answer = background.answer({})) return *answer;
  }
  FAIL("no answer");
  return {};
}

}  // namespace

TEST_CASE("a check answers from its own process, with a text") {
  CHECK(answer_to([] { return CheckAnswer{Kind::yes, "ab12"}; }).kind == Kind::yes);
  CHECK(answer_to([] { return CheckAnswer{Kind::restart, ""}; }).kind == Kind::restart);
  const CheckAnswer no = answer_to([] { return CheckAnswer{Kind::no, "a.cf:3:1: bad pattern"}; });
  CHECK(no.kind == Kind::no);
  CHECK(no.text == "a.cf:3:1: bad pattern");
  CHECK(answer_to([] {
          return CheckAnswer{Kind::no, std::string(100'000, 'x')};
        }).text.size() == CheckAnswer::kMostTextBytes);
}

TEST_CASE("a check that dies answers no") {
  const CheckAnswer answer = answer_to([]() -> CheckAnswer {
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  });
  CHECK(answer.kind == Kind::no);
  CHECK(answer.text == "the check died");
}

TEST_CASE("a check that hangs is killed when its time is over, and answers no") {
  BackgroundCheck background;
  const BackgroundCheck::TimePoint begin{};
  REQUIRE(background.start(
      []() -> CheckAnswer {
        for (;;) ::pause();
      },
      begin));
  CHECK(background.runs());
  CHECK_FALSE(background.answer(begin + BackgroundCheck::kMostTime - std::chrono::seconds(1)));
  CHECK(background.until_deadline(begin) > BackgroundCheck::kMostTime);
  const auto answer = background.answer(begin + BackgroundCheck::kMostTime);
  REQUIRE(answer);
  CHECK(answer->kind == Kind::no);
  CHECK(answer->text == "the check took too long");
  CHECK_FALSE(background.runs());
}

TEST_CASE("without a check there is nothing to poll and no answer") {
  BackgroundCheck background;
  CHECK(background.descriptor() == -1);
  CHECK_FALSE(background.answer({}));
  CHECK_FALSE(background.until_deadline({}));
}
