// What the brake costs, in CPU time of the thread that plans:
//   bench_brake DIRECTORY
// Into a new database beneath DIRECTORY, in turns with and without the brake: many mails to one
// mailbox each (every mail looks at its counters), then one mail to many mailboxes (looks once).
// The hour before holds 20,000 counted copies of the same rules and sender domains. Repeat:
// tests/bench/README.md.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "remediation/brake.h"
#include "remediation/plan.h"
#include "schema/store/store.h"
#include "tests/bench/analysis_cost/cost_clock.h"
#include "tests/schema/sample_verdict.h"

using namespace secondlook;

namespace {

constexpr std::size_t kCountedBefore = 20'000, kMails = 2'000, kMailboxes = 10'000;
constexpr int kRounds = 5;

template <typename Value>
Value must(Result<Value> result) {
  if (!result) {
    std::fprintf(stderr, "bench_brake: %s\n", result.error().message.c_str());
    std::exit(2);
  }
  return std::move(*result);
}
void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "bench_brake: %s\n", result.error().message.c_str());
  std::exit(2);
}

class Bench {
 public:
  explicit Bench(const std::string& directory)
      : store_(must(Store::open(directory + "/brake.db"))) {
    limits_.copies_per_hour = limits_.copies_per_rule_per_hour = 1'000'000'000;
    limits_.copies_per_sender_domain_per_hour = limits_.copies_per_tenant_per_hour = 1'000'000'000;
    plan(kCountedBefore, 1, true);
  }

  // CPU seconds of `mails` mails to `mailboxes` mailboxes each, recorded and planned.
  double plan(std::size_t mails, std::size_t mailboxes, bool with_brake) {
    constexpr std::size_t kBatch = 100;
    const double begin = thread_cpu_seconds();
    for (std::size_t done = 0; done < mails; done += kBatch) {
      auto transaction = must(store_->begin());
      for (std::size_t i = done; i < std::min(mails, done + kBatch); ++i)
        plan_one(mailboxes, with_brake);
      must(transaction->commit());
    }
    return thread_cpu_seconds() - begin;
  }

 private:
  void plan_one(std::size_t mailboxes, bool with_brake) {
    Verdict verdict = full_verdict();
    verdict.digest = "digest " + std::to_string(++sequence_);
    verdict.message_id = "<" + std::to_string(sequence_) + "@shop.example>";
    verdict.from_domain = "sender" + std::to_string(sequence_ % 20) + ".example";
    const MessageRow message = must(store_->record({stamp_of(sequence_), verdict}));
    const Timestamp now = stamp_of(sequence_).received_at;
    Step step;
    step.message = message.id;
    step.tenant = "corp";
    step.action = Action::recoverable;
    step.cause = kAutomaticCause;
    step.planned_at = now;
    std::optional<BrakeGate> gate;
    if (with_brake)
      gate.emplace(must(BrakeGate::open(*store_, step, limits_, brake_subject(verdict), now)));
    for (std::size_t i = 0; i < mailboxes; ++i) {
      step.mailbox = "person" + std::to_string(i) + "@corp.example";
      if (gate)
        must(gate->add(step));
      else
        must(store_->add_step(step));
    }
  }

  std::unique_ptr<Store> store_;
  BrakeSettings limits_;
  std::uint64_t sequence_ = 0;
};

void compare(Bench& bench, const char* what, std::size_t mails, std::size_t mailboxes) {
  std::vector<double> with, without;
  for (int round = 0; round < kRounds; ++round) {
    without.push_back(bench.plan(mails, mailboxes, false));
    with.push_back(bench.plan(mails, mailboxes, true));
  }
  const double copies = static_cast<double>(mails * mailboxes);
  const double each = median(with) / copies * 1e6, bare = median(without) / copies * 1e6;
  std::printf("%s: %.1f us a copy to record and plan, %.1f without the brake: %.2f times\n", what,
              each, bare, each / bare);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: bench_brake DIRECTORY\n");
    return 2;
  }
  Bench bench(arguments[1]);
  compare(bench, "mails to one mailbox each", kMails, 1);
  compare(bench, "one mail to many mailboxes", 1, kMailboxes);
  return 0;
}
