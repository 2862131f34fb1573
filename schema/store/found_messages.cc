#include <algorithm>
#include <map>
#include <set>

#include "schema/store/recording.h"
#include "schema/store/search.h"
#include "schema/store/search_sql.h"
#include "schema/store/search_text.h"
#include "schema/store/sqlite_store.h"
#include "schema/store/step_rows.h"

namespace secondlook {
namespace {

enum class Depth { line, everything };

FoundCopy copy_of(const Step& step) {
  FoundCopy copy;
  copy.mailbox = step.mailbox;
  copy.action = name_of(step.action);
  copy.state = name_of(step.state);
  copy.at = step.finished_at ? step.finished_at : step.begun_at;
  if (!copy.at) copy.at = step.planned_at;
  copy.undo_until = step.undo_until;
  copy.detail = step.detail;
  copy.step = step.id;
  if (step.before) copy.folder_before = step.before->folder_name;
  return copy;
}

// Whether the directory knows the address as one of a mailbox whose steps stand under another one.
Result<bool> is_alias_of_one(Connection& connection, const std::string& tenant,
                             const std::string& address, const std::set<std::string>& mailboxes) {
  bool is_one = false;
  auto read = for_each_row(
      connection.query("SELECT other.address FROM directories AS known "
                       "JOIN directory_addresses AS one ON one.generation = known.generation "
                       "AND one.address = ? "
                       "JOIN directory_addresses AS other ON other.generation = one.generation "
                       "AND other.object = one.object WHERE known.tenant = ?",
                       address, tenant),
      [&](const Statement& row) { is_one = is_one || mailboxes.contains(row.text(0)); });
  if (!read) return read.error();
  return is_one;
}

// One for each (mailbox, copy): its last step, but not one that was withdrawn when another stands;
// then the recipients nothing was planned for.
Result<std::vector<FoundCopy>> copies_of(Connection& connection, const std::string& tenant,
                                         const std::vector<Step>& steps,
                                         const std::vector<Recipient>& recipients) {
  std::map<std::pair<std::string, std::uint32_t>, const Step*> last;
  std::set<std::string> mailboxes;
  for (const Step& step : steps) {
    mailboxes.insert(step.mailbox);
    const Step*& slot = last[{step.mailbox, step.copy}];
    if (slot == nullptr || step.state != StepState::withdrawn) slot = &step;
  }
  std::vector<FoundCopy> copies;
  for (const auto& [key, step] : last) copies.push_back(copy_of(*step));
  for (const Recipient& recipient : recipients) {
    std::string mailbox = lower_ascii(recipient.address);
    if (mailboxes.contains(mailbox)) continue;
    const auto is_alias = steps.empty() ? Result<bool>(false)
                                        : is_alias_of_one(connection, tenant, mailbox, mailboxes);
    if (!is_alias) return is_alias.error();
    if (*is_alias) continue;
    mailboxes.insert(mailbox);
    FoundCopy copy;
    copy.mailbox = std::move(mailbox);
    copies.push_back(std::move(copy));
  }
  return copies;
}

Result<std::vector<std::string>> reporters_of(Connection& connection, MessageRowId id) {
  std::vector<std::string> reporters;
  auto read = for_each_row(
      connection.query("SELECT reporter FROM messages JOIN user_reports USING (tenant, message_id) "
                       "WHERE id = ? ORDER BY reported_at, reporter",
                       id),
      [&](const Statement& row) { reporters.push_back(row.text(0)); });
  if (!read) return read.error();
  return reporters;
}

Result<std::vector<FoundMessage::Report>> reports_of(Connection& connection, MessageRowId id) {
  std::vector<FoundMessage::Report> reports;
  auto read = for_each_row(
      connection.query(
          "SELECT uuid, sequence, received_at, peer, revision, cause, (SELECT "
          "json_extract(verdict_json(packed, verdict), '$.disposition') FROM reports before WHERE "
          "before.log = reports.log AND before.sequence = reports.sequence AND "
          "before.revision < reports.revision ORDER BY before.revision DESC LIMIT 1) "
          "FROM reports JOIN logs ON logs.id = reports.log WHERE message = ? AND NOT superseded "
          "ORDER BY received_at, uuid, sequence",
          id),
      [&](const Statement& row) {
        reports.push_back({row.text(0), static_cast<std::uint64_t>(row.integer(1)), row.time(2),
                           row.text(3), static_cast<std::uint32_t>(row.integer(4)), row.text(5),
                           row.text(6)});
      });
  if (!read) return read.error();
  return reports;
}

Result<std::optional<FoundMessage>> load(Connection& connection, MessageRowId id, Depth depth) {
  FoundMessage message;
  auto read = for_each_row(
      connection.query("SELECT id, received_at, tenant FROM messages WHERE id = ?", id),
      [&](const Statement& row) {
        message.id = row.integer(0);
        message.received_at = row.time(1);
        message.tenant = row.text(2);
      });
  if (!read) return read.error();
  if (message.id == 0) return std::optional<FoundMessage>();
  auto verdict = read_deciding_verdict(connection, id);
  if (!verdict) return verdict.error();
  message.verdict = std::move(*verdict);
  auto recipients = read_recipients(connection, id);
  if (!recipients) return recipients.error();
  message.verdict.recipients = std::move(*recipients);
  auto steps = read_steps_of(connection, id);
  if (!steps) return steps.error();
  auto copies = copies_of(connection, message.tenant, *steps, message.verdict.recipients);
  if (!copies) return copies.error();
  message.copies = std::move(*copies);
  if (depth == Depth::everything) {
    auto reports = reports_of(connection, id);
    if (!reports) return reports.error();
    message.reports = std::move(*reports);
    auto reporters = reporters_of(connection, id);
    if (!reporters) return reporters.error();
    message.reported_by = std::move(*reporters);
    message.steps = std::move(*steps);
  } else {
    for (RuleHit& hit : message.verdict.hits) hit.evidence.clear();
  }
  return std::optional(std::move(message));
}

Result<std::vector<std::int64_t>> first_column(Connection& connection, const SearchSql& search) {
  auto statement = connection.prepare_once(search.sql);
  if (statement)
    for (const auto& value : search.values)
      std::visit([&](const auto& each) { statement->bind(each); }, value);
  std::vector<std::int64_t> values;
  auto read = for_each_row(std::move(statement),
                           [&](const Statement& row) { values.push_back(row.integer(0)); });
  if (!read) return read.error();
  return values;
}

}  // namespace

Result<std::vector<FoundMessage>> SqliteStore::search_page(const SearchQuery& query,
                                                           std::optional<MessageRowId> below,
                                                           std::size_t most) {
  if (auto written = index_.write(); !written) return within("search", written.error());
  auto snapshot = Savepoint::begin(*connection_);  // the rows of one moment
  if (!snapshot) return snapshot.error();
  const auto ids = first_column(*connection_, search_sql(query, below, most));
  if (!ids) return within("search", ids.error());
  std::vector<FoundMessage> page;
  for (const MessageRowId id : *ids) {
    auto message = load(*connection_, id, Depth::line);
    if (!message) return within("search", message.error());
    if (*message) page.push_back(std::move(**message));
  }
  if (auto released = snapshot->release(); !released) return released.error();
  return page;
}

Result<std::uint64_t> SqliteStore::count_found(const SearchQuery& query) {
  if (auto written = index_.write(); !written) return within("search", written.error());
  const auto counted = first_column(*connection_, count_sql(query));
  if (!counted) return within("search", counted.error());
  return static_cast<std::uint64_t>(counted->front());
}

Result<std::optional<FoundMessage>> SqliteStore::find_message(MessageRowId id) {
  auto snapshot = Savepoint::begin(*connection_);
  if (!snapshot) return snapshot.error();
  auto message = load(*connection_, id, Depth::everything);
  if (!message) return message;
  if (auto released = snapshot->release(); !released) return released.error();
  return message;
}

Result<void> search(Store& store, const SearchQuery& query,
                    const std::function<bool(const FoundMessage&)>& each) {
  constexpr std::size_t kPage = 200;
  std::size_t left = query.limit;
  std::optional<MessageRowId> below;
  for (;;) {
    const std::size_t most = query.limit == 0 ? kPage : std::min(left, kPage);
    const auto page = store.search_page(query, below, most);
    if (!page) return page.error();
    for (const FoundMessage& message : *page) {
      if (!each(message)) return {};
      below = message.id;
    }
    if (page->size() < most) return {};
    if (query.limit != 0 && (left -= page->size()) == 0) return {};
  }
}

Result<std::uint64_t> count_found(Store& store, const SearchQuery& query) {
  return store.count_found(query);
}

Result<std::optional<FoundMessage>> find_message(Store& store, MessageRowId id) {
  return store.find_message(id);
}

}  // namespace secondlook
