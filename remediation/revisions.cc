#include "remediation/revisions.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "remediation/mail_address.h"
#include "schema/report_position.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kMostTries = 2;
constexpr std::size_t kPartOfRescan = 256;  // messages
constexpr int kPartsAtOnce = 16;
constexpr std::size_t kMostOpened = 10;  // mails that one password may open

bool has(const std::vector<std::string>& attributes, std::string_view attribute) {
  return std::ranges::find(attributes, attribute) != attributes.end();
}

// Closed still: none of the passwords known so far opened it.
bool waits_for_password(const std::vector<std::string>& attributes) {
  return has(attributes, kEncryptedAttachment) && !has(attributes, kPasswordInMail) &&
         !has(attributes, kPasswordInOtherMail);
}

}  // namespace

Result<void> Revisions::begin(const std::string& log, JudgedBy by) {
  log_ = log;
  by_ = std::move(by);
  asked_.clear();
  has_more_ = false;
  return start_rescan();
}

Result<void> Revisions::rules_changed(const std::string& rule_set) {
  by_.rule_set = rule_set;
  return start_rescan();
}

Result<void> Revisions::signatures_changed(const std::string& signatures) {
  by_.signatures = signatures;
  return start_rescan();
}

Result<void> Revisions::host_lists_changed(const std::string& digest) {
  if (digest == by_.host_lists) return {};
  by_.host_lists = digest;
  host_lists_since_ = clock_.now();
  return start_rescan();
}

Result<void> Revisions::start_rescan() {
  if (settings_.rescan.count() == 0) return {};
  const Timestamp since = clock_.now() - settings_.rescan;
  return store_.in_transaction([&](Store& store) {
    Result<void> begun;
    if (!by_.rule_set.empty()) begun = store.revisions().rescan(log_, by_.rule_set, since);
    if (begun && !by_.signatures.empty())
      begun = store.revisions().rescan_attachments(log_, by_.signatures, since);
    if (begun && !by_.host_lists.empty())
      begun = store.revisions().rescan_links(log_, by_.host_lists, since);
    return begun;
  });
}

Result<std::vector<JudgeAgain>> Revisions::next() {
  std::vector<JudgeAgain> requests;
  has_more_ = false;
  for (int part = 0; asked_.size() < kMostJudgedAgain; ++part) {
    std::vector<std::uint64_t> under_way;
    for (const auto& [sequence, asked] : asked_) under_way.push_back(sequence);
    bool is_left = false;
    auto found = store_.in_transaction([&](Store& store) -> Result<std::vector<RevisionRequest>> {
      auto waiting = store.revisions().waiting(log_, kMostJudgedAgain - asked_.size(), under_way);
      if (!waiting || !waiting->empty()) return waiting;
      const auto taken = store.revisions().take_part(log_, kPartOfRescan);
      if (!taken) return taken.error();
      is_left = *taken;
      return waiting;
    });
    if (!found) return found.error();
    for (RevisionRequest& waiting : *found) {
      asked_[waiting.request.sequence] = {waiting.id, waiting.request.revision, waiting.tries};
      requests.push_back(std::move(waiting.request));
    }
    if (found->empty() && !is_left) return requests;
    if (found->empty() && part >= kPartsAtOnce) {
      has_more_ = requests.empty();  // else an answer brings us here again
      return requests;
    }
  }
  return requests;
}

Result<bool> Revisions::take_answer(Store& store, const VerdictStamp& stamp) {
  const auto asked = asked_.find(stamp.sequence);
  if (asked == asked_.end() || asked->second.revision != stamp.revision)
    return malformed("revision " + std::to_string(stamp.revision) + " of record " +
                     std::to_string(stamp.sequence) + " was not asked for");
  if (auto closed = store.revisions().close(asked->second.id); !closed) return closed.error();
  asked_.erase(asked);
  return store.revisions().is_recorded(stamp.log, stamp.sequence);
}

