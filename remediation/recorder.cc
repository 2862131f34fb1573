#include "remediation/recorder.h"

#include <optional>

#include "base/log.h"
#include "remediation/brake.h"
#include "remediation/directory/directory_view.h"
#include "remediation/forgery.h"
#include "remediation/plan.h"
#include "schema/report_position.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

std::string name_of_report(const VerdictStamp& stamp) {
  return report_position(stamp.log, stamp.sequence);
}

bool is_true_report(const Verdict& verdict) {
  return verdict.disposition != Disposition::not_a_report &&
         verdict.disposition != Disposition::forged_report && !is_plain_copy(verdict);
}

// What may lead to steps.
bool is_judged_report(const Verdict& verdict) {
  return is_true_report(verdict) && verdict.disposition != Disposition::unscanned;
}

// Only mail that is to be acted on asks the directory.
Result<DirectoryView> directory_for(Store& store, const TenantSettings& tenant,
                                    const MessageRow& message, const std::vector<Step>& existing,
                                    Timestamp now) {
  if (!may_remove(tenant, message.disposition)) return DirectoryView{};
  const std::vector<std::string> recipients = addresses_of(message.recipients);
  std::vector<std::string> addresses = recipients;
  if (std::string sent = sent_items_mailbox(tenant, message.sender, message.direction);
      !sent.empty())
    addresses.push_back(std::move(sent));
  for (const Step& step : existing) addresses.push_back(step.mailbox);
  auto view = read_directory_view(store, tenant, addresses);
  if (!view) return view;
  if (auto noted = note_strangers(store, tenant, *view, recipients, now); !noted)
    return noted.error();
  return view;
}

// After a merge another report than this one may decide.
Result<BrakeSubject> subject_of(Store& store, const MessageRow& message, const Verdict& verdict) {
  if (verdict.disposition == message.disposition) return brake_subject(verdict);
  const auto merged = find_message(store, message.id);
  if (!merged) return merged.error();
  return brake_subject(*merged ? (*merged)->verdict : verdict);
}

}  // namespace

Result<Delivery> parse_delivery(VerdictFrame type, std::string_view payload) {
  const std::size_t line_end = payload.find('\n');
  auto stamp = parse_verdict_stamp(payload.substr(0, line_end));
  if (!stamp) return within("verdict stamp", stamp.error());
  Delivery delivery{type == VerdictFrame::attempt, std::move(*stamp), {}};
  if (line_end != std::string_view::npos) delivery.content = payload.substr(line_end + 1);
  return delivery;
}

Verdict Recorder::read_verdict(const Delivery& delivery) const {
  const VerdictStamp& stamp = delivery.stamp;
  Verdict verdict;
  if (auto parsed = parse_verdict(delivery.content)) {
    verdict = std::move(*parsed);
  } else {
    log_warning("verdict cannot be read",
                {{"report", name_of_report(stamp)}, {"error", parsed.error().message}});
    verdict.disposition = Disposition::unscanned;
    verdict.errors.push_back("its verdict cannot be read: " + parsed.error().message);
  }
  const auto tenant = tenants_.find(stamp.tenant);
  const bool is_report =
      verdict.disposition != Disposition::not_a_report && !is_plain_copy(verdict);
  if (tenant == tenants_.end() || !is_report) return verdict;
  if (const auto reason = forgery_reason(stamp, tenant->second.settings)) {
    log_warning("forged report", {{"report", name_of_report(stamp)}, {"reason", *reason}});
    mark_forged(verdict, *reason);
  }
  return verdict;
}

