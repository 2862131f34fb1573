#include "tests/remediation/scene.h"

#include "remediation/step_queue.h"

namespace secondlook {

Scene::Scene() : store(value_of(Store::open(directory.file("detections.db")))) {
  TenantSettings acme;
  acme.name = "acme";
  acme.domains = {"acme.example"};
  acme.policy.enforce = true;
  acme.policy.protected_mailboxes = {"soc@acme.example"};
  tenants["acme"] = {acme, &mailbox};
  for (const char* user : {"ann@acme.example", "bob@acme.example", "soc@acme.example"})
    mailbox.add_user(user);
}

Verdict Scene::verdict(Disposition disposition, const std::vector<std::string>& recipients) const {
  Verdict verdict;
  verdict.disposition = disposition;
  verdict.score = 12;
  verdict.hits = {{"PHISH_LINK", 12, Disposition::malicious, "a link", {}}};
  verdict.message_id = "<one@mallory.example>";
  verdict.digest = std::string(64, 'a');
  verdict.sender = "mallory@mallory.example";
  verdict.from_domain = "mallory.example";
  verdict.subject = "Your payroll";
  verdict.sent_at = "2026-11-22T11:59:00Z";
  verdict.size = 4000;
  for (const std::string& address : recipients)
    verdict.recipients.push_back({address, "to", "", ""});
  return verdict;
}

MailCopy Scene::copy() const {
  MailCopy copy;
  copy.internet_message_id = "<one@mallory.example>";
  copy.subject = "Your payroll";
  copy.sender = "mallory@mallory.example";
  copy.sent_at = "2026-11-22T11:59:00Z";
  copy.received_at = "2026-11-22T12:00:02Z";
  copy.flag = "flagged";
  copy.importance = "high";
  copy.categories = {"Payroll"};
  return copy;
}

Delivery Scene::delivery(std::uint64_t sequence, const Verdict& verdict) const {
  Delivery delivery;
  delivery.stamp.log = kTestLog;
  delivery.stamp.sequence = sequence;
  delivery.stamp.crc = static_cast<std::uint32_t>(sequence * 7919);
  delivery.stamp.tenant = "acme";
  delivery.stamp.received_at = clock.now();
  delivery.stamp.peer = "192.0.2.1";
  delivery.content = to_json(verdict);
  return delivery;
}

void Scene::record(const Verdict& verdict) {
  const auto recorded = recorder.record({delivery(next_sequence++, verdict)});
  if (!recorded) FAIL(recorded.error().message);
}

std::vector<Step> Scene::steps() {
  std::vector<Step> steps;
  for (StepId id = 1;; ++id) {
    auto one = value_of(store.with([&](Store& open) { return open.step(id); }));
    if (!one) return steps;
    steps.push_back(std::move(*one));
  }
}

Step Scene::step(StepId id) {
  auto one = value_of(store.with([&](Store& open) { return open.step(id); }));
  REQUIRE(one.has_value());
  return *one;
}

Step Scene::go(StepId id) {
  return value_of(run_step(context, id));
}

void Scene::go_on() {
  StepQueue queue(store, clock);
  for (int goes = 0; goes < 10'000; ++goes) {
    const auto step = queue.take_if_any();
    if (!step) return;
    const auto outcome = run_step(context, step->id);
    if (!outcome) FAIL(outcome.error().message);
    queue.done(*step, false);
  }
  FAIL("steps never came to rest");
}

}  // namespace secondlook
