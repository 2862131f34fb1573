#include "cli/status_report.h"

#include <iomanip>
#include <sstream>

#include <nlohmann/json.hpp>

#include "cli/control_client.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/journal_log/reader.h"
#include "schema/process_table.h"
#include "schema/store/alerts/alert_outbox.h"
#include "schema/store/store.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kPatience{10};

std::string mode_of(const Configuration& configuration) {
  bool enforce = configuration.policy.enforce;
  bool differs = false;
  for (const TenantSettings& tenant : configuration.tenants) {
    differs = differs || tenant.policy.enforce != configuration.tenants.front().policy.enforce;
    enforce = tenant.policy.enforce;
  }
  return differs ? "mixed" : enforce ? "enforce" : "observe";
}

// What can be known without the service.
void add_counts(Json& status, Store& store) {
  if (const auto counts = store.counts(); counts) {
    status["reports"] = counts->reports;
    status["messages"] = counts->messages;
    for (const auto& [state, count] : counts->steps_by_state) status["steps"][state] = count;
  }
  if (const auto brake = store.brake(); brake)
    status["brake"] = {
        {"engaged", brake->engaged},
        {"because", brake->because.empty() ? Json(nullptr) : Json(brake->because)},
        {"since", brake->since ? Json(format_rfc3339(*brake->since)) : Json(nullptr)}};
  if (const auto commands = store.open_hand_commands(); commands)
    for (const HandCommand& command : *commands)
      status["commands"].push_back(
          {{"command", command.id},
           {"name", command.name},
           {"state", std::string(name_of(command.state))},
           {"person", command.person},
           {"expires_at",
            command.expires_at ? Json(format_rfc3339(*command.expires_at)) : Json(nullptr)},
           {"messages", command.messages},
           {"unplanned", command.unplanned},
           {"copies", command.copies}});
}

void add_log(Json& status, Store& store, const std::string& directory) {
  auto log = JournalLogReader::open_to_the_end(directory);
  if (!log) return;
  const auto durable = log->durable_sequence();
  const auto recorded = store.recorded_mark(log->log());
  status["log"] = log->log();
  if (durable) status["durable"] = *durable;
  if (recorded) status["recorded"] = *recorded;
  if (durable && recorded) status["lag"] = *durable > *recorded ? *durable - *recorded : 0;
}

Json status_without_service(const Configuration& configuration) {
  Json status = {{"mode", mode_of(configuration)},
                 {"reports", nullptr},
                 {"recorded", nullptr},
                 {"lag", nullptr},
                 {"commands", Json::array()},
                 {"brake", {{"engaged", nullptr}, {"because", nullptr}}},
                 {"directory", nullptr}};
  if (const auto store = Store::open_read_only(configuration.paths.database); store) {
    add_counts(status, **store);
    add_log(status, **store, configuration.paths.journal);
  }
  return status;
}

// true, false or null: nobody knows.
Json malware_scanning(const Configuration& configuration, const ProcessTable& table) {
  if (configuration.analyzer.clamav_database.empty()) return false;
  for (const ProcessEntry& entry : table.processes)
    if (entry.name == "secondlook-analyzer" && entry.state == ProcessState::ready)
      return entry.detail.find("malware scanning off") == std::string::npos;
  return nullptr;
}

void add_processes(Json& status, const Configuration& configuration) {
  const auto table = read_process_table(configuration.paths.process_table());
  const ProcessTable known = table ? *table : ProcessTable{};
  status["processes"] = Json::parse(to_json(known))["processes"];
  status["smtp"] = known.smtp;
  status["rules"] = nullptr;
  for (const Json& process : status["processes"])
    if (process.contains("rules")) status["rules"] = process["rules"];
  if (!status.contains("malware_scanning") || status["malware_scanning"].is_null())
    status["malware_scanning"] = malware_scanning(configuration, known);
  if (table || !status.contains("confinement")) status["confinement"] = confinement_summary(known);
}

// null: no channel is configured. Its database may be unreadable to the person who asks.
Json alerts_of(const Configuration& configuration) {
  if (configuration.alerts.channels.empty()) return nullptr;
  Json alerts = {{"channels", configuration.alerts.channels.size()},
                 {"waiting", nullptr},
                 {"delivered", nullptr},
                 {"dead", nullptr},
                 {"missed", nullptr}};
  auto outbox = AlertOutbox::open_read_only(configuration.alerts.database);
  if (!outbox) return alerts;
  const auto counts = (*outbox)->counts();
  const auto missed = (*outbox)->missed();
  if (!counts || !missed) return alerts;
  AlertOutbox::Counts all;
  for (const auto& [channel, count] : *counts) {
    all.waiting += count.waiting;
    all.delivered += count.delivered;
    all.dead += count.dead;
  }
  alerts["waiting"] = all.waiting;
  alerts["delivered"] = all.delivered;
  alerts["dead"] = all.dead;
  alerts["missed"] = *missed;
  return alerts;
}

