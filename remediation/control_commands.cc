#include "remediation/control_commands.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/brake.h"
#include "remediation/directory/directory_commands.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr int kExposureHours = 24;
constexpr std::size_t kMostExposures = 20'000;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// [policy] mode where all tenants have the same, else "mixed".
std::string mode_of(const ControlContext& context) {
  const auto name = [](bool enforce) { return enforce ? "enforce" : "observe"; };
  std::string mode;
  for (const auto& [tenant, access] : context.tenants) {
    const std::string one = name(access.settings.policy.enforce);
    if (!mode.empty() && mode != one) return "mixed";
    mode = one;
  }
  return mode.empty() ? name(context.configuration.policy.enforce) : mode;
}

json tenants_of(const ControlContext& context) {
  json tenants = json::array();
  for (const auto& [name, access] : context.tenants)
    tenants.push_back({{"name", name},
                       {"mode", access.settings.policy.enforce ? "enforce" : "observe"},
                       {"domains", access.settings.domains}});
  return tenants;
}

json counts_by_name(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  json object = json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

std::uint64_t count_of(const StoreCounts& counts, StepState state) {
  for (const auto& [name, count] : counts.steps_by_state)
    if (name == name_of(state)) return count;
  return 0;
}

json brake_to_json(const BrakeState& brake, std::uint64_t held) {
  json object = {{"engaged", brake.engaged},
                 {"because", nullptr},
                 {"since", nullptr},
                 {"tripped_by", nullptr},
                 {"held", held}};
  if (!brake.engaged) return object;
  object["because"] = brake.because;
  if (brake.trip)
    object["tripped_by"] = {{"scope", brake.trip->key.scope},
                            {"name", brake.trip->key.name},
                            {"copies", brake.trip->copies},
                            {"limit", brake.trip->limit},
                            {"messages", brake.trip->messages}};
  if (brake.since) object["since"] = format_rfc3339(*brake.since);
  return object;
}

json exposure_to_json(const std::vector<std::chrono::microseconds>& ascending) {
  const auto seconds = [&](std::size_t percent) -> json {
    if (ascending.empty()) return nullptr;
    const std::size_t rank = (ascending.size() * percent + 99) / 100;  // nearest rank
    return std::chrono::duration<double>(ascending[std::max<std::size_t>(rank, 1) - 1]).count();
  };
  return {{"hours", kExposureHours},
          {"copies", ascending.size()},
          {"p50", seconds(50)},
          {"p95", seconds(95)},
          {"p99", seconds(99)}};
}

json commands_to_json(const std::vector<HandCommand>& commands) {
  json list = json::array();
  for (const HandCommand& command : commands)
    list.push_back({{"command", command.id},
                    {"name", command.name},
                    {"state", std::string(name_of(command.state))},
                    {"person", command.person},
                    {"asked_at", format_rfc3339(command.asked_at)},
                    {"expires_at", command.expires_at ? json(format_rfc3339(*command.expires_at))
                                                      : json(nullptr)},
                    {"messages", command.messages},
                    {"unplanned", command.unplanned},
                    {"copies", command.copies}});
  return list;
}

}  // namespace

Result<std::string> answer_status(const ControlContext& context) {
  struct Numbers {
    StoreCounts counts;
    BrakeState brake;
    std::vector<HandCommand> commands;
    std::vector<std::chrono::microseconds> exposures;
    json directory;
  };
  const Timestamp since = context.clock.now() - std::chrono::hours(kExposureHours);
  auto numbers = context.store.with([&](Store& store) -> Result<Numbers> {
    auto counts = store.counts();
    if (!counts) return counts.error();
    auto brake = store.brake();
    if (!brake) return brake.error();
    auto commands = store.open_hand_commands();
    if (!commands) return commands.error();
    auto exposures = store.exposures(since, kMostExposures);
    if (!exposures) return exposures.error();
    auto directory = directory_status(context, store);
    if (!directory) return directory.error();
    return Numbers{std::move(*counts), std::move(*brake), std::move(*commands),
                   std::move(*exposures), std::move(*directory)};
  });
  if (!numbers) return numbers.error();
  const auto reception = context.reception.values();
  const StoreCounts& counts = numbers->counts;
  json status = {
      {"mode", mode_of(context)},
      {"reports", counts.reports},
      {"messages", counts.messages},
      {"recorded", reception.recorded},
      {"durable", reception.durable},
      {"lag", nullptr},
      {"log", reception.log},
      {"analyzer_connected", reception.analyzer_connected},
      {"brake", brake_to_json(numbers->brake, count_of(counts, StepState::held_by_brake))},
      {"commands", commands_to_json(numbers->commands)},
      {"tenants", tenants_of(context)},
      {"directory", std::move(numbers->directory)},
      {"malware_scanning", nullptr},
      {"confinement", context.confinement},
      {"exposure", exposure_to_json(numbers->exposures)},
      {"steps", counts_by_name(counts.steps_by_state)},
      {"dispositions", counts_by_name(counts.messages_by_disposition)}};
  // Unknown until the analyzer has said how far the log is durable.
  if (!reception.log.empty())
    status["lag"] =
        reception.durable > reception.recorded ? reception.durable - reception.recorded : 0;
  return dump(status);
}

