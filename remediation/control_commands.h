// The operator's commands, one function each: what they answer is JSON as schema/control_message.h
// says; who may ask was decided before.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "remediation/released_mails.h"
#include "remediation/step_context.h"
#include "remediation/step_queue.h"
#include "remediation/verdict_server.h"
#include "schema/control_message.h"

namespace secondlook {

// What the commands work with; everything must outlive them and be callable from several threads.
struct ControlContext {
  SharedStore& store;
  const Configuration& configuration;  // its database is opened read-only for selections
  const Tenants& tenants;
  StepQueue& queue;
  const ReceptionState& reception;
  ReleasedMails& released;
  const Clock& clock;
  std::string confinement;  // ConfinementReport::summary()
  // How long retract and restore stay to tell how steps end; the steps go on without them.
  std::chrono::milliseconds longest_wait{60'000};
};

// Takes one `item` payload; an error ends the command's telling, not its work.
using ItemSink = std::function<Result<void>(std::string_view json)>;

// `who`: the peer's user by the kernel's word. The answer is the `done` payload.
struct ControlCall {
  const ControlRequest& request;
  std::string who;
  const ItemSink& sink;
};

Result<std::string> answer_status(const ControlContext& context);
Result<std::string> answer_retract(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_restore(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_resume(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_accept_rules(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_directory_show(const ControlContext& context, const ControlCall& call);

// Dispatches by request.command; an unknown one is malformed.
Result<std::string> answer_command(const ControlContext& context, const ControlCall& call);

// Whether a reader may ask it; everything else needs an operator.
bool is_for_readers(const ControlRequest& request);

// The peer's user, and the login user where the tool named one.
std::string who_asks(const ControlCall& call);

// One row of the audit; its number names the command in Step::cause.
Result<std::int64_t> audit(const ControlContext& context, const ControlCall& call);

}  // namespace secondlook