// --- for people ---

std::string text(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return "not known";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

void print_line(const Console& console, std::string_view name, const std::string& value,
                Colour colour = Colour::none) {
  console.out << name << std::string(name.size() < 13 ? 13 - name.size() : 1, ' ')
              << console.coloured(colour, terminal_text(value)) << '\n';
}

void print_alerts(const Console& console, const Json& status) {
  const auto alerts = status.find("alerts");
  if (alerts == status.end() || !alerts->is_object()) return;
  std::string line = text(*alerts, "delivered") + " delivered, " + text(*alerts, "waiting") +
                     " waiting, " + text(*alerts, "dead") + " given up";
  const auto is_above_none = [&](const char* name) {
    const std::string count = text(*alerts, name);
    return count != "0" && count != "not known";
  };
  if (is_above_none("missed")) line += ", " + text(*alerts, "missed") + " missed";
  const bool is_bad = is_above_none("dead") || is_above_none("missed");
  print_line(console, "alerts", line, is_bad ? Colour::red : Colour::none);
}

void print_brake(const Console& console, const Json& status) {
  const auto brake = status.find("brake");
  if (brake == status.end() || !brake->is_object()) return;
  const auto engaged = brake->find("engaged");
  if (engaged != brake->end() && engaged->is_boolean() && engaged->get<bool>()) {
    print_line(console, "brake",
               "ENGAGED since " + text(*brake, "since") + ": " + text(*brake, "because") +
                   " (`secondlook resume`)",
               Colour::red);
    if (const auto trip = brake->find("tripped_by"); trip != brake->end() && trip->is_object()) {
      std::string mails;
      if (const auto ids = trip->find("messages"); ids != trip->end() && ids->is_array())
        for (const Json& id : *ids) mails += " " + id.dump();
      print_line(console, "",
                 text(*trip, "scope") + " " + text(*trip, "name") + ": " + text(*trip, "copies") +
                     " copies, limit " + text(*trip, "limit") + "; mails" + mails +
                     "; held: " + text(*brake, "held"));
    }
  } else {
    print_line(console, "brake",
               engaged != brake->end() && engaged->is_boolean() ? "released" : "not known");
  }
}

// Retracts and restores that are not over.
void print_commands(const Console& console, const Json& status) {
  const auto commands = status.find("commands");
  if (commands == status.end() || !commands->is_array()) return;
  for (const Json& command : *commands) {
    if (!command.is_object()) continue;
    const std::string named = text(command, "name") + " " + text(command, "command");
    if (text(command, "state") == "awaiting_approval")
      print_line(console, "approval",
                 named + " of " + text(command, "copies") + " copies, asked by " +
                     text(command, "person") + ", until " + text(command, "expires_at") +
                     " (`secondlook approve`)",
                 Colour::yellow);
    else
      print_line(console, "by hand",
                 named + " " + text(command, "state") + ": " + text(command, "messages") +
                     " mails, " + text(command, "unplanned") + " not planned yet");
  }
}

std::string counts_line(const Json& counts) {
  std::string line;
  for (const auto& [name, count] : counts.items())
    line += (line.empty() ? "" : ", ") + name + " " + count.dump();
  return line;
}

void print_processes(const Console& console, const Json& processes) {
  Table table({{"PROCESS"},
               {"PID", false, true},
               {"STATE"},
               {"SINCE"},
               {"RESTARTS", false, true},
               {"USER"},
               {"DETAIL", true}});
  for (const Json& process : processes)
    table.add({text(process, "name"), process["pid"].is_null() ? "-" : text(process, "pid"),
               text(process, "state"), text(process, "since").substr(0, 19) + "Z",
               text(process, "restarts"), text(process, "user"), text(process, "detail")});
  if (table.empty()) return;
  console.out << '\n';
  table.print(console.out, console.width);
}

void print_rules(const Console& console, const Json& status) {
  const auto rules = status.find("rules");
  if (rules == status.end() || !rules->is_object())
    return print_line(console, "rules", "not known");
  print_line(console, "rules",
             text(*rules, "hash").substr(0, 12) + ", loaded " + text(*rules, "loaded_at"));
  const auto refused = rules->find("refused");
  if (refused != rules->end() && refused->is_string())
    print_line(console, "", "newer ones REFUSED: " + refused->get<std::string>(), Colour::red);
}

void print_exposure(const Console& console, const Json& status) {
  const auto exposure = status.find("exposure");
  if (exposure == status.end() || !exposure->is_object() || (*exposure)["p50"].is_null()) return;
  const auto seconds = [&](const char* name) {
    std::ostringstream words;
    words << name << ' ' << std::fixed << std::setprecision(1) << (*exposure)[name].get<double>()
          << " s";
    return words.str();
  };
  print_line(console, "exposure",
             seconds("p50") + ", " + seconds("p95") + ", " + seconds("p99") + " in reach, " +
                 text(*exposure, "copies") + " copies removed automatically in the last " +
                 text(*exposure, "hours") + " hours");
}

std::string malware_line(const Json& status) {
  const auto scanning = status.find("malware_scanning");
  if (scanning == status.end() || !scanning->is_boolean()) return "not known";
  return scanning->get<bool>() ? "on" : "off ([analyzer] clamav_database names no database)";
}

// One line a tenant, in red where the last reading failed.
void print_directories(const Console& console, const Json& status) {
  const auto all = status.find("directory");
  if (all == status.end() || !all->is_array()) return;
  for (const Json& one : *all) {
    const bool was_read = one.contains("synced_at") && !one["synced_at"].is_null();
    std::string line = text(one, "tenant") + ": ";
    line += was_read ? text(one, "users") + " users, " + text(one, "groups") + " groups, read " +
                           text(one, "synced_at")
                     : "not read yet, mailboxes are asked for by address";
    if (one.value("unknown_recipients", 0) > 0)
      line += ", " + text(one, "unknown_recipients") + " recipients unknown to it";
    print_line(console, "directory", line);
    if (const auto error = one.find("error"); error != one.end() && error->is_string())
      print_line(console, "", "last reading FAILED: " + error->get<std::string>(), Colour::red);
    if (const auto missing = one.find("missing_groups");
        missing != one.end() && missing->is_array() && !missing->empty())
      print_line(console, "", "rules name groups it does not have: " + missing->dump(),
                 Colour::red);
  }
}

}  // namespace

