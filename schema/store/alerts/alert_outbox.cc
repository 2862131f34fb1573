#include "schema/store/alerts/alert_outbox.h"

#include <algorithm>

namespace secondlook {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kMostDueGroups = 100;

constexpr const char* kTables = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE groups (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule TEXT NOT NULL,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  alert TEXT NOT NULL,
  UNIQUE (rule, kind, tenant, subject, resolved)
) STRICT;
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  rule TEXT NOT NULL,
  alert TEXT NOT NULL,
  state TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try_at INTEGER,
  finished_at INTEGER,
  error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (channel, next_try_at) WHERE state = 'waiting';
CREATE INDEX deliveries_finished ON deliveries (id) WHERE state <> 'waiting';
CREATE INDEX deliveries_by_rule ON deliveries (rule, queued_at);
CREATE TABLE counters (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE conditions (
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,
  since INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (kind, tenant, subject)
) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
)sql";

constexpr std::string_view kDeliveryColumns =
    "SELECT id, key, channel, alert, state, queued_at, attempts, next_try_at, finished_at, error "
    "FROM deliveries ";

// What tells conditions of one kind apart: two certificates are two alerts.
std::string subject_of(const Alert& alert) {
  const auto found = alert.facts.find("subject");
  return found == alert.facts.end() ? "" : found->second;
}

DeliveryState state_of(std::string_view name) {
  if (name == "delivered") return DeliveryState::delivered;
  return name == "dead" ? DeliveryState::dead : DeliveryState::waiting;
}

// A row that cannot be read must not stop the others: it comes out as an alert of its key alone.
Alert alert_of(const std::string& json, std::string key) {
  auto alert = parse_alert(json);
  Alert read = alert ? *std::move(alert) : Alert();
  read.key = std::move(key);
  return read;
}

AlertDelivery delivery_of(const Statement& row) {
  AlertDelivery delivery;
  delivery.id = row.integer(0);
  delivery.channel = row.text(2);
  delivery.alert = alert_of(row.text(3), row.text(1));
  delivery.state = state_of(row.text(4));
  delivery.queued_at = row.time(5);
  delivery.attempts = static_cast<std::uint32_t>(row.integer(6));
  delivery.next_try_at = row.maybe_time(7);
  delivery.finished_at = row.maybe_time(8);
  delivery.error = row.text(9);
  return delivery;
}

Result<std::vector<AlertDelivery>> read_deliveries(Result<Statement> statement) {
  std::vector<AlertDelivery> deliveries;
  auto read = for_each_row(std::move(statement),
                           [&](const Statement& row) { deliveries.push_back(delivery_of(row)); });
  if (!read) return within("alerts", read.error());
  return deliveries;
}

Result<std::vector<AlertGroup>> read_groups(Result<Statement> statement) {
  std::vector<AlertGroup> groups;
  auto read = for_each_row(std::move(statement), [&](const Statement& row) {
    groups.push_back({row.integer(0), row.time(1), alert_of(row.text(2), "")});
  });
  if (!read) return within("alerts", read.error());
  return groups;
}

Result<std::optional<Timestamp>> as_time(Result<std::optional<std::int64_t>> number) {
  if (!number) return within("alerts", number.error());
  if (!*number) return std::optional<Timestamp>();
  return std::optional(Timestamp(std::chrono::microseconds(**number)));
}

Result<void> done(Result<std::int64_t> changed) {
  if (!changed) return within("alerts", changed.error());
  return {};
}

}  // namespace

std::string_view name_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::waiting: return "waiting";
    case DeliveryState::delivered: return "delivered";
    case DeliveryState::dead: return "dead";
  }
  return "waiting";
}

Result<std::unique_ptr<AlertOutbox>> AlertOutbox::open(const std::string& path,
                                                       RandomSource& random) {
  auto connection = Connection::open(path, ConnectionMode::read_write);
  if (!connection) return connection.error();
  std::unique_ptr<AlertOutbox> outbox(new AlertOutbox(std::move(*connection)));
  if (auto prepared = outbox->prepare(random); !prepared) return prepared.error();
  return outbox;
}

Result<std::unique_ptr<AlertOutbox>> AlertOutbox::open_read_only(const std::string& path) {
  auto connection = Connection::open(path, ConnectionMode::read_only);
  if (!connection) return connection.error();
  return std::unique_ptr<AlertOutbox>(new AlertOutbox(std::move(*connection)));
}

Result<void> AlertOutbox::prepare(RandomSource& random) {
  const auto version = connection_->integer("PRAGMA user_version");
  if (!version) return version.error();
  if (version->value_or(0) > kVersion)
    return malformed(
        "alerts.db is of a newer secondlook; use that, or remove the file (what waits "
        "to be sent is lost then)");
  if (version->value_or(0) == 0) {
    auto made = in_transaction([&]() -> Result<void> {
      if (auto tables = connection_->execute(kTables); !tables) return tables;
      return done(
          connection_->run("INSERT INTO meta VALUES ('installation', ?)", make_uuid(random)));
    });
    if (!made) return within("alerts.db", made.error());
  }
  auto read = for_each_row(connection_->query("SELECT value FROM meta WHERE name = 'installation'"),
                           [&](const Statement& row) { installation_ = row.text(0); });
  if (!read) return within("alerts.db", read.error());
  return {};
}

