// The operator's commands, one function each: what they answer is JSON as schema/control_message.h
// says; who may ask was decided before.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "remediation/command_runner.h"
#include "remediation/released_mails.h"
#include "remediation/step_context.h"
#include "remediation/step_queue.h"
#include "remediation/verdict_server.h"
#include "schema/control_message.h"

namespace secondlook {

class DirectoryKeeper;
class ListKeeper;
class StopEvent;

// What the commands work with; everything must outlive them and be callable from several threads.
struct ControlContext {
  SharedStore& store;
  const Configuration& configuration;  // its database is opened read-only for selections
  const Tenants& tenants;
  StepQueue& queue;
  const ReceptionState& reception;
  ReleasedMails& released;
  CommandRunner& runner;
  const Clock& clock;
  std::string confinement;  // ConfinementReport::summary()
  // How long retract and restore stay while no step ends; the steps go on without them.
  std::chrono::milliseconds longest_wait{60'000};
  DirectoryKeeper* directory = nullptr;  // null: no directory is kept
  ListKeeper* lists = nullptr;           // null: no lists are kept
  std::timed_mutex* asking = nullptr;    // held while mailboxes are looked through for a person
  RandomSource* random = nullptr;        // for the Message-ID of a probe's mail
  const StopEvent* stop = nullptr;       // ends a probe's waiting
  const Recorder* recorder = nullptr;    // null: nothing is recorded
};

// Takes one `item` payload; an error ends the command's telling, not its work.
using ItemSink = std::function<Result<void>(std::string_view json)>;

// `who`: the peer's user by the kernel's word; `person`: who that is (peer_rights.h). The answer is
// the `done` payload.
struct ControlCall {
  const ControlRequest& request;
  std::string who;
  std::string person;
  const ItemSink& sink;
  const ItemSink& progress;  // takes `progress` payloads
};

Result<std::string> answer_status(const ControlContext& context);
// What only this process knows, without counting a row: for secondlook-notify, again and again.
Result<std::string> answer_metrics(const ControlContext& context);
Result<std::string> answer_retract(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_restore(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_follow(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_approve(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_resume(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_accept_rules(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_lists_add(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_lists_remove(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_history_import(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_locate(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_tenant_check(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_probe(const ControlContext& context, const ControlCall& call);
// Its row in the audit is what asks the notifier (schema/store/schema_15.h).
Result<std::string> answer_alerts_test(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_history_show(const ControlContext& context, const ControlCall& call);

// Dispatches by request.command; an unknown one is malformed.
Result<std::string> answer_command(const ControlContext& context, const ControlCall& call);

// Whether a reader may ask it; everything else needs an operator.
bool is_for_readers(const ControlRequest& request);

// The peer's user, and the login user where the tool named one.
std::string who_asks(const ControlCall& call);

// Rows of the audit (schema/store/audit.h). Each row's hash also goes to the log, where it stands
// outside the file that it vouches for.
//
// The command as it begins; the row's number names it in Step::cause.
Result<std::int64_t> audit(const ControlContext& context, const ControlCall& call);
// How the command of row `about` ended, as JSON.
Result<void> audit_outcome(const ControlContext& context, const ControlCall& call,
                           std::int64_t about, const std::string& outcome);
// The same, from within a transaction; to be logged with log_audit once it is committed.
AuditEntry audit_entry(const ControlContext& context, const ControlCall& call);
void log_audit(const AuditRow& row);
// The command was asked for by somebody who may act, but may not do this.
Result<void> audit_refusal(const ControlContext& context, const ControlCall& call,
                           const std::string& reason);

// Keeps those who may not act from filling the audit: so many rows an hour for each user, the last
// of which says that further refusals stand in the log alone.
class RefusalAudit {
 public:
  static constexpr unsigned kMostAnHour = 60;

  Result<void> add(const ControlContext& context, const ControlCall& call, uid_t user,
                   const std::string& reason);

 private:
  struct Hour {
    std::int64_t hour = 0;
    unsigned rows = 0;
  };
  std::mutex mutex_;
  std::map<uid_t, Hour> users_;
};

}  // namespace secondlook
