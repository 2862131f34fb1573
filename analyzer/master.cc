#include "analyzer/master.h"

#include <csignal>

#include "analyzer/unscanned_verdict.h"
#include "base/log.h"
#include "schema/report_position.h"

namespace secondlook {
namespace {

// Beyond it nothing more is taken from the log: remediation is slower than we are.
constexpr std::size_t kMostBytesWaiting = 64 << 20;
// What was delivered just now comes first; but a log that never ends must not keep a password or
// new rules waiting for ever.
constexpr std::uint32_t kRecordsPerRevision = 4;
// In a job's id: a recorded report once more, not the record of that sequence under way.
constexpr std::uint64_t kRevisionBit = 1ULL << 63U;

WorkerJob job_of(const JournalRecord& record) {
  WorkerJob job;
  job.id = record.sequence;
  job.offset = record.report_offset;
  job.length = record.report_length;
  job.tenant = record.tenant;
  job.mail_from = record.mail_from;
  job.peer = record.peer;
  job.tls_version = record.tls_version;
  job.received_at = record.received_at.time_since_epoch().count();
  return job;
}

struct EarlierRecord {
  JournalRecord record;
  int descriptor;  // the reader's
};

Result<EarlierRecord> read_earlier(JournalLogReader& log, std::uint64_t sequence) {
  if (auto sought = log.seek_after(sequence - 1); !sought) return sought.error();
  auto record = log.next();
  if (!record) return record.error();
  if (!*record || (*record)->sequence != sequence) return not_found("no longer in the journal log");
  const auto file = log.segment_descriptor((*record)->segment);
  if (!file) return file.error();
  return EarlierRecord{std::move(**record), *file};
}

}  // namespace

Master::Master(const MasterParts& parts) : parts_(parts), ledger_(parts.verdicts.welcome()) {}

Result<void> Master::run() {
  if (auto begun = begin(); !begun) return begun;
  while (!ends_) {
    auto done = read_log();
    if (done) done = dispatch();
    if (done) done = parts_.verdicts.send_waiting();
    if (done) done = wait();
    if (!done) return done;
  }
  return {};
}

Result<void> Master::begin() {
  const std::uint64_t recorded = parts_.verdicts.welcome().recorded;
  const auto sought = parts_.log.seek_after(recorded);
  if (!sought && sought.error().kind != Error::Kind::not_found) return sought;
  // Freed without being recorded (another database?): each is reported, none passed over.
  if (!sought) log_error("journal log is not whole", {{"error", sought.error().message}});
  const auto durable = parts_.log.durable_sequence();
  if (!durable) return durable.error();
  if (recorded > *durable)
    log_warning("more is recorded than the journal log holds",
                {{"recorded", std::to_string(recorded)}, {"log", std::to_string(*durable)}});
  told_durable_ = *durable;
  return {};
}

Result<void> Master::read_log() {
  for (;;) {
    ledger_.skip_recorded();
    if (!ledger_.has_room() || parts_.verdicts.bytes_waiting() > kMostBytesWaiting) return {};
    const auto moved = take_next();
    if (!moved) return moved.error();
    if (!*moved) return {};
  }
}

// One step: the ledger or the log's reader moves on. False: the durable end is reached.
Result<bool> Master::take_next() {
  const std::uint64_t sequence = parts_.log.next_sequence();
  if (ledger_.next_sequence() < sequence) {
    take_lost(ledger_.next_sequence(), "no longer in the journal log");
    return true;
  }
  auto record = parts_.log.next();
  const bool is_recorded = sequence < ledger_.next_sequence();
  if (!record) {
    if (record.error().kind != Error::Kind::malformed) return record.error();
    if (!is_recorded) take_lost(sequence, "journal log damaged: " + record.error().message);
    return true;
  }
  if (!*record) return false;
  if (!is_recorded && !ledger_.take(std::move(**record)))
    send_unscanned(sequence, "its workers died or overran in every attempt");
  return true;
}

void Master::take_lost(std::uint64_t sequence, std::string_view reason) {
  JournalRecord record;
  record.received_at = parts_.clock.now();
  [[maybe_unused]] const bool may_run = ledger_.take(std::move(record));
  send_unscanned(sequence, reason);
}

void Master::send_unscanned(std::uint64_t sequence, std::string_view reason) {
  log_error("report not scanned",
            {{"report", name_of_report(sequence)}, {"reason", std::string(reason)}});
  parts_.figures->unscanned.add();
  parts_.figures->verdicts.add();
  parts_.verdicts.send_verdict(stamp_of(sequence), unscanned_verdict_json(reason));
  ledger_.answered(sequence);
}

Result<void> Master::dispatch() {
  while (parts_.pool.has_idle_worker()) {
    const bool is_turn = revisions_.has_waiting() && since_revision_ >= kRecordsPerRevision;
    const auto work = is_turn ? std::nullopt : ledger_.begin_next();
    const auto request = work ? std::nullopt : revisions_.begin_next();
    if (!work && !request) return {};
    since_revision_ = work ? since_revision_ + 1 : 0;
    if (auto submitted = work ? submit(*work) : submit_revision(*request); !submitted) {
      if (submitted.error().kind == Error::Kind::temporary) return {};
      return submitted;
    }
  }
  return {};
}

Result<void> Master::submit_revision(const JudgeAgain& request) {
  auto handed = hand_over_revision(request);
  if (handed || handed.error().kind == Error::Kind::temporary) return handed;
  fail_revision(request.sequence, handed.error().message);
  return {};
}

// An error but `temporary`: the record, or one that goes with it, cannot be had.
Result<void> Master::hand_over_revision(const JudgeAgain& request) {
  auto earlier = read_earlier(parts_.recorded, request.sequence);
  if (!earlier) return internal(earlier.error().message);
  WorkerJob job = job_of(earlier->record);
  job.id |= kRevisionBit;
  std::vector<int> descriptors = {earlier->descriptor};
  for (const std::uint64_t sequence : request.companions) {
    const auto companion = read_earlier(parts_.recorded, sequence);
    if (!companion) continue;  // it may be gone: the others still tell
    job.companions.push_back({companion->record.report_offset, companion->record.report_length});
    descriptors.push_back(companion->descriptor);
  }
  if (auto submitted = hand_over(std::move(job), std::move(descriptors)); !submitted) {
    revisions_.put_back(request.sequence);
    return temporary(submitted.error().message);
  }
  revised_.insert_or_assign(request.sequence, std::move(earlier->record));
  return {};
}

void Master::take_revision(const JobOutcome& outcome) {
  const std::uint64_t sequence = outcome.job.id & ~kRevisionBit;
  if (!outcome.answer) {
    parts_.figures->workers_lost.add();
    return fail_revision(sequence, outcome.failure);
  }
  const JudgeAgain request = revisions_.finish(sequence);
  VerdictStamp stamp = stamp_of(revised_.extract(sequence).mapped());
  stamp.revision = request.revision;
  stamp.cause = request.cause;
  stamp.companions = request.companions;
  parts_.verdicts.send_verdict(stamp, *outcome.answer);
  parts_.figures->judged_again.add();
  log_debug("report judged once more",
            {{"report", name_of_report(sequence)}, {"cause", request.cause}});
}

// The verdict that stands is not touched.
std::string Master::name_of_report(std::uint64_t sequence) const {
  return report_position(parts_.log.log(), sequence);
}

// Before each wait, so that numbers of something that stands still are right.
void Master::tell_figures() {
  AnalyzerFigures& figures = *parts_.figures;
  figures.pulse.set(pulse_at(parts_.clock.steady()));
  figures.workers.set(parts_.pool.workers());
  figures.workers_busy.set(parts_.pool.busy_workers());
  figures.waiting.set(ledger_.under_way() - ledger_.answered_count());
  figures.unacknowledged.set(ledger_.answered_count());
  figures.next_sequence.set(ledger_.next_sequence());
  const JournalRecord* const oldest = ledger_.oldest_waiting();
  figures.oldest_waiting_at.set(oldest == nullptr ? Timestamp{} : oldest->received_at);
  constexpr std::chrono::seconds kBetween(1);  // it looks at every rule
  const auto now = parts_.clock.steady();
  if (!parts_.rule_times || (told_times_ && now - *told_times_ < kBetween)) return;
  told_times_ = now;
  figures.rule_times.write(parts_.rule_times());
}

void Master::fail_revision(std::uint64_t sequence, const std::string& reason) {
  const JudgeAgain request = revisions_.finish(sequence);
  revised_.erase(sequence);
  log_warning("report not judged once more",
              {{"report", name_of_report(sequence)}, {"cause", request.cause}, {"reason", reason}});
  parts_.verdicts.send_not_judged({sequence, request.revision, reason});
}

Result<void> Master::hand_over(WorkerJob job, std::vector<int> descriptors) {
  job.has_history = history_.is_open();
  if (job.has_history) descriptors.push_back(history_.number());
  job.has_lists = lists_.is_open();
  if (job.has_lists) descriptors.push_back(lists_.number());
  return parts_.pool.submit(job, descriptors);
}

Result<void> Master::submit(const RecordLedger::Work& work) {
  const JournalRecord& record = *work.record;
  const auto file = parts_.log.segment_descriptor(record.segment);
  if (!file && file.error().kind == Error::Kind::not_found) {
    send_unscanned(record.sequence, file.error().message);
    return {};
  }
  if (!file) return internal(file.error().message);
  WorkerJob job = job_of(record);
  job.attempt = work.attempt;
  auto submitted = hand_over(std::move(job), {*file});
  // The worker died while it was idle: collect() will replace it.
  if (!submitted) ledger_.put_back(record.sequence);
  return submitted;
}

Result<void> Master::wait() {
  const short writable = parts_.verdicts.bytes_waiting() > 0 ? POLLOUT : 0;
  std::vector<pollfd> polled = {
      {parts_.signals.descriptor(), POLLIN, 0},
      {parts_.verdicts.descriptor(), static_cast<short>(POLLIN | writable), 0},
      {parts_.log.notification_descriptor(), POLLIN, 0},
      {check_.descriptor(), POLLIN, 0},
      {parts_.scanner_control, POLLIN, 0}};
  const std::size_t first_helper = polled.size();
  for (const int control : parts_.helper_controls) polled.push_back({control, POLLIN, 0});
  const std::size_t behind_helpers = polled.size();
  parts_.pool.watch(polled);
  auto deadline = parts_.pool.until_deadline();
  if (const auto check = check_.until_deadline(parts_.clock.steady()))
    deadline = std::min(*check, deadline.value_or(*check));
  tell_figures();
  const auto patience = std::min<std::chrono::milliseconds>(kPulse, deadline.value_or(kPulse));
  ::poll(polled.data(), polled.size(), static_cast<int>(patience.count()));
  for (std::size_t i = first_helper; i < behind_helpers; ++i)
    if (polled[i].revents != 0) return temporary("a helper ended");
  if (polled[4].revents != 0)
    if (auto taken = take_scanner_news(); !taken) return taken;
  if (polled[0].revents != 0 || check_.runs())
    if (auto taken = take_signals(); !taken) return taken;
  if (polled[2].revents != 0)
    if (auto told = tell_progress(); !told) return told;
  auto arrived = parts_.verdicts.read_arrived();
  if (!arrived) return arrived.error();
  ledger_.acknowledge(arrived->recorded);
  if (arrived->history) history_ = std::move(*arrived->history);
  if (arrived->lists) lists_ = std::move(*arrived->lists);
  for (JudgeAgain& request : arrived->judge_again)
    if (auto asked = revisions_.ask(std::move(request)); !asked) return asked;
  return take_outcomes();
}

// First the workers, as with new rules.
Result<void> Master::take_scanner_news() {
  if (!parts_.take_scanner_news) return temporary("the malware helper ended");
  const auto news = parts_.take_scanner_news();
  if (!news) return news.error();
  if (!*news) return {};
  if (auto renewed = parts_.pool.renew(); !renewed) return renewed;
  parts_.verdicts.send_signatures(**news);
  return {};
}

Result<void> Master::take_outcomes() {
  auto outcomes = parts_.pool.collect();
  if (!outcomes) return outcomes.error();
  if (const std::uint32_t waiting = parts_.pool.places_waiting(); waiting != told_waiting_) {
    told_waiting_ = waiting;
    if (parts_.tell_waiting_places) parts_.tell_waiting_places(waiting);
  }
  for (const JobOutcome& outcome : *outcomes) {
    if ((outcome.job.id & kRevisionBit) != 0) {
      take_revision(outcome);
      continue;
    }
    if (!outcome.answer) {
      report_loss(outcome.job.id, outcome.failure);
      continue;
    }
    parts_.verdicts.send_verdict(stamp_of(outcome.job.id), *outcome.answer);
    ledger_.answered(outcome.job.id);
    parts_.figures->verdicts.add();
    parts_.figures->analysis.observe(outcome.cost.wall);
    parts_.figures->cpu_microseconds.add(static_cast<std::uint64_t>(outcome.cost.cpu.count()));
    log_debug("report judged", {{"report", name_of_report(outcome.job.id)},
                                {"microseconds", std::to_string(outcome.cost.wall.count())}});
  }
  return {};
}

void Master::report_loss(std::uint64_t sequence, const std::string& reason) {
  parts_.figures->workers_lost.add();
  log_warning("worker lost", {{"report", name_of_report(sequence)},
                              {"attempt", std::to_string(ledger_.attempt(sequence))},
                              {"reason", reason}});
  const VerdictStamp stamp = stamp_of(sequence);
  if (ledger_.lost(sequence) == RecordLedger::AfterLoss::report_attempt)
    parts_.verdicts.send_attempt(stamp, reason);
  else
    send_unscanned(sequence, reason);
}

Result<void> Master::tell_progress() {
  parts_.log.drain_notifications();
  const auto durable = parts_.log.durable_sequence();
  if (!durable) return durable.error();
  if (*durable > told_durable_) parts_.verdicts.send_progress(*durable);
  told_durable_ = std::max(told_durable_, *durable);
  return {};
}

Result<void> Master::take_signals() {
  if (const auto answer = check_.answer(parts_.clock.steady()))
    if (auto taken = take_reload(*answer); !taken) return taken;
  for (int signal = parts_.signals.next(); signal != 0; signal = parts_.signals.next()) {
    if (signal != SIGHUP) ends_ = true;
    if (signal == SIGHUP && parts_.reload.check) check_again_ = true;
  }
  if (check_again_ && !check_.runs()) start_check();
  return {};
}

void Master::start_check() {
  check_again_ = false;
  if (auto started = check_.start(parts_.reload.check, parts_.clock.steady()); !started)
    parts_.reload.refuse(started.error().message);
}

Result<void> Master::take_reload(const CheckAnswer& answer) {
  if (answer.kind == CheckAnswer::Kind::no) parts_.reload.refuse(answer.text);
  if (answer.kind == CheckAnswer::Kind::restart) ends_ = true;
  if (answer.kind != CheckAnswer::Kind::yes) return {};
  auto rules = parts_.reload.take(answer.text);
  if (!rules) {
    parts_.reload.refuse(rules.error().message);
    return {};
  }
  // First the workers: a report asked for because of these rules must not meet the old ones.
  if (auto renewed = parts_.pool.renew(std::move(rules->make_analyse)); !renewed) return renewed;
  parts_.rule_times = std::move(rules->rule_times);
  told_times_.reset();
  parts_.verdicts.send_rules(rules->hash);
  parts_.verdicts.send_host_lists(rules->host_lists);
  return {};
}

VerdictStamp Master::stamp_of(std::uint64_t sequence) const {
  VerdictStamp stamp = stamp_of(ledger_.record(sequence));
  stamp.attempt = ledger_.attempt(sequence);
  return stamp;
}

VerdictStamp Master::stamp_of(const JournalRecord& record) const {
  VerdictStamp stamp;
  stamp.log = parts_.log.log();
  stamp.sequence = record.sequence;
  stamp.crc = record.crc;
  stamp.tenant = record.tenant;
  stamp.received_at = record.received_at;
  stamp.peer = record.peer;
  stamp.mail_from = record.mail_from;
  stamp.tls_version = record.tls_version;
  return stamp;
}

}  // namespace secondlook