Result<std::optional<std::int64_t>> AlertOutbox::position() {
  return connection_->integer("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'position'");
}

Result<void> AlertOutbox::set_position(std::int64_t id) {
  return done(
      connection_->run("INSERT INTO meta VALUES ('position', ?1) "
                       "ON CONFLICT DO UPDATE SET value = ?1",
                       std::to_string(id)));
}

Result<std::optional<AlertGroup>> AlertOutbox::find_group(const Alert& alike) {
  auto groups = read_groups(connection_->query(
      "SELECT id, due_at, alert FROM groups WHERE rule = ? AND kind = ? AND "
      "tenant = ? AND subject = ? AND resolved = ?",
      alike.rule, name_of(alike.kind), alike.tenant, subject_of(alike), alike.resolved));
  if (!groups) return groups.error();
  if (groups->empty()) return std::optional<AlertGroup>();
  return std::optional(std::move(groups->front()));
}

Result<void> AlertOutbox::put_group(const AlertGroup& group) {
  const Alert& alert = group.alert;
  return done(connection_->run(
      "INSERT INTO groups (rule, kind, tenant, subject, resolved, due_at, alert) "
      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rule, kind, tenant, subject, resolved) "
      "DO UPDATE SET due_at = excluded.due_at, alert = excluded.alert",
      alert.rule, name_of(alert.kind), alert.tenant, subject_of(alert), alert.resolved,
      group.due_at, to_json(alert)));
}

Result<std::vector<AlertGroup>> AlertOutbox::due_groups(Timestamp now) {
  return read_groups(connection_->query(
      "SELECT id, due_at, alert FROM groups WHERE due_at <= ? ORDER BY due_at, id LIMIT ?", now,
      kMostDueGroups));
}

Result<std::optional<Timestamp>> AlertOutbox::next_group_due() {
  return as_time(connection_->integer("SELECT min(due_at) FROM groups"));
}

Result<void> AlertOutbox::hold_group(std::int64_t id, Timestamp until) {
  return done(connection_->run("UPDATE groups SET due_at = ? WHERE id = ?", until, id));
}

Result<void> AlertOutbox::queue_group(const AlertGroup& group,
                                      const std::vector<std::string>& channels, Timestamp now) {
  const std::string json = to_json(group.alert);
  for (const std::string& channel : channels) {
    const std::string key = installation_ + "-" + std::to_string(group.id) + "-" + channel;
    auto added =
        done(connection_->run("INSERT OR IGNORE INTO deliveries (key, channel, rule, alert, state, "
                              "queued_at, next_try_at) "
                              "VALUES (?1, ?2, ?3, ?4, 'waiting', ?5, ?5)",
                              key, channel, group.alert.rule, json, now));
    if (!added) return added;
  }
  return done(connection_->run("DELETE FROM groups WHERE id = ?", group.id));
}

Result<void> AlertOutbox::bound_waiting(Timestamp now) {
  const auto all = counts();
  if (!all) return all.error();
  for (const auto& [channel, count] : *all) {
    if (count.waiting <= kMostWaiting) continue;
    auto oldest = read_deliveries(
        connection_->query(std::string(kDeliveryColumns) +
                               "WHERE channel = ? AND state = 'waiting' ORDER BY id LIMIT ?",
                           channel, count.waiting - kMostWaiting));
    if (!oldest) return oldest.error();
    for (const AlertDelivery& delivery : *oldest) {
      auto given_up = finish(delivery.id, DeliveryState::dead, now, "too many alerts wait");
      if (!given_up) return given_up;
    }
  }
  return {};
}

Result<std::optional<Timestamp>> AlertOutbox::nth_newest_queued(const std::string& rule,
                                                                std::uint32_t nth,
                                                                Timestamp since) {
  // The deliveries of one group share everything of the key but the channel.
  return as_time(connection_->integer(
      "SELECT at FROM (SELECT max(queued_at) AS at FROM deliveries WHERE rule = ? AND queued_at > "
      "? "
      "GROUP BY substr(key, 1, length(key) - length(channel))) ORDER BY at DESC LIMIT 1 OFFSET ?",
      rule, since, nth - 1));
}

Result<std::optional<AlertDelivery>> AlertOutbox::due_delivery(const std::string& channel,
                                                               Timestamp now) {
  auto found = read_deliveries(connection_->query(
      std::string(kDeliveryColumns) +
          "WHERE channel = ? AND state = 'waiting' AND next_try_at <= ? ORDER BY next_try_at, id "
          "LIMIT 1",
      channel, now));
  if (!found) return found.error();
  if (found->empty()) return std::optional<AlertDelivery>();
  return std::optional(std::move(found->front()));
}

Result<std::optional<Timestamp>> AlertOutbox::next_delivery_due(const std::string& channel) {
  return as_time(connection_->integer(
      "SELECT min(next_try_at) FROM deliveries WHERE channel = ? AND state = 'waiting'", channel));
}