StatusReport make_status_report(const Configuration& configuration) {
  ControlRequest request;
  request.command = "status";
  const ServiceAnswer answer = ask_service(
      configuration.paths.control_socket(), request, [](std::string_view) {}, kPatience);
  StatusReport report;
  Json status = Json::parse(answer.json, nullptr, false);
  report.reachable = answer.outcome == ServiceAnswer::Outcome::done && status.is_object();
  if (!report.reachable) {
    report.failure = answer.outcome == ServiceAnswer::Outcome::done ? internal("unreadable answer")
                                                                    : answer.error;
    status = status_without_service(configuration);
  }
  add_processes(status, configuration);
  status["alerts"] = alerts_of(configuration);
  status["service"] = report.reachable ? "running" : "unreachable";
  status["because"] = report.reachable ? Json(nullptr) : Json(report.failure.message);
  report.json = status.dump(-1, ' ', false, Json::error_handler_t::replace);
  return report;
}

void print_status(const Console& console, const std::string& status_json) {
  const Json status = Json::parse(status_json, nullptr, false);
  if (!status.is_object()) return;
  const std::string mode = text(status, "mode");
  print_line(console, "service", text(status, "service"),
             text(status, "service") == "running" ? Colour::green : Colour::red);
  print_line(console, "mode",
             mode == "observe" ? "observe (nothing is moved automatically)" : mode);
  if (const auto smtp = status.find("smtp"); smtp != status.end() && !smtp->empty()) {
    std::string addresses;
    for (const Json& address : *smtp)
      addresses += (addresses.empty() ? "" : ", ") + address.get<std::string>();
    print_line(console, "smtp", addresses);
  }
  print_line(console, "reports",
             text(status, "reports") + " recorded, up to sequence " + text(status, "recorded") +
                 ", lag " + text(status, "lag"));
  print_brake(console, status);
  if (const auto steps = status.find("steps"); steps != status.end() && !steps->empty())
    print_line(console, "copies", counts_line(*steps));
  print_exposure(console, status);
  print_directories(console, status);
  print_commands(console, status);
  print_alerts(console, status);
  print_rules(console, status);
  print_line(console, "malware scan", malware_line(status));
  print_line(console, "confinement", text(status, "confinement"));
  if (const auto processes = status.find("processes"); processes != status.end())
    print_processes(console, *processes);
}

}  // namespace secondlook
