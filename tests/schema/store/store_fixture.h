// A database of a test's own, and short ways to fill it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include "schema/store/search.h"
#include "schema/store/store.h"
#include "tests/schema/sample_verdict.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

// The value, or the test fails with the reason.
template <typename Value>
Value must(Result<Value> result) {
  INFO((result ? std::string() : result.error().message));
  REQUIRE(result);
  return std::move(*result);
}
inline void must(const Result<void>& result) {
  INFO((result ? std::string() : result.error().message));
  REQUIRE(result);
}

inline Timestamp at_second(std::int64_t seconds) {
  return Timestamp(std::chrono::seconds(1'795'000'000 + seconds));
}

// A verdict of a message that is named by `name`.
inline Verdict verdict_of(std::string_view name, Disposition disposition = Disposition::malicious) {
  Verdict verdict = full_verdict();
  verdict.disposition = disposition;
  verdict.digest = "digest-of-" + std::string(name);
  verdict.message_id = "<" + std::string(name) + "@shop.example>";
  return verdict;
}

struct StoreFixture {
  TemporaryDirectory directory;
  std::string path = directory.file("detections.db");
  std::unique_ptr<Store> store = must(Store::open(path));

  MessageRow record(const RecordedReport& report) {
    auto transaction = must(store->begin());
    MessageRow row = must(store->record(report));
    must(transaction->commit());
    return row;
  }
  MessageRow record(std::uint64_t sequence, const Verdict& verdict, std::uint32_t revision = 0) {
    return record({stamp_of(sequence, revision), verdict});
  }
  Step add_step(MessageRowId message, std::string mailbox, StepState state = StepState::planned) {
    Step step;
    step.message = message;
    step.tenant = "corp";
    step.mailbox = std::move(mailbox);
    step.action = Action::recoverable;
    step.cause = "automatic";
    step.state = state;
    step.planned_at = at_second(0);
    step.id = must(store->add_step(step));
    return step;
  }
};

}  // namespace secondlook
