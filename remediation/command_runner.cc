#include "remediation/command_runner.h"

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/control_commands.h"
#include "remediation/hand_work.h"

namespace secondlook {
namespace {

using nlohmann::json;

// Steps end without telling us: so often it is looked at whether a command is over.
constexpr std::chrono::seconds kPause{30};

// The command's own row; absent only in a database that somebody else wrote into.
Result<AuditEntry> entry_of(Store& store, const HandCommand& command) {
  const auto rows = store.audit_after(command.id - 1, 1);
  if (!rows) return rows.error();
  if (rows->empty() || rows->front().id != command.id) return AuditEntry{};
  return rows->front().entry;
}

void log_failure(const HandCommand& command, const Error& error) {
  log_error("command cannot go on", {{"cause", command.cause()}, {"error", error.message}});
}

struct Taken {
  std::vector<MessageRowId> messages;
  std::uint64_t skipped = 0;
};

// One transaction's messages. One that cannot be planned must not keep the rest from it.
Result<Taken> plan_taken(Store& store, const Tenants& tenants, const HandCommand& command,
                         const ControlRequest& request, HandWork work, Timestamp now) {
  auto messages = store.take_unplanned(command.id, CommandRunner::kMessagesAtOnce);
  if (!messages) return messages.error();
  Taken taken{std::move(*messages), 0};
  work.cause = command.cause();
  for (const MessageRowId id : taken.messages) {
    const auto message = store.addressed_message(id);
    if (!message) return message.error();
    const bool plannable =
        *message && (command.name == "restore" || tenants.contains((*message)->tenant));
    if (!plannable) {
      log_warning("a selected message is left out: it, or its tenant, is no longer there",
                  {{"cause", work.cause}, {"message", std::to_string(id)}});
      ++taken.skipped;
      continue;
    }
    const auto done =
        carry_out(store, **message, tenants, command, work, request.false_positive, now);
    if (!done) return done.error();
  }
  return taken;
}

}  // namespace

Result<std::string> outcome_of_command(Store& store, const HandCommand& command) {
  const auto states = store.step_states_of(command);
  if (!states) return states.error();
  std::uint64_t copies = 0;
  for (const auto& [state, count] : *states) copies += count;
  json outcome = {{"messages", command.messages}, {"copies", copies}, {"states", *states}};
  if (command.skipped > 0) outcome["skipped"] = command.skipped;
  if (!command.failure.empty()) outcome["failure"] = command.failure;
  return outcome.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<AuditRow> append_outcome(Store& store, const HandCommand& command, Timestamp now,
                                const std::string& outcome) {
  auto entry = entry_of(store, command);
  if (!entry) return entry.error();
  entry->at = now;
  entry->kind = AuditKind::outcome;
  entry->about = command.id;
  entry->command = command.name;
  entry->arguments = "{}";
  entry->outcome = outcome;
  return store.append_audit(*entry);
}

// So that no later rule set removes them again. What was restored stays restored when this fails;
// a stop in between is made good at the next start (ReleasedMails::complete).
Result<void> CommandRunner::keep_released(const HandCommand& command,
                                          const std::vector<MessageRowId>& messages) {
  const auto entry = store_.with([&](Store& store) { return entry_of(store, command); });
  if (!entry) return entry.error();
  const auto request = parse_control_request(command.request);
  for (const MessageRowId message : messages) {
    auto mail = store_.with([&](Store& store) { return store.reduced_mail(message); });
    if (!mail) return mail.error();
    if (!*mail) {
      log_warning("released mail is not kept: its report came without its text",
                  {{"message", std::to_string(message)}});
      continue;
    }
    (*mail)->released_at = format_rfc3339(clock_.now());
    (*mail)->released_by =
        entry->login.empty() ? entry->who : entry->who + " login " + entry->login;
    if (request) (*mail)->reason = request->reason;
    if (auto kept = released_.keep(**mail); !kept) return kept;
  }
  return {};
}

Result<void> CommandRunner::plan_some(const HandCommand& command) {
  const auto request = parse_control_request(command.request);
  if (!request) return request.error();
  auto work = hand_work(*request, command.asked_at);
  if (!work) return work.error();
  const auto taken = store_.in_transaction([&](Store& store) -> Result<Taken> {
    if (auto added = add_other_addresses(store, tenants_, *work); !added) return added.error();
    auto some = plan_taken(store, tenants_, command, *request, *work, clock_.now());
    if (!some) return some;
    HandCommand after = command;
    after.skipped += some->skipped;
    // Released mails are kept behind this transaction: only then is the command past its planning.
    const bool is_last =
        request->false_positive ? some->messages.empty() : some->messages.size() < kMessagesAtOnce;
    if (is_last) after.state = HandCommandState::under_way;
    if (auto written = store.update_hand_command(after); !written) return written.error();
    return some;
  });
  if (!taken) return taken.error();
  queue_.wake();
  if (!request->false_positive) return {};
  const auto kept = keep_released(command, taken->messages);
  if (kept) return {};
  log_failure(command, kept.error());
  return store_.in_transaction([&](Store& store) -> Result<void> {
    auto stored = store.hand_command(command.id);
    if (!stored) return stored.error();
    if (!*stored) return {};
    (*stored)->failure =
        "restored, but later rules are not kept from removing it again: " + kept.error().message;
    return store.update_hand_command(**stored);
  });
}

Result<void> CommandRunner::close_if_ended(std::int64_t id) {
  using Row = std::optional<AuditRow>;
  const auto row = store_.in_transaction([&](Store& store) -> Result<Row> {
    auto command = store.hand_command(id);
    if (!command) return command.error();
    if (!*command || (*command)->state != HandCommandState::under_way) return Row();
    const auto open = store.has_open_steps(**command);
    if (!open) return open.error();
    if (*open) return Row();
    (*command)->state = HandCommandState::done;
    if (auto written = store.update_hand_command(**command); !written) return written.error();
    const auto outcome = outcome_of_command(store, **command);
    if (!outcome) return outcome.error();
    auto appended = append_outcome(store, **command, clock_.now(), *outcome);
    if (!appended) return appended.error();
    return Row(std::move(*appended));
  });
  if (!row) return row.error();
  if (*row) log_audit(**row);
  return {};
}

Result<void> CommandRunner::expire(const HandCommand& command) {
  const Timestamp now = clock_.now();
  if (!command.expires_at || now < *command.expires_at) return {};
  const auto row = store_.in_transaction([&](Store& store) -> Result<AuditRow> {
    HandCommand after = command;
    after.state = HandCommandState::expired;
    if (auto written = store.update_hand_command(after); !written) return written.error();
    return append_outcome(store, command, now, R"({"expired":"nobody approved it in time"})");
  });
  if (!row) return row.error();
  log_audit(*row);
  log_warning("command expired: nobody approved it", {{"cause", command.cause()}});
  return {};
}

Result<bool> CommandRunner::take_turn() {
  const auto open = store_.with([](Store& store) { return store.open_hand_commands(); });
  if (!open) return open.error();
  bool more = false;
  for (const HandCommand& command : *open) {
    Result<void> done;
    switch (command.state) {
      case HandCommandState::awaiting_approval: done = expire(command); break;
      case HandCommandState::planning: done = plan_some(command); break;
      default: done = close_if_ended(command.id); break;
    }
    if (!done) log_failure(command, done.error());
    if (done && command.state == HandCommandState::planning) more = true;
  }
  return more;
}

void CommandRunner::start(WatchedLoop* loop) {
  thread_ = std::jthread([this, loop] { work(loop); });
}

void CommandRunner::stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void CommandRunner::wake() {
  {
    const std::scoped_lock lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_all();
}

void CommandRunner::work(WatchedLoop* loop) {
  for (;;) {
    const auto more = [&] {
      const WatchedTurn turn(loop);
      return take_turn();
    }();
    if (!more) log_error("commands", {{"error", more.error().message}});
    std::unique_lock lock(mutex_);
    if (more && *more && !is_stopped_) continue;
    changed_.wait_for(lock, kPause, [this] { return is_woken_ || is_stopped_; });
    if (is_stopped_) return;
    is_woken_ = false;
  }
}

}  // namespace secondlook
