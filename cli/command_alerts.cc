#include <algorithm>
#include <thread>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/store/alerts/alert_events.h"
#include "schema/store/alerts/alert_outbox.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::minutes kPatience{1};
constexpr std::chrono::seconds kDeliveryTime{30};
constexpr std::size_t kLookedThrough = 200;

constexpr std::string_view kHelp =
    "Usage: secondlook alerts list [--limit N] [--json]\n"
    "       secondlook alerts test CHANNEL [--json]\n\n"
    "What people are to be told of, and whether they were. Rules and channels: [[alert]] and\n"
    "[[alert_channel]] of the configuration.\n\n"
    "list: what happened, then what was sent or waits, newest first, then each channel's counts.\n"
    "  --limit N    at most N of each (20)\n"
    "  --json       one object a line: type event, delivery or channel\n\n"
    "test: asks the service for a test alert to one channel and waits half a minute for it to\n"
    "arrive. Needs the operators' group, and stands in the audit.\n\n"
    "Exit status: 0 shown, or delivered; 1 not delivered; 2 bad usage; 3 the database or the "
    "service\n"
    "cannot be reached.\n\n"
    "Example:\n"
    "  secondlook alerts test soc-teams\n"
    "  secondlook alerts list --limit 5\n";

std::string dump(const Json& json) {
  return json_text(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string short_time(Timestamp time) {
  return format_rfc3339(time).substr(0, 19) + "Z";
}

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json parsed(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(nullptr) : json;
}

// {"step":3,"action":"recoverable"} as "step 3, action recoverable".
std::string detail_line(const std::string& detail) {
  std::string line;
  const Json json = parsed(detail);
  if (!json.is_object()) return line;
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    line += (line.empty() ? "" : ", ") + name + " " +
            (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return line;
}

void print_json(const Console& console, const AlertEvent& event) {
  console.out << dump({{"type", "event"},
                       {"id", event.id},
                       {"at", format_rfc3339(event.at)},
                       {"event", event.kind},
                       {"tenant", text_or_null(event.tenant)},
                       {"message", event.message ? Json(*event.message) : Json(nullptr)},
                       {"detail", parsed(event.detail)}})
              << '\n';
}

void print_json(const Console& console, const AlertDelivery& delivery) {
  const Alert& alert = delivery.alert;
  console.out << dump({{"type", "delivery"},
                       {"key", alert.key},
                       {"queued_at", format_rfc3339(delivery.queued_at)},
                       {"channel", delivery.channel},
                       {"rule", text_or_null(alert.rule)},
                       {"event", std::string(name_of(alert.kind))},
                       {"resolved", alert.resolved},
                       {"severity", std::string(name_of(alert.severity))},
                       {"tenant", text_or_null(alert.tenant)},
                       {"count", alert.count},
                       {"state", std::string(name_of(delivery.state))},
                       {"attempts", delivery.attempts},
                       {"next_try_at", time_or_null(delivery.next_try_at)},
                       {"finished_at", time_or_null(delivery.finished_at)},
                       {"error", text_or_null(delivery.error)}})
              << '\n';
}

Result<std::uint64_t> list_events(const Invocation& invocation, const Configuration& configuration,
                                  std::size_t limit, bool json) {
  auto events = AlertEvents::open(configuration.paths.database);
  if (!events) return events.error();
  const auto newest = (*events)->newest(limit);
  if (!newest) return newest.error();
  Table table({{"ID", false, true},
               {"AT"},
               {"EVENT"},
               {"TENANT"},
               {"MAIL", false, true},
               {"DETAIL", true}});
  for (const AlertEvent& event : *newest) {
    if (json)
      print_json(invocation.console, event);
    else
      table.add({std::to_string(event.id), short_time(event.at), event.kind, event.tenant,
                 event.message ? std::to_string(*event.message) : "", detail_line(event.detail)});
  }
  if (!table.empty()) table.print(invocation.console.out, invocation.console.width);
  return newest->size();
}

Result<void> list_deliveries(const Invocation& invocation, AlertOutbox& outbox, std::size_t limit,
                             bool json) {
  const Console& console = invocation.console;
  const auto newest = outbox.newest(limit);
  if (!newest) return newest.error();
  Table table({{"QUEUED"},
               {"CHANNEL"},
               {"EVENT"},
               {"TENANT"},
               {"COUNT", false, true},
               {"STATE"},
               {"TRIES", false, true},
               {"NEXT TRY"},
               {"ERROR", true}});
  for (const AlertDelivery& delivery : *newest) {
    if (json) {
      print_json(console, delivery);
      continue;
    }
    const Alert& alert = delivery.alert;
    table.add({short_time(delivery.queued_at), delivery.channel,
               std::string(name_of(alert.kind)) + (alert.resolved ? " (over)" : ""), alert.tenant,
               std::to_string(alert.count), std::string(name_of(delivery.state)),
               std::to_string(delivery.attempts),
               delivery.next_try_at ? short_time(*delivery.next_try_at) : "", delivery.error});
  }
  if (!table.empty()) {
    console.out << '\n';
    table.print(console.out, console.width);
  }
  return {};
}

Result<void> list_channels(const Invocation& invocation, AlertOutbox& outbox, bool json) {
  const Console& console = invocation.console;
  const auto counts = outbox.counts();
  if (!counts) return counts.error();
  const auto missed = outbox.missed();
  if (!missed) return missed.error();
  Table table({{"CHANNEL"},
               {"WAITING", false, true},
               {"DELIVERED", false, true},
               {"GIVEN UP", false, true}});
  for (const auto& [channel, count] : *counts) {
    if (json)
      console.out << dump({{"type", "channel"},
                           {"channel", channel},
                           {"waiting", count.waiting},
                           {"delivered", count.delivered},
                           {"dead", count.dead}})
                  << '\n';
    else
      table.add({channel, std::to_string(count.waiting), std::to_string(count.delivered),
                 std::to_string(count.dead)});
  }
  if (!table.empty()) {
    console.out << '\n';
    table.print(console.out, console.width);
  }
  if (*missed > 0 && !json)
    console.out << "\nevents that were gone before they were read: " << *missed << '\n';
  return {};
}

int list(const Invocation& invocation, const Configuration& configuration) {
  const Console& console = invocation.console;
  const auto limit = invocation.arguments.number("limit", 20);
  if (!limit) return report_error(console, within("alerts", limit.error()));
  const bool json = invocation.arguments.has("json");
  const auto events = list_events(invocation, configuration, *limit, json);
  if (!events)
    return unreachable(console, "the database cannot be read: " + events.error().message);
  if (*events == 0 && !json) console.out << "nothing has happened that alerts are made of\n";
  if (configuration.alerts.channels.empty()) {
    if (!json) console.out << "no [[alert_channel]] is configured: nobody is told\n";
    return exit_done;
  }
  auto outbox = AlertOutbox::open_read_only(configuration.alerts.database);
  auto shown =
      outbox ? list_deliveries(invocation, **outbox, *limit, json) : Result<void>(outbox.error());
  if (shown) shown = list_channels(invocation, **outbox, json);
  if (!shown)
    return unreachable(console,
                       "the state of deliveries cannot be read (has secondlook-notify run "
                       "with this configuration?): " +
                           shown.error().message);
  return exit_done;
}

bool is_of_audit_row(const AlertDelivery& delivery, const std::string& row) {
  const auto found = delivery.alert.facts.find("audit");
  return found != delivery.alert.facts.end() && found->second == row;
}

std::optional<AlertDelivery> find_delivery(const Configuration& configuration,
                                           const std::string& row) {
  auto outbox = AlertOutbox::open_read_only(configuration.alerts.database);
  if (!outbox) return std::nullopt;
  const auto newest = (*outbox)->newest(kLookedThrough);
  if (!newest) return std::nullopt;
  const auto found = std::find_if(newest->begin(), newest->end(), [&](const AlertDelivery& one) {
    return is_of_audit_row(one, row);
  });
  return found == newest->end() ? std::nullopt : std::optional(*found);
}

int tell_outcome(const Invocation& invocation, const std::string& channel,
                 const std::optional<AlertDelivery>& delivery) {
  const Console& console = invocation.console;
  const bool is_delivered = delivery && delivery->state == DeliveryState::delivered;
  if (invocation.arguments.has("json")) {
    if (delivery)
      print_json(console, *delivery);
    else
      console.out << dump({{"type", "delivery"}, {"channel", channel}, {"state", nullptr}}) << '\n';
  } else if (is_delivered) {
    console.out << "delivered to " << channel << '\n';
  }
  if (is_delivered) return exit_done;
  if (!delivery)
    return failure(console,
                   "the test alert was asked for, but secondlook-notify has not taken it up: "
                   "see `secondlook status` and its log");
  return failure(console,
                 "not delivered yet: " + (delivery->error.empty() ? "no answer" : delivery->error) +
                     "; it goes on trying: `secondlook alerts list`");
}

int test(const Invocation& invocation, const Configuration& configuration,
         const std::string& channel) {
  const Console& console = invocation.console;
  if (configuration.alerts.find_channel(channel) == nullptr) {
    std::string known;
    for (const AlertChannel& one : configuration.alerts.channels)
      known += (known.empty() ? "" : ", ") + one.name;
    return usage_error(console, "alerts test: there is no [[alert_channel]] \"" + channel + "\"" +
                                    (known.empty() ? "" : "; there are: " + known));
  }
  ControlRequest request;
  request.command = "alerts_test";
  request.content = channel;
  request.login = login_name();
  const auto answer = ask_service(
      configuration.paths.control_socket(), request, [](std::string_view) {}, kPatience);
  if (const int status = report_answer(console, answer); status != exit_done) return status;
  const Json done = parsed(answer.json);
  const auto row = done.is_object() ? done.find("audit") : done.end();
  if (!done.is_object() || row == done.end())
    return failure(console, "the service's answer is unreadable");
  const auto deadline = invocation.clock.steady() + kDeliveryTime;
  std::optional<AlertDelivery> delivery;
  while (invocation.clock.steady() < deadline) {
    delivery = find_delivery(configuration, row->dump());
    if (delivery && delivery->state != DeliveryState::waiting) break;
    console.progress("waiting for " + terminal_text(channel));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  console.progress("");
  return tell_outcome(invocation, channel, delivery);
}

int run_alerts(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  const bool lists = words.size() == 1 && words[0] == "list";
  const bool tests = words.size() == 2 && words[0] == "test";
  if (!lists && !tests)
    return usage_error(invocation.console, "alerts: `alerts list` or `alerts test CHANNEL`");
  if (tests && invocation.arguments.has("limit"))
    return usage_error(invocation.console, "alerts test: --limit belongs to `alerts list`");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  return lists ? list(invocation, *configuration) : test(invocation, *configuration, words[1]);
}

}  // namespace

Command alerts_command() {
  return {"alerts",
          "what people are told of, and whether it reached them",
          kHelp,
          {{{"limit", true}, {"json"}}, false, 2},
          &run_alerts};
}

}  // namespace secondlook