Result<std::string> answer_resume(const ControlContext& context, const ControlCall& call) {
  const std::string& wanted = call.request.decision;
  if (!wanted.empty() && wanted != "apply" && wanted != "drop")
    return malformed("decision \"" + wanted + "\": apply, drop or nothing");
  const auto row = audit(context, call);
  if (!row) return row.error();
  const HeldSteps decision = wanted == "apply"  ? HeldSteps::apply
                             : wanted == "drop" ? HeldSteps::drop
                                                : HeldSteps::keep;
  const auto release = context.store.in_transaction(
      [&](Store& store) { return release_brake(store, decision, context.clock.now()); });
  if (!release) return release.error();
  log_warning("brake released", {{"by", call.who}, {"decision", wanted}});
  context.queue.wake();
  const std::string done = dump({{"released", release->released},
                                 {"dropped", release->dropped},
                                 {"still_held", release->still_held}});
  if (auto noted = audit_outcome(context, call, *row, done); !noted) return noted.error();
  return done;
}

Result<std::string> answer_accept_rules(const ControlContext& context, const ControlCall& call) {
  if (call.request.rule_set.empty()) return malformed("a rule set's hash is needed");
  const auto row = audit(context, call);
  if (!row) return row.error();
  const auto done =
      context.released.accept({call.request.rule_set, format_rfc3339(context.clock.now()),
                               who_asks(call), call.request.reason});
  if (!done) return done.error();
  log_warning("rule set accepted though it removes released mails",
              {{"rule_set", call.request.rule_set}, {"by", call.who}});
  const std::string answer = dump({{"accepted", call.request.rule_set}});
  if (auto noted = audit_outcome(context, call, *row, answer); !noted) return noted.error();
  return answer;
}

Result<std::string> answer_alerts_test(const ControlContext& context, const ControlCall& call) {
  const std::string& channel = call.request.content;
  if (context.configuration.alerts.find_channel(channel) == nullptr)
    return not_found("there is no [[alert_channel]] \"" + channel + "\"");
  const auto row = audit(context, call);
  if (!row) return row.error();
  return dump({{"audit", *row}, {"channel", channel}});
}

bool is_for_readers(const ControlRequest& request) {
  const std::string& command = request.command;
  if (command == "status" || command == "metrics" || command == "follow") return true;
  if (command == "directory_show" || command == "directory_export") return true;
  if (command == "history_show" || command == "tenant_check") return true;
  if (command == "locate") return request.of.has_value();
  return (command == "retract" || command == "restore") && request.dry_run;
}

Result<std::string> answer_command(const ControlContext& context, const ControlCall& call) {
  const std::string& command = call.request.command;
  if (command == "status") return answer_status(context);
  if (command == "metrics") return answer_metrics(context);
  if (command == "retract") return answer_retract(context, call);
  if (command == "restore") return answer_restore(context, call);
  if (command == "follow") return answer_follow(context, call);
  if (command == "approve") return answer_approve(context, call);
  if (command == "resume") return answer_resume(context, call);
  if (command == "accept_rules") return answer_accept_rules(context, call);
  if (command == "lists_add") return answer_lists_add(context, call);
  if (command == "lists_remove") return answer_lists_remove(context, call);
  if (command == "history_import") return answer_history_import(context, call);
  if (command == "alerts_test") return answer_alerts_test(context, call);
  if (command == "history_show") return answer_history_show(context, call);
  if (command == "locate") return answer_locate(context, call);
  if (command == "tenant_check") return answer_tenant_check(context, call);
  if (command == "probe") return answer_probe(context, call);
  if (command == "directory_show") return answer_directory_show(context, call);
  if (command == "directory_sync") return answer_directory_sync(context, call);
  if (command == "directory_import") return answer_directory_import(context, call);
  if (command == "directory_export") return answer_directory_export(context, call);
  return malformed("unknown command \"" + command + "\"");
}

}  // namespace secondlook