Result<void> AlertOutbox::finish(std::int64_t delivery, DeliveryState state, Timestamp now,
                                 const std::string& error) {
  auto finished = done(connection_->run(
      "UPDATE deliveries SET state = ?2, finished_at = ?3, next_try_at = NULL, error = ?4, "
      "attempts = attempts + ?5 WHERE id = ?1",
      delivery, name_of(state), now, error, state == DeliveryState::delivered));
  if (!finished) return finished;
  return done(connection_->run(
      "INSERT INTO counters SELECT ?1 || ' ' || channel, 1 FROM deliveries WHERE id = ?2 "
      "ON CONFLICT DO UPDATE SET count = count + 1",
      name_of(state), delivery));
}

Result<void> AlertOutbox::try_later(std::int64_t delivery, Timestamp at, const std::string& error) {
  return done(connection_->run(
      "UPDATE deliveries SET next_try_at = ?, error = ?, attempts = attempts + 1 WHERE id = ?", at,
      error, delivery));
}

Result<std::uint64_t> AlertOutbox::abandon_all_but(const std::vector<std::string>& channels,
                                                   Timestamp now) {
  auto waiting = read_deliveries(
      connection_->query(std::string(kDeliveryColumns) + "WHERE state = 'waiting' ORDER BY id"));
  if (!waiting) return waiting.error();
  std::uint64_t abandoned = 0;
  for (const AlertDelivery& delivery : *waiting) {
    if (std::find(channels.begin(), channels.end(), delivery.channel) != channels.end()) continue;
    auto finished =
        finish(delivery.id, DeliveryState::dead, now, "its channel is configured no more");
    if (!finished) return finished.error();
    ++abandoned;
  }
  return abandoned;
}

Result<std::vector<AlertDelivery>> AlertOutbox::newest(std::size_t most) {
  return read_deliveries(
      connection_->query(std::string(kDeliveryColumns) + "ORDER BY id DESC LIMIT ?", most));
}

Result<std::map<std::string, AlertOutbox::Counts>> AlertOutbox::counts() {
  std::map<std::string, Counts> counts;
  auto read = for_each_row(
      connection_->query(
          "SELECT channel, count(*) FROM deliveries WHERE state = 'waiting' GROUP BY channel"),
      [&](const Statement& row) {
        counts[row.text(0)].waiting = static_cast<std::uint64_t>(row.integer(1));
      });
  if (!read) return within("alerts", read.error());
  read = for_each_row(connection_->query("SELECT name, count FROM counters WHERE name <> 'missed'"),
                      [&](const Statement& row) {
                        const std::string name = row.text(0);
                        const auto blank = name.find(' ');
                        if (blank == std::string::npos) return;
                        Counts& channel = counts[name.substr(blank + 1)];
                        const auto count = static_cast<std::uint64_t>(row.integer(1));
                        (name.starts_with("dead") ? channel.dead : channel.delivered) = count;
                      });
  if (!read) return within("alerts", read.error());
  return counts;
}

Result<std::uint64_t> AlertOutbox::missed() {
  const auto count = connection_->integer("SELECT count FROM counters WHERE name = 'missed'");
  if (!count) return count.error();
  return static_cast<std::uint64_t>(count->value_or(0));
}

Result<void> AlertOutbox::add_missed(std::uint64_t events) {
  return done(
      connection_->run("INSERT INTO counters VALUES ('missed', ?1) "
                       "ON CONFLICT DO UPDATE SET count = count + ?1",
                       events));
}

Result<void> AlertOutbox::prune(Timestamp now) {
  if (auto bounded = bound_waiting(now); !bounded) return bounded;
  return done(connection_->run(
      "DELETE FROM deliveries WHERE state <> 'waiting' AND id <= (SELECT id FROM deliveries WHERE "
      "state <> 'waiting' ORDER BY id DESC LIMIT 1 OFFSET ?)",
      kMostFinished));
}

Result<std::vector<StandingCondition>> AlertOutbox::conditions() {
  std::vector<StandingCondition> all;
  auto read = for_each_row(
      connection_->query("SELECT kind, tenant, subject, since, told_at FROM conditions"),
      [&](const Statement& row) {
        if (const auto kind = parse_alert_kind(row.text(0)))
          all.push_back({*kind, row.text(1), row.text(2), row.time(3), row.time(4)});
      });
  if (!read) return within("alerts", read.error());
  return all;
}

Result<void> AlertOutbox::put_condition(const StandingCondition& condition) {
  return done(
      connection_->run("INSERT INTO conditions VALUES (?1, ?2, ?3, ?4, ?5) "
                       "ON CONFLICT DO UPDATE SET since = ?4, told_at = ?5",
                       name_of(condition.kind), condition.tenant, condition.subject,
                       condition.since, condition.told_at));
}

Result<void> AlertOutbox::remove_condition(const StandingCondition& condition) {
  return done(
      connection_->run("DELETE FROM conditions WHERE kind = ? AND tenant = ? AND subject = ?",
                       name_of(condition.kind), condition.tenant, condition.subject));
}

}  // namespace secondlook
