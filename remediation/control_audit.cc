#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/control_commands.h"

namespace secondlook {
namespace {

using nlohmann::json;

// A refused request may be as long as a frame; what it named is told only while it is short.
constexpr std::size_t kMostRefusedArguments = 4096;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::int64_t> append(const ControlContext& context, const AuditEntry& entry) {
  const auto row = context.store.with([&](Store& store) { return store.append_audit(entry); });
  if (!row) return row.error();
  log_audit(*row);
  return row->id;
}

AuditEntry refusal(const ControlContext& context, const ControlCall& call,
                   const std::string& reason) {
  AuditEntry entry = audit_entry(context, call);
  entry.kind = AuditKind::refused;
  if (entry.arguments.size() > kMostRefusedArguments) entry.arguments = "{}";
  entry.outcome = dump({{"refused", reason}});
  return entry;
}

}  // namespace

std::string who_asks(const ControlCall& call) {
  return call.request.login.empty() ? call.who : call.who + " login " + call.request.login;
}

AuditEntry audit_entry(const ControlContext& context, const ControlCall& call) {
  AuditEntry entry;
  entry.at = context.clock.now();
  entry.who = call.who;
  entry.login = call.request.login;
  entry.command = call.request.command;
  entry.arguments = to_json(call.request);
  return entry;
}

void log_audit(const AuditRow& row) {
  log_info("audit", {{"row", std::to_string(row.id)},
                     {"kind", row.kind},
                     {"command", row.entry.command},
                     {"by", row.entry.who},
                     {"login", row.entry.login},
                     {"hash", row.hash}});
}

Result<std::int64_t> audit(const ControlContext& context, const ControlCall& call) {
  return append(context, audit_entry(context, call));
}

Result<void> audit_outcome(const ControlContext& context, const ControlCall& call,
                           std::int64_t about, const std::string& outcome) {
  AuditEntry entry = audit_entry(context, call);
  entry.kind = AuditKind::outcome;
  entry.about = about;
  entry.arguments = "{}";
  entry.outcome = outcome;
  const auto added = append(context, entry);
  return added ? Result<void>() : added.error();
}

Result<void> audit_refusal(const ControlContext& context, const ControlCall& call,
                           const std::string& reason) {
  const auto added = append(context, refusal(context, call, reason));
  return added ? Result<void>() : added.error();
}

Result<void> RefusalAudit::add(const ControlContext& context, const ControlCall& call, uid_t user,
                               const std::string& reason) {
  const std::int64_t hour =
      std::chrono::floor<std::chrono::hours>(context.clock.now()).time_since_epoch().count();
  unsigned rows = 0;
  {
    const std::scoped_lock lock(mutex_);
    Hour& counted = users_[user];
    if (counted.hour != hour) counted = {hour, 0};
    if (counted.rows >= kMostAnHour) return {};
    rows = ++counted.rows;
  }
  const auto added =
      append(context, refusal(context, call,
                              rows < kMostAnHour
                                  ? reason
                                  : reason + " (further refusals of this hour: only in the log)"));
  return added ? Result<void>() : added.error();
}

}  // namespace secondlook
