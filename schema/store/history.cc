#include "schema/store/history.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/hex.h"
#include "base/log.h"
#include "schema/store/search_index.h"
#include "schema/store/search_keys.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {
namespace {

// SQLite's integers are signed; the order of keys does not matter there.
std::int64_t stored(HistoryKey key) {
  return static_cast<std::int64_t>(key);
}

HistoryKey loaded(std::int64_t key) {
  return static_cast<HistoryKey>(key);
}

Result<void> done(const Result<std::int64_t>& run) {
  if (!run) return within("history", run.error());
  return {};
}

struct Mail {
  std::int64_t id = 0;
  std::string tenant, sender, domain, direction, disposition;
  std::uint16_t day = 0;
};

std::string domain_of(const std::string& address) {
  const auto at = address.rfind('@');
  return at == std::string::npos ? std::string() : address.substr(at + 1);
}

// What one call adds, in the order of the keys, so that the table is walked once.
using Counts = std::map<std::int64_t, Seen>;

void add_mail(Counts& counts, HistoryKey key, std::uint16_t day) {
  Seen& seen = counts[stored(key)];
  if (seen.mails == 0) seen.first_day = day;
  ++seen.mails;
  seen.first_day = std::min(seen.first_day, day);
  seen.last_day = std::max(seen.last_day, day);
}

void add_written_to(Counts& counts, HistoryKey key, std::uint16_t day) {
  Seen& seen = counts[stored(key)];
  ++seen.written_to;
  seen.last_day = std::max(seen.last_day, day);
}

bool is_good(const Mail& mail) {
  return mail.disposition == "clean" || mail.disposition == "bulk";
}

void count_inbound(const Mail& mail, const std::vector<std::string>& recipients,
                   const HistoryKeys& keys, Counts& counts) {
  if (!is_good(mail)) return;
  add_mail(counts, keys.sender(mail.tenant, mail.sender), mail.day);
  add_mail(counts, keys.domain(mail.tenant, mail.domain), mail.day);
  for (const std::string& recipient : recipients)
    add_mail(counts, keys.pair(mail.tenant, mail.sender, recipient), mail.day);
}

// The pair is that of the answer: who was written to as its sender.
void count_outbound(const Mail& mail, const std::vector<std::string>& recipients,
                    const HistoryKeys& keys, Counts& counts) {
  for (const std::string& recipient : recipients) {
    add_written_to(counts, keys.sender(mail.tenant, recipient), mail.day);
    add_written_to(counts, keys.domain(mail.tenant, domain_of(recipient)), mail.day);
    add_written_to(counts, keys.pair(mail.tenant, recipient, mail.sender), mail.day);
  }
}

Result<std::vector<std::string>> recipients_of(Connection& connection, std::int64_t message) {
  std::vector<std::string> recipients;
  auto read =
      for_each_row(connection.query("SELECT address_key FROM recipients WHERE message = ? LIMIT ?",
                                    message, StoredHistory::kMostRecipients),
                   [&](const Statement& row) { recipients.push_back(row.text(0)); });
  if (!read) return read.error();
  return recipients;
}

// Also "", which tells since when sites are counted.
Result<void> count_link_sites(Connection& connection, const Mail& mail, const HistoryKeys& keys,
                              Counts& counts) {
  if (mail.direction != "inbound" || !is_good(mail)) return {};
  add_mail(counts, keys.link_site(mail.tenant, ""), mail.day);
  return for_each_row(
      connection.query("SELECT DISTINCT site.value FROM reports, json_each(verdict_json("
                       "reports.packed, reports.verdict), '$.link_sites') AS site "
                       "WHERE reports.message = ? AND NOT reports.superseded",
                       mail.id),
      [&](const Statement& row) {
        if (const std::string site = row.text(0); !site.empty())
          add_mail(counts, keys.link_site(mail.tenant, site), mail.day);
      });
}

// first_day is of mails: NULL-like 65535 for who was only written to.
constexpr std::uint16_t kNever = 0xFFFF;

Result<void> write_counts(Connection& connection, const Counts& counts) {
  for (const auto& [key, seen] : counts) {
    const std::uint32_t first = seen.mails > 0 ? seen.first_day : kNever;
    auto written = done(connection.run(
        "INSERT INTO history (key, mails, written_to, first_day, last_day) VALUES (?1, ?2, ?3, ?4, "
        "?5) ON CONFLICT (key) DO UPDATE SET mails = mails + ?2, written_to = written_to + ?3, "
        "first_day = min(first_day, ?4), last_day = max(last_day, ?5)",
        key, seen.mails, seen.written_to, first, static_cast<std::uint32_t>(seen.last_day)));
    if (!written) return written;
  }
  return {};
}

}  // namespace