Result<void> Revisions::take_refusal(const NotJudged& answer) {
  const auto found = asked_.find(answer.sequence);
  if (found == asked_.end() || found->second.revision != answer.revision)
    return malformed("record " + std::to_string(answer.sequence) + " was not asked for");
  const Asked asked = found->second;
  asked_.erase(found);
  const bool gives_up = asked.tries + 1 >= kMostTries;
  log_warning("report not judged once more",
              {{"report", report_position(log_, answer.sequence)},
               {"reason", answer.reason},
               {"verdict", gives_up ? "stays as it was" : "is tried once more"}});
  return store_.in_transaction([&](Store& store) {
    return gives_up ? store.revisions().close(asked.id) : store.revisions().note_try(asked.id);
  });
}

Result<void> Revisions::look_around(Store& store, const MessageRow& message,
                                    const RecordedReport& report) {
  const auto& [stamp, verdict] = report;
  if (stamp.revision == 0 && !verdict.reported.empty())
    if (auto taken = take_user_report(store, report); !taken) return taken;
  if (auto asked = ask_meanwhile(store, report); !asked) return asked;
  if (settings_.password_wait.count() == 0) return {};
  if (waits_for_password(verdict.attributes)) return find_password(store, message, report);
  if (stamp.revision == 0 && has(verdict.attributes, kPasswordNotice))
    return tell_password(store, message, report);
  return {};
}

// Judged by the rules, signatures or host lists of before while new ones came: too late for the
// rescan to see it. What no worker judged names no rules.
Result<void> Revisions::ask_meanwhile(Store& store, const RecordedReport& report) {
  const auto& [stamp, verdict] = report;
  if (stamp.revision > 0 || settings_.rescan.count() == 0) return {};
  const auto is_other = [](const std::string& judged_by, const std::string& in_force) {
    return !judged_by.empty() && !in_force.empty() && judged_by != in_force;
  };
  const bool had_other_lists =
      !by_.host_lists.empty() && !verdict.links.empty() && stamp.received_at < host_lists_since_;
  const char* cause = is_other(verdict.rule_set, by_.rule_set) ? "rules changed meanwhile"
                      : is_other(verdict.signatures, by_.signatures)
                          ? "signatures changed meanwhile"
                      : had_other_lists ? "host lists changed meanwhile"
                                        : nullptr;
  if (cause == nullptr) return {};
  return store.revisions().ask(stamp.log, {stamp.sequence, 1, cause, {}}, false);
}

// The person at the From of a mail that came from inside.
Result<void> Revisions::take_user_report(Store& store, const RecordedReport& report) {
  const auto& [stamp, verdict] = report;
  if (verdict.direction != "internal" || !has(verdict.attributes, kUserReport)) return {};
  const std::string reporter = lower_case(verdict.sender);
  for (const std::string& id : verdict.reported) {
    const auto messages =
        store.revisions().note_user_report(stamp.tenant, id, reporter, stamp.received_at);
    if (!messages) return messages.error();
    if (settings_.rescan.count() == 0) continue;  // reports are not kept
    for (const std::int64_t message : *messages)
      if (auto asked = store.revisions().ask_message(message, "a user's report"); !asked)
        return asked;
  }
  return {};
}

// Of several mails that came before, each is tried.
Result<void> Revisions::find_password(Store& store, const MessageRow& message,
                                      const RecordedReport& report) {
  if (report.stamp.revision > 0) return {};
  auto notices = store.revisions().from_same_sender(message.id, kPasswordNotice,
                                                    settings_.password_wait, kMostCompanions);
  if (!notices) return notices.error();
  if (notices->empty()) return {};
  const JudgeAgain request{report.stamp.sequence, 1, "a password in an earlier mail",
                           std::move(*notices)};
  return store.revisions().ask(report.stamp.log, request, true);
}

Result<void> Revisions::tell_password(Store& store, const MessageRow& message,
                                      const RecordedReport& report) {
  const auto closed = store.revisions().from_same_sender(message.id, kEncryptedAttachment,
                                                         settings_.password_wait, kMostOpened);
  if (!closed) return closed.error();
  for (const std::uint64_t sequence : *closed) {
    const JudgeAgain request{sequence,
                             1,
                             "a password in message " + std::to_string(message.id),
                             {report.stamp.sequence}};
    if (auto asked = store.revisions().ask(report.stamp.log, request, true); !asked) return asked;
  }
  return {};
}

}  // namespace secondlook