Result<bool> Recorder::plan(Store& store, const MessageRow& message, const RecordedReport& report) {
  const auto tenant = tenants_.find(report.stamp.tenant);
  if (tenant == tenants_.end()) return false;
  auto existing = store.steps_of(message.id);
  if (!existing) return existing.error();
  const TenantSettings& settings = tenant->second.settings;
  const Timestamp now = clock_.now();
  const auto directory = directory_for(store, settings, message, *existing, now);
  if (!directory) return directory.error();
  const Plan plan = plan_automatic(message, settings, *existing, now, *directory);
  for (const Step& step : plan.withdrawn)
    if (auto written = store.update_step(step); !written) return written.error();
  const auto subject = subject_of(store, message, report.verdict);
  if (!subject) return subject.error();
  std::optional<BrakeGate> gate;
  for (const Step& step : plan.added) {
    const bool acts = step.state == StepState::planned;
    if (acts) {
      if (!gate) {
        auto opened = BrakeGate::open(store, step, settings.policy.brake, *subject, now);
        if (!opened) return opened.error();
        gate.emplace(std::move(*opened));
      }
      if (auto added = gate->add(step); !added) return added.error();
    } else if (auto added = store.add_step(step); !added) {
      return added.error();
    }
  }
  return !plan.added.empty();
}

Result<bool> Recorder::record_one(Store& store, const Delivery& delivery,
                                  std::vector<FreshVerdict>& fresh) {
  if (delivery.is_attempt) {
    auto remembered = store.record_attempt(delivery.stamp, delivery.content);
    if (!remembered) return remembered.error();
    return false;
  }
  const RecordedReport report{delivery.stamp, read_verdict(delivery)};
  const auto may = may_record(store, report);
  if (!may) return may.error();
  if (!*may) return false;
  const auto message = store.record(report);
  if (!message) return message.error();
  if (message->report_is_new)
    fresh.push_back({report.stamp.tenant, report.verdict.disposition, name_of_report(report.stamp),
                     message->id});
  if (!message->report_is_new || !is_true_report(report.verdict)) return false;
  if (revisions_ != nullptr)
    if (auto looked = revisions_->look_around(store, *message, report); !looked)
      return looked.error();
  if (!is_judged_report(report.verdict)) return false;
  return plan(store, *message, report);
}

Result<bool> Recorder::may_record(Store& store, const RecordedReport& report) {
  if (report.stamp.revision == 0 || revisions_ == nullptr) return true;
  const auto taken = revisions_->take_answer(store, report.stamp);
  if (!taken || !*taken) return taken;
  if (report.verdict.disposition != Disposition::unscanned) return true;
  log_warning("report not scanned once more, its verdict stays",
              {{"report", name_of_report(report.stamp)},
               {"cause", report.stamp.cause},
               {"reason", report.verdict.errors.empty() ? "" : report.verdict.errors.front()}});
  return false;
}

Result<RecordedBatch> Recorder::record(const std::vector<Delivery>& batch) {
  std::vector<FreshVerdict> fresh;
  auto recorded = store_.in_transaction([&](Store& store) -> Result<RecordedBatch> {
    RecordedBatch done;
    for (const Delivery& delivery : batch) {
      const auto planned = record_one(store, delivery, fresh);
      if (!planned) {
        log_error("report cannot be recorded",
                  {{"report", name_of_report(delivery.stamp)}, {"error", planned.error().message}});
        return within("report " + name_of_report(delivery.stamp), planned.error());
      }
      done.has_steps = done.has_steps || *planned;
      if (delivery.stamp.revision == 0) done.sequences.push_back(delivery.stamp.sequence);
    }
    return done;
  });
  if (recorded) count(fresh);
  return recorded;
}

// Only names that the configuration has: what else a stamp may say makes no new row.
void Recorder::count(const std::vector<FreshVerdict>& fresh) {
  for (const FreshVerdict& one : fresh)
    log_debug("report recorded", {{"report", one.report},
                                  {"message", std::to_string(one.message)},
                                  {"disposition", std::string(name_of(one.disposition))}});
  const std::scoped_lock lock(counts_mutex_);
  for (const FreshVerdict& one : fresh)
    ++counts_[{tenants_.contains(one.tenant) ? one.tenant : "", one.disposition}];
}

Recorder::Counts Recorder::counts() const {
  const std::scoped_lock lock(counts_mutex_);
  return counts_;
}

}  // namespace secondlook