Result<HistoryKeys> StoredHistory::keys(RandomSource& random) {
  std::string hex;
  auto read = for_each_row(connection_.query("SELECT secret FROM history_state"),
                           [&](const Statement& row) { hex = row.text(0); });
  if (!read) return within("history", read.error());
  HistoryKeys::Secret secret{};
  if (hex.empty()) {
    random.fill(secret);
    const std::string_view bytes(reinterpret_cast<const char*>(secret.data()), secret.size());
    auto kept = done(connection_.run(
        "INSERT INTO history_state (id, secret, counted) VALUES (1, ?, 0)", to_hex(bytes)));
    if (!kept) return kept.error();
    return HistoryKeys(secret);
  }
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != secret.size()) return malformed("history: its secret is damaged");
  std::copy(bytes->begin(), bytes->end(), secret.begin());
  return HistoryKeys(secret);
}

Result<std::size_t> StoredHistory::count_next(const HistoryKeys& keys, std::size_t most) {
  std::vector<Mail> mails;
  auto read = for_each_row(
      connection_.query("SELECT id, tenant, sender_key, from_domain, direction, disposition, "
                        "received_at FROM messages WHERE id > (SELECT counted FROM history_state) "
                        "ORDER BY id LIMIT ?",
                        most),
      [&](const Statement& row) {
        mails.push_back({row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4),
                         row.text(5), day_of(row.time(6))});
      });
  if (!read) return within("history", read.error());
  if (mails.empty()) return std::size_t{0};
  Counts counts;
  for (const Mail& mail : mails) {
    add_mail(counts, keys.tenant(mail.tenant), mail.day);
    const auto recipients = recipients_of(connection_, mail.id);
    if (!recipients) return within("history", recipients.error());
    if (mail.direction == "inbound") count_inbound(mail, *recipients, keys, counts);
    if (mail.direction == "outbound") count_outbound(mail, *recipients, keys, counts);
    // A damaged verdict must not keep the others from being counted.
    if (auto sites = count_link_sites(connection_, mail, keys, counts); !sites)
      log_warning("sites of a message not counted",
                  {{"message", std::to_string(mail.id)}, {"error", sites.error().message}});
  }
  if (auto written = write_counts(connection_, counts); !written) return written.error();
  auto moved = done(connection_.run("UPDATE history_state SET counted = ?", mails.back().id));
  if (!moved) return moved.error();
  return mails.size();
}

Result<void> StoredHistory::forget_before(std::uint16_t day, int slice) {
  constexpr int kSliceBits = 56;
  const auto first = stored(static_cast<HistoryKey>(slice) << kSliceBits);
  const auto last =
      stored((static_cast<HistoryKey>(slice) << kSliceBits) | ((HistoryKey{1} << kSliceBits) - 1));
  auto forgotten =
      done(connection_.run("DELETE FROM history WHERE key BETWEEN ? AND ? AND last_day < ?", first,
                           last, static_cast<std::uint32_t>(day)));
  if (!forgotten) return forgotten;
  return done(connection_.run("DELETE FROM history_imported WHERE key BETWEEN ? AND ? AND day < ?",
                              first, last, static_cast<std::uint32_t>(day)));
}

// Outbound and inbound mails are counted as recorded ones are; the mail itself once, whatever rows
// it has.
Result<std::size_t> StoredHistory::import(const HistoryKeys& keys, const std::string& tenant,
                                          const std::vector<ImportedMail>& mails) {
  const auto is_fresh = [&](HistoryKey key, std::uint16_t day) {
    return connection_.run("INSERT OR IGNORE INTO history_imported (key, day) VALUES (?, ?)",
                           stored(key), static_cast<std::uint32_t>(day));
  };
  Counts counts;
  std::size_t counted = 0;
  if (auto written = index_.write(); !written) return within("history", written.error());
  for (const ImportedMail& one : mails) {
    const auto recorded = connection_.integer(
        "SELECT 1 FROM messages WHERE id IN (SELECT rowid FROM message_search WHERE message_search "
        "MATCH " +
            key_expression(KeyKind::message_id) + ") AND message_id = ? AND +tenant = ? LIMIT 1",
        without_brackets(one.message_id), one.message_id, tenant);
    if (!recorded) return within("history", recorded.error());
    if (*recorded) continue;
    const auto row =
        is_fresh(keys.message_id(tenant, one.message_id + "\n" + one.recipient), one.day);
    if (!row) return within("history", row.error());
    if (*row == 0) continue;
    ++counted;
    const auto mail = is_fresh(keys.message_id(tenant, one.message_id), one.day);
    if (!mail) return within("history", mail.error());
    const bool is_first = *mail > 0;
    if (is_first) add_mail(counts, keys.tenant(tenant), one.day);
    if (one.is_outbound) {
      count_outbound({0, tenant, one.sender, "", "", "", one.day}, {one.recipient}, keys, counts);
      continue;
    }
    if (is_first) add_mail(counts, keys.sender(tenant, one.sender), one.day);
    if (is_first) add_mail(counts, keys.domain(tenant, domain_of(one.sender)), one.day);
    add_mail(counts, keys.pair(tenant, one.sender, one.recipient), one.day);
  }
  if (auto written = write_counts(connection_, counts); !written) return written.error();
  return counted;
}

