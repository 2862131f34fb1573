#include <algorithm>

#include <nlohmann/json.hpp>

#include "schema/json_reader.h"
#include "schema/store/search_keys.h"
#include "schema/store/sqlite_store.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::size_t kLongText = 4096;
constexpr std::chrono::hours kKept{2};

std::int64_t minute_of(Timestamp time) {
  return time.time_since_epoch().count() / kMinute;
}

std::string trip_to_json(const std::optional<BrakeTrip>& trip) {
  if (!trip) return {};
  const Json json = {{"scope", trip->key.scope},
                     {"name", trip->key.name},
                     {"copies", trip->copies},
                     {"limit", trip->limit},
                     {"messages", trip->messages}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<BrakeTrip> trip_from_json(std::string_view json) {
  if (json.empty()) return std::nullopt;
  auto document = JsonDocument::parse(json, "brake");
  if (!document) return std::nullopt;
  JsonReader reader = document->root();
  BrakeTrip trip{{reader.text("scope", kLongText), reader.text("name", kLongText)},
                 reader.whole("copies", INT64_MAX),
                 reader.whole("limit", INT64_MAX),
                 {}};
  for (const std::uint64_t message : reader.wholes("messages", 100))
    trip.messages.push_back(static_cast<MessageRowId>(message));
  if (!document->finish()) return std::nullopt;
  return trip;
}

}  // namespace

Result<BrakeState> SqliteStore::brake() {
  BrakeState state;
  auto read = for_each_row(
      connection_->query("SELECT engaged, because, since, released_at, tripped_by FROM brake"),
      [&](const Statement& row) {
        state = {row.flag(0), row.text(1), row.maybe_time(2), std::nullopt,
                 trip_from_json(row.text(4))};
        if (row.integer(3) > 0) state.released_at = row.time(3);
      });
  if (!read) return read.error();
  return state;
}

Result<void> SqliteStore::set_brake(const BrakeState& state) {
  const auto set =
      connection_->run("UPDATE brake SET engaged = ?, because = ?, since = ?, tripped_by = ?",
                       state.engaged, state.because, state.since, trip_to_json(state.trip));
  if (!set) return within("set brake", set.error());
  return {};
}

Result<void> SqliteStore::release_brake_at(Timestamp now) {
  const auto set = connection_->run(
      "UPDATE brake SET engaged = 0, because = '', since = ?1, released_at = ?1, tripped_by = ''",
      now);
  if (!set) return within("release brake", set.error());
  const auto emptied = connection_->run("DELETE FROM brake_counts");
  if (!emptied) return within("release brake", emptied.error());
  return {};
}

Result<void> SqliteStore::count_against(MessageRowId message, const std::vector<BrakeKey>& keys,
                                        Timestamp now) {
  const auto forgotten =
      connection_->run("DELETE FROM brake_counts WHERE minute < ?", minute_of(now - kKept));
  if (!forgotten) return within("brake", forgotten.error());
  for (const BrakeKey& key : keys) {
    const auto noted = connection_->run(
        "INSERT OR IGNORE INTO brake_subjects (message, scope, name) VALUES (?, ?, ?)", message,
        key.scope, key.name);
    if (!noted) return within("brake", noted.error());
  }
  return {};
}

Result<std::uint64_t> SqliteStore::copies_counted(const BrakeKey& key, Timestamp since) {
  const auto copies = connection_->integer(
      "SELECT sum(copies) FROM brake_counts WHERE scope = ? AND name = ? AND minute >= ?",
      key.scope, key.name, minute_of(since));
  if (!copies) return within("brake", copies.error());
  return static_cast<std::uint64_t>(copies->value_or(0));
}

Result<std::vector<MessageRowId>> SqliteStore::newest_counted(const BrakeKey& key,
                                                              std::size_t most) {
  constexpr std::size_t kStepsLookedAt = 200;
  std::vector<MessageRowId> messages;
  auto read = for_each_row(
      connection_->query("SELECT steps.message FROM steps CROSS JOIN brake_subjects AS subject "
                         "ON subject.message = steps.message AND scope = ? AND name = ? "
                         "WHERE reserved_at IS NOT NULL "
                         "ORDER BY reserved_at DESC, steps.id DESC LIMIT ?",
                         key.scope, key.name, kStepsLookedAt),
      [&](const Statement& row) {
        const MessageRowId message = row.integer(0);
        if (messages.size() < most &&
            std::find(messages.begin(), messages.end(), message) == messages.end())
          messages.push_back(message);
      });
  if (!read) return within("brake", read.error());
  return messages;
}

Result<std::uint64_t> SqliteStore::known_good_mails(std::string_view tenant,
                                                    std::string_view sender, MessageRowId below,
                                                    std::size_t among) {
  if (auto written = index_.write(); !written) return within("known sender", written.error());
  const auto mails = connection_->integer(
      "SELECT count(*) FROM (SELECT verdict_json(packed, verdict) AS verdict FROM message_search "
      "AS d CROSS JOIN "
      "messages AS m ON m.id = d.rowid JOIN reports ON reports.id = deciding_report WHERE "
      "message_search MATCH " +
          key_expression(KeyKind::sender) + " || ' AND ' || " +
          key_expression(KeyKind::disposition) +
          " AND d.rowid < ? AND sender_key = ? AND +m.tenant = ? ORDER BY d.rowid DESC LIMIT ?) "
          "WHERE json_extract(verdict, '$.authentication.dmarc') = 'pass'",
      sender, name_of(Disposition::clean), below, sender, tenant, among);
  if (!mails) return within("known sender", mails.error());
  return static_cast<std::uint64_t>(mails->value_or(0));
}

}  // namespace secondlook
