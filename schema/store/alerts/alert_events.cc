#include "schema/store/alerts/alert_events.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema/store/migrations.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostRules = 5;

Result<std::vector<AlertEvent>> read_events(Result<Statement> statement) {
  std::vector<AlertEvent> events;
  auto read = for_each_row(std::move(statement), [&](const Statement& row) {
    AlertEvent event;
    event.id = row.integer(0);
    event.at = row.time(1);
    event.kind = row.text(2);
    event.tenant = row.text(3);
    event.message = row.maybe_integer(4);
    event.detail = row.text(5);
    events.push_back(std::move(event));
  });
  if (!read) return within("alert events", read.error());
  return events;
}

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double score_of(const nlohmann::json& hit) {
  const auto found = hit.find("score");
  return found != hit.end() && found->is_number() ? found->get<double>() : 0.0;
}

std::vector<std::string> rules_of(const nlohmann::json& verdict) {
  std::vector<std::pair<double, std::string>> hits;
  if (const auto found = verdict.find("hits"); found != verdict.end() && found->is_array())
    for (const auto& hit : *found)
      if (hit.is_object()) hits.emplace_back(-score_of(hit), text_of(hit, "rule"));
  std::sort(hits.begin(), hits.end());
  std::vector<std::string> rules;
  for (const auto& [score, rule] : hits)
    if (rules.size() < kMostRules && score < 0) rules.push_back(rule);
  return rules;
}

}  // namespace

Result<std::unique_ptr<AlertEvents>> AlertEvents::open(const std::string& path) {
  auto connection = Connection::open(path, ConnectionMode::read_only);
  if (!connection) return connection.error();
  if (auto checked = check_schema_version(**connection); !checked) return checked.error();
  return std::unique_ptr<AlertEvents>(new AlertEvents(std::move(*connection)));
}

Result<std::vector<AlertEvent>> AlertEvents::after(std::int64_t id, std::size_t most) {
  return read_events(
      connection_->query("SELECT id, at, kind, tenant, message, detail FROM alert_events "
                         "WHERE id > ? ORDER BY id LIMIT ?",
                         id, most));
}

Result<std::vector<AlertEvent>> AlertEvents::newest(std::size_t most) {
  return read_events(
      connection_->query("SELECT id, at, kind, tenant, message, detail FROM alert_events "
                         "ORDER BY id DESC LIMIT ?",
                         most));
}

Result<std::optional<std::pair<std::int64_t, std::int64_t>>> AlertEvents::range() {
  using Range = std::optional<std::pair<std::int64_t, std::int64_t>>;
  const auto first = connection_->integer("SELECT min(id) FROM alert_events");
  if (!first) return first.error();
  const auto last = connection_->integer("SELECT max(id) FROM alert_events");
  if (!last) return last.error();
  if (!*first || !*last) return Range();
  return Range(std::pair(**first, **last));
}

Result<std::int64_t> AlertEvents::written() {
  const auto last =
      connection_->integer("SELECT seq FROM sqlite_sequence WHERE name = 'alert_events'");
  if (!last) return last.error();
  return last->value_or(0);
}

Result<std::optional<AlertedMessage>> AlertEvents::message(MessageRowId id) {
  auto statement = connection_->query(
      "SELECT messages.disposition, verdict_json(packed, verdict) FROM messages LEFT JOIN reports "
      "ON reports.id = deciding_report WHERE messages.id = ?",
      id);
  if (!statement) return statement.error();
  const auto row = statement->next();
  if (!row) return row.error();
  if (!*row) return std::optional<AlertedMessage>();
  AlertedMessage message;
  message.disposition = statement->text(0);
  const auto verdict = nlohmann::json::parse(statement->text(1), nullptr, false);
  if (verdict.is_object()) {
    message.sender = text_of(verdict, "sender");
    message.subject = text_of(verdict, "subject");
    message.rules = rules_of(verdict);
  }
  return std::optional(std::move(message));
}

Result<std::optional<Timestamp>> AlertEvents::last_received(const std::string& tenant) {
  const auto time = connection_->integer(
      "SELECT received_at FROM messages INDEXED BY messages_by_tenant WHERE tenant = ? AND "
      "disposition NOT IN "
      "('forged_report', 'not_a_report') ORDER BY id DESC LIMIT 1",
      tenant);
  if (!time) return time.error();
  if (!*time) return std::optional<Timestamp>();
  return std::optional(Timestamp(std::chrono::microseconds(**time)));
}

Result<std::uint64_t> AlertEvents::received(const std::string& tenant, Timestamp after,
                                            Timestamp until, std::uint64_t most) {
  const auto count = connection_->integer(
      "SELECT count(*) FROM (SELECT 1 FROM messages INDEXED BY messages_by_received_at WHERE "
      "received_at > ? AND received_at <= ? AND tenant = ? AND disposition NOT IN "
      "('forged_report', 'not_a_report') LIMIT ?)",
      after, until, tenant, most);
  if (!count) return count.error();
  return static_cast<std::uint64_t>(count->value_or(0));
}

Result<std::optional<Timestamp>> AlertEvents::oldest() {
  const auto time = connection_->integer("SELECT received_at FROM messages ORDER BY id LIMIT 1");
  if (!time) return time.error();
  if (!*time) return std::optional<Timestamp>();
  return std::optional(Timestamp(std::chrono::microseconds(**time)));
}

Result<std::vector<AlertEvents::Unscanned>> AlertEvents::unscanned_since(Timestamp since) {
  std::vector<Unscanned> all;
  auto read = for_each_row(
      connection_->query("SELECT tenant, count(*), sum(disposition = 'unscanned') FROM messages "
                         "INDEXED BY messages_by_received_at WHERE received_at > ? GROUP BY tenant",
                         since),
      [&](const Statement& row) {
        all.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1)),
                       static_cast<std::uint64_t>(row.integer(2))});
      });
  if (!read) return within("unscanned mails", read.error());
  return all;
}

}  // namespace secondlook
