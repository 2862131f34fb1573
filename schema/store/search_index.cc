#include "schema/store/search_index.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "schema/store/recording.h"
#include "schema/store/search_keys.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kNamesIndexed = 64 << 10;  // of a mail to thousands

std::string joined(const std::set<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text.append(key).append(" ");
  return text;
}

std::string names_of(const std::vector<Recipient>& recipients) {
  std::string names;
  for (const Recipient& recipient : recipients) {
    if (names.size() > kNamesIndexed) break;
    names.append(recipient.address).append(" ");
  }
  return names;
}

std::string files_of(const Verdict& verdict) {
  std::string files;
  for (const Attachment& attachment : verdict.attachments)
    files.append(attachment.name).append(" \n");
  return files;
}

struct Told {
  std::string tenant;
  bool is_user_reported = false;
};

Result<Told> read_told(Connection& connection, MessageRowId message) {
  Told told;
  auto read = for_each_row(
      connection.query(
          "SELECT tenant, message_id <> '' AND EXISTS (SELECT 1 FROM user_reports AS u WHERE "
          "u.tenant = m.tenant AND u.message_id = m.message_id) FROM messages AS m WHERE id = ?",
          message),
      [&](const Statement& row) {
        told = {row.text(0), row.flag(1)};
      });
  if (!read) return read.error();
  return told;
}

}  // namespace

Result<std::string> SearchIndex::secret() {
  if (!secret_.empty()) return secret_;
  auto read = for_each_row(connection_.query("SELECT secret FROM search_state"),
                           [&](const Statement& row) { secret_ = row.text(0); });
  if (!read) return read.error();
  if (secret_.empty()) return malformed("database: the secret of its search keys is gone");
  return secret_;
}

Result<IndexedMessage> SearchIndex::describe(MessageRowId message, const Verdict& verdict,
                                             const std::vector<Recipient>& recipients) {
  const auto secret = this->secret();
  if (!secret) return secret.error();
  const auto told = read_told(connection_, message);
  if (!told) return told.error();
  return IndexedMessage{
      joined(keys_of({*secret, told->tenant, verdict, recipients, told->is_user_reported})),
      indexed_text(verdict.subject), indexed_text(verdict.sender_name + " \n" + verdict.sender),
      indexed_text(names_of(recipients)), indexed_text(files_of(verdict))};
}

Result<std::optional<IndexedMessage>> SearchIndex::read(MessageRowId message) {
  const auto report =
      connection_.integer("SELECT deciding_report FROM messages WHERE id = ?", message);
  if (!report) return report.error();
  if (!*report) return std::optional<IndexedMessage>();
  const auto verdict = read_verdict(connection_, **report);
  if (!verdict) {
    log_warning("a message whose verdict cannot be read stays in the index as it is",
                {{"message", std::to_string(message)}, {"error", verdict.error().message}});
    return std::optional<IndexedMessage>();
  }
  const auto recipients = read_recipients(connection_, message);
  if (!recipients) return recipients.error();
  auto described = describe(message, *verdict, *recipients);
  if (!described) return described.error();
  return std::optional(std::move(*described));
}

void SearchIndex::change(MessageRowId message, std::optional<IndexedMessage> before,
                         std::optional<IndexedMessage> after) {
  if (before == after) return;
  if (before) waiting_.push_back({message, true, std::move(*before)});
  if (after) waiting_.push_back({message, false, std::move(*after)});
}

Result<void> SearchIndex::write(const Change& change) {
  const IndexedMessage& texts = change.texts;
  const auto written =
      change.is_removal
          ? connection_.run(
                "INSERT INTO message_search (message_search, rowid, keys, subject, sender, names, "
                "files) VALUES ('delete', ?, ?, ?, ?, ?, ?)",
                change.message, texts.keys, texts.subject, texts.sender, texts.names, texts.files)
          : connection_.run(
                "INSERT INTO message_search (rowid, keys, subject, sender, names, files) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                change.message, texts.keys, texts.subject, texts.sender, texts.names, texts.files);
  return written ? Result<void>() : within("search index", written.error());
}

// In the order of the ids: FTS5 begins a new segment where it goes back.
Result<void> SearchIndex::write() {
  std::vector<const Change*> changes;
  for (std::size_t i = written_; i < waiting_.size(); ++i) changes.push_back(&waiting_[i]);
  std::ranges::stable_sort(changes, {}, &Change::message);
  for (const Change* change : changes)
    if (auto written = write(*change); !written) return written;
  written_ = waiting_.size();
  return {};
}

void SearchIndex::go_back(Mark mark) {
  if (waiting_.size() > mark.waiting)
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(mark.waiting), waiting_.end());
  written_ = std::min(written_, mark.written);
}

void SearchIndex::end() {
  waiting_.clear();
  written_ = 0;
}

Result<IndexedSavepoint> IndexedSavepoint::begin(Connection& connection, SearchIndex& index) {
  const bool is_all = !connection.in_transaction();
  auto savepoint = Savepoint::begin(connection);
  if (!savepoint) return savepoint.error();
  return IndexedSavepoint(std::move(*savepoint), connection, index, is_all);
}

IndexedSavepoint::IndexedSavepoint(IndexedSavepoint&& other) noexcept
    : savepoint_(std::move(other.savepoint_)),
      connection_(other.connection_),
      index_(std::exchange(other.index_, nullptr)),
      mark_(other.mark_),
      is_all_(other.is_all_) {}

IndexedSavepoint::~IndexedSavepoint() {
  if (index_ != nullptr) index_->go_back(mark_);  // the savepoint rolls back behind this
}

Result<void> IndexedSavepoint::release() {
  if (is_all_ && connection_->in_transaction())
    if (auto written = index_->write(); !written) return written;
  if (auto released = savepoint_.release(); !released) return released;
  if (is_all_) index_->end();
  index_ = nullptr;
  return {};
}

Result<void> index_all_messages(Connection& connection) {
  constexpr std::int64_t kAtOnce = 1000;
  SearchIndex index(connection);
  MessageRowId last = 0;
  for (;;) {
    std::vector<MessageRowId> ids;
    auto read = for_each_row(
        connection.query("SELECT id FROM messages WHERE id > ? ORDER BY id LIMIT ?", last, kAtOnce),
        [&](const Statement& row) { ids.push_back(row.integer(0)); });
    if (!read) return read;
    if (ids.empty()) return {};
    for (const MessageRowId id : ids) {
      auto texts = index.read(id);
      if (!texts) return texts.error();
      index.change(id, {}, std::move(*texts));
    }
    if (auto written = index.write(); !written) return written;
    index.end();
    last = ids.back();
  }
}

}  // namespace secondlook
