#include "schema/process_table.h"

#include <cerrno>
#include <csignal>
#include <set>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr ProcessState kStates[] = {ProcessState::starting, ProcessState::ready,
                                    ProcessState::waiting,  ProcessState::stopping,
                                    ProcessState::stopped,  ProcessState::lost};

std::string text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::uint64_t number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

pid_t process_id(const json& object) {
  const std::uint64_t pid = number(object, "pid");
  return pid <= 0x7fffffff ? static_cast<pid_t>(pid) : 0;
}

Timestamp time(const json& object, const char* name) {
  return parse_rfc3339(text(object, name)).value_or(Timestamp{});
}

json rules_to_object(const RulesNotice& rules) {
  return {{"hash", rules.hash},
          {"loaded_at", rules.loaded_at},
          {"refused", rules.refused.empty() ? json(nullptr) : json(rules.refused)}};
}

RulesNotice rules_in(const json& object) {
  const auto rules = object.find("rules");
  if (rules == object.end() || !rules->is_object()) return {};
  return {text(*rules, "hash"), text(*rules, "loaded_at"), text(*rules, "refused")};
}

json to_object(const ProcessEntry& entry) {
  json object = {{"name", entry.name},
                 {"pid", entry.pid == 0 ? json(nullptr) : json(entry.pid)},
                 {"state", name_of(entry.state)},
                 {"restarts", entry.restarts},
                 {"since", format_rfc3339(entry.since)},
                 {"user", entry.user},
                 {"confinement", entry.confinement},
                 {"detail", entry.detail}};
  if (!entry.rules.hash.empty()) object["rules"] = rules_to_object(entry.rules);
  return object;
}

ProcessEntry to_entry(const json& object) {
  return {text(object, "name"),
          process_id(object),
          parse_process_state(text(object, "state")).value_or(ProcessState::lost),
          number(object, "restarts"),
          time(object, "since"),
          text(object, "user"),
          text(object, "confinement"),
          text(object, "detail"),
          rules_in(object)};
}

bool runs(pid_t pid) {
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

}  // namespace

std::string_view name_of(ProcessState state) {
  switch (state) {
    case ProcessState::starting: return "starting";
    case ProcessState::ready: return "ready";
    case ProcessState::waiting: return "waiting";
    case ProcessState::stopping: return "stopping";
    case ProcessState::stopped: return "stopped";
    case ProcessState::lost: return "lost";
  }
  return "lost";
}

std::optional<ProcessState> parse_process_state(std::string_view name) {
  for (const ProcessState state : kStates)
    if (name == name_of(state)) return state;
  return std::nullopt;
}

std::string to_json(const ProcessTable& table) {
  json processes = json::array();
  for (const ProcessEntry& entry : table.processes) processes.push_back(to_object(entry));
  const json object = {{"pid", table.supervisor},
                       {"since", format_rfc3339(table.since)},
                       {"smtp", table.smtp},
                       {"separate_users", table.separate_users},
                       {"processes", processes}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ProcessTable> parse_process_table(std::string_view content) {
  const json object = json::parse(content, nullptr, false);
  if (!object.is_object()) return malformed("process table: no JSON object");
  ProcessTable table{process_id(object), time(object, "since"), {}, false, {}};
  const auto separate = object.find("separate_users");
  table.separate_users =
      separate != object.end() && separate->is_boolean() && separate->get<bool>();
  if (const auto smtp = object.find("smtp"); smtp != object.end() && smtp->is_array())
    for (const json& address : *smtp)
      if (address.is_string()) table.smtp.push_back(address.get<std::string>());
  if (const auto all = object.find("processes"); all != object.end() && all->is_array())
    for (const json& entry : *all)
      if (entry.is_object()) table.processes.push_back(to_entry(entry));
  return table;
}

Result<ProcessTable> read_process_table(const std::string& path) {
  const auto content = read_file(path, 1 << 20);
  if (!content) return content.error();
  auto table = parse_process_table(*content);
  if (!table) return within(path, table.error());
  if (is_alive(*table)) return table;
  for (ProcessEntry& entry : table->processes)
    if (entry.state != ProcessState::stopped) entry.state = ProcessState::lost;
  return table;
}

bool is_alive(const ProcessTable& table) {
  return runs(table.supervisor);
}

std::string confinement_summary(const ProcessTable& table) {
  if (table.processes.empty()) return "not known: no process runs";
  std::size_t whole = 0;
  std::set<std::string> kinds;
  for (const ProcessEntry& entry : table.processes) {
    if (entry.confinement.empty()) continue;
    if (entry.confinement.find("without-") == std::string::npos) ++whole;
    kinds.insert(entry.confinement);
  }
  std::string summary = std::to_string(whole) + " of " + std::to_string(table.processes.size()) +
                        " processes wholly confined";
  for (const std::string& kind : kinds) summary += (kind == *kinds.begin() ? " (" : ", ") + kind;
  if (!kinds.empty()) summary += ")";
  if (!table.separate_users)
    summary +=
        "; all run as " + table.processes.front().user + ": Landlock alone keeps their files apart";
  return summary;
}

}  // namespace secondlook