Result<std::int64_t> StoredHistory::imported() {
  const auto count = connection_.integer("SELECT count(*) FROM history_imported");
  if (!count) return within("history", count.error());
  return count->value_or(0);
}

Result<std::optional<Seen>> StoredHistory::find(HistoryKey key) {
  std::optional<Seen> found;
  auto read = for_each_row(
      connection_.query("SELECT mails, written_to, first_day, last_day FROM history WHERE key = ?",
                        stored(key)),
      [&](const Statement& row) {
        found = Seen{key,
                     static_cast<std::uint32_t>(row.integer(0)),
                     0,
                     static_cast<std::uint32_t>(row.integer(1)),
                     static_cast<std::uint16_t>(row.integer(2)),
                     static_cast<std::uint16_t>(row.integer(3))};
      });
  if (!read) return within("history", read.error());
  return found;
}

Result<std::uint64_t> StoredHistory::size() {
  const auto count = connection_.integer("SELECT count(*) FROM history");
  if (!count) return within("history", count.error());
  return static_cast<std::uint64_t>(count->value_or(0));
}

namespace {

using BadCounts = std::unordered_map<HistoryKey, std::uint32_t>;

Result<void> count_bad_sites(Connection& connection, const HistoryKeys& keys, BadCounts& bad) {
  return for_each_row(
      connection.query(
          "SELECT DISTINCT bad.id, bad.tenant, site.value FROM (SELECT id, tenant FROM "
          "messages WHERE disposition = 'malicious' AND direction = 'inbound' AND NOT "
          "restored_by_hand ORDER BY id DESC LIMIT ?) AS bad "
          "JOIN reports ON reports.message = bad.id AND NOT reports.superseded, json_each("
          "verdict_json(reports.packed, reports.verdict), '$.link_sites') AS site",
          StoredHistory::kMostBadMails),
      [&](const Statement& row) { ++bad[keys.link_site(row.text(1), row.text(2))]; });
}

}  // namespace

Result<std::vector<Seen>> StoredHistory::correspondents(const HistoryKeys& keys) {
  BadCounts bad;
  if (auto sites = count_bad_sites(connection_, keys, bad); !sites)
    log_warning("sites of malicious messages not counted", {{"error", sites.error().message}});
  auto read = for_each_row(
      connection_.query("SELECT tenant, sender_key, from_domain, count(*) FROM messages WHERE "
                        "disposition IN ('malicious', 'suspicious') AND direction = 'inbound' AND "
                        "NOT restored_by_hand GROUP BY tenant, sender_key, from_domain"),
      [&](const Statement& row) {
        const auto count = static_cast<std::uint32_t>(row.integer(3));
        bad[keys.sender(row.text(0), row.text(1))] += count;
        bad[keys.domain(row.text(0), row.text(2))] += count;
      });
  if (!read) return within("history", read.error());
  std::vector<Seen> all;
  read = for_each_row(
      connection_.query("SELECT key, mails, written_to, first_day, last_day FROM history"),
      [&](const Statement& row) {
        const HistoryKey key = loaded(row.integer(0));
        const auto found = bad.find(key);
        all.push_back({key, static_cast<std::uint32_t>(row.integer(1)),
                       found == bad.end() ? 0 : found->second,
                       static_cast<std::uint32_t>(row.integer(2)),
                       static_cast<std::uint16_t>(row.integer(3)),
                       static_cast<std::uint16_t>(row.integer(4))});
        if (found != bad.end()) bad.erase(found);
      });
  if (!read) return within("history", read.error());
  for (const auto& [key, count] : bad) all.push_back({key, 0, count, 0, kNever, 0});
  return all;
}

Result<std::vector<HistoryKey>> StoredHistory::mails_above(const HistoryKeys& keys,
                                                           std::int64_t& id, std::size_t most) {
  std::vector<HistoryKey> found;
  auto read = for_each_row(
      connection_.query("SELECT id, tenant, message_id FROM messages WHERE id > ? ORDER BY id "
                        "LIMIT ?",
                        id, most),
      [&](const Statement& row) {
        id = row.integer(0);
        if (const std::string name = row.text(2); !name.empty())
          found.push_back(keys.message_id(row.text(1), name));
      });
  if (!read) return within("history", read.error());
  return found;
}

Result<std::int64_t> StoredHistory::newest_mails(std::size_t most) {
  const auto newest = connection_.integer("SELECT max(id) FROM messages");
  if (!newest) return within("history", newest.error());
  return std::max<std::int64_t>(0, newest->value_or(0) - static_cast<std::int64_t>(most));
}

}  // namespace secondlook
