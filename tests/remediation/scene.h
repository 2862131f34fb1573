// A stage for tests: a database of its own, a tenant "acme" that enforces, its mailboxes in memory,
// a clock that stands still.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "remediation/executor.h"
#include "remediation/recorder.h"
#include "tests/remediation/fake_mailbox.h"
#include "tests/support/fixed_random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

inline constexpr const char* kTestLog = "0b2f4c1e-0000-4000-8000-000000000001";

// The value, or a failed test with the error's text.
template <typename Value>
Value value_of(Result<Value> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

struct Scene {
  Scene();

  // What a journal report of a mail from mallory to `recipients` is judged to be.
  Verdict verdict(Disposition disposition, const std::vector<std::string>& recipients) const;
  // The copy of that mail as Graph shows it in a mailbox.
  MailCopy copy() const;
  Delivery delivery(std::uint64_t sequence, const Verdict& verdict) const;
  // Records one verdict under the next sequence number.
  void record(const Verdict& verdict);

  std::vector<Step> steps();
  Step step(StepId id);
  // One go of that step.
  Step go(StepId id);
  // Goes at all steps that are due, until none is.
  void go_on();

  TenantSettings& settings() { return tenants.at("acme").settings; }

  TemporaryDirectory directory;
  ManualClock clock;
  FixedRandom random;
  SharedStore store;
  FakeMailbox mailbox;
  Tenants tenants;
  Recorder recorder{store, tenants, clock};
  StepContext context{store, tenants, clock, random};
  std::uint64_t next_sequence = 1;
};

}  // namespace secondlook
