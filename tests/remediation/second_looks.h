// A recorder that has mails judged once more, and the analyzer's side of it, for tests.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "remediation/recorder.h"
#include "remediation/revisions.h"
#include "schema/store/search.h"
#include "tests/remediation/scene.h"

namespace secondlook {

struct SecondLooks {
  explicit SecondLooks(RevisionSettings settings = {std::chrono::hours(48), std::chrono::hours(24)})
      : revisions(scene.store, settings, scene.clock),
        recorder(scene.store, scene.tenants, scene.clock, &revisions) {
    connect("rules one");
  }

  void connect(const std::string& rule_set) {
    rules = rule_set;
    done(revisions.begin(kTestLog, {rule_set}));
  }
  void change_rules(const std::string& rule_set) {
    rules = rule_set;
    done(revisions.rules_changed(rule_set));
  }
  Verdict mail(Disposition disposition, const std::string& id) const {
    Verdict verdict = scene.verdict(disposition, {"ann@acme.example"});
    verdict.message_id = "<" + id + "@mallory.example>";
    verdict.rule_set = rules;
    return verdict;
  }
  Verdict mail_with(const std::string& id, std::string_view attribute) const {
    Verdict verdict = mail(Disposition::clean, id);
    verdict.attributes = {std::string(attribute)};
    return verdict;
  }
  std::uint64_t record(const Verdict& verdict) {
    const std::uint64_t sequence = next_sequence++;
    done(recorder.record({scene.delivery(sequence, verdict)}));
    return sequence;
  }
  Result<RecordedBatch> answer(const JudgeAgain& request, Verdict verdict) {
    verdict.rule_set = rules;
    Delivery delivery = scene.delivery(request.sequence, verdict);
    delivery.stamp.revision = request.revision;
    delivery.stamp.cause = request.cause;
    delivery.stamp.companions = request.companions;
    return recorder.record({delivery});
  }
  std::vector<JudgeAgain> next() { return value_of(revisions.next()); }
  Disposition disposition(MessageRowId id) {
    const auto found =
        value_of(scene.store.with([&](Store& store) { return find_message(store, id); }));
    REQUIRE(found);
    return found->verdict.disposition;
  }
  template <typename Value>
  static void done(const Result<Value>& result) {
    if (!result) FAIL(result.error().message);
  }

  Scene scene;
  Revisions revisions;
  Recorder recorder;
  std::string rules;
  std::uint64_t next_sequence = 1;
};

using Sequences = std::vector<std::uint64_t>;

inline Sequences sequences(const std::vector<JudgeAgain>& requests) {
  Sequences all;
  for (const JudgeAgain& request : requests) all.push_back(request.sequence);
  return all;
}

}  // namespace secondlook
