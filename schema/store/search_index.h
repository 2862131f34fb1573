// The full-text index, message_search: for each message its keys (search_keys.h) and the words of
// four texts (search_text.h). It keeps no texts; who takes a message out of it has to say the same
// texts again, which are made of what the database holds of the message. So whoever changes that
// reads what the index says before, and writes what it is to say afterwards. For schema/store
// alone.
//
// What is to be written waits for the end of the transaction and is written at once: FTS5 begins a
// new segment with every savepoint, and one of a single mail costs several times what a mail among
// many does. Until then nobody finds it: who searches calls write() before.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"

namespace secondlook {

struct IndexedMessage {
  std::string keys, subject, sender, names, files;
  bool operator==(const IndexedMessage&) const = default;
};

class SearchIndex {
 public:
  explicit SearchIndex(Connection& connection) : connection_(connection) {}

  // What the index says of a message that has this deciding verdict and these recipients.
  Result<IndexedMessage> describe(MessageRowId message, const Verdict& verdict,
                                  const std::vector<Recipient>& recipients);
  // The same, of the verdict that its row names. Nothing: there is none, or its verdict cannot be
  // read (then what the index has stays, of a message that is found no more once its row is gone).
  Result<std::optional<IndexedMessage>> read(MessageRowId message);

  // Waits for write(). `before`: what read() gave before the change; nothing: it was not there.
  void change(MessageRowId message, std::optional<IndexedMessage> before,
              std::optional<IndexedMessage> after);

  // Inside the transaction. After a failure that transaction has to be rolled back.
  Result<void> write();

  // For savepoints: what was waiting, or written, since a mark is not, once the database went back
  // to it.
  struct Mark {
    std::size_t waiting = 0, written = 0;
  };
  Mark mark() const { return {waiting_.size(), written_}; }
  void go_back(Mark mark);
  // The transaction is over, either way.
  void end();

 private:
  struct Change {
    MessageRowId message;
    bool is_removal;
    IndexedMessage texts;
  };
  Result<void> write(const Change& change);
  Result<std::string> secret();

  Connection& connection_;
  std::vector<Change> waiting_;
  std::size_t written_ = 0;  // of those
  std::string secret_;
};

// A savepoint of rows and index together. Where no transaction is open it is one.
class IndexedSavepoint {
 public:
  static Result<IndexedSavepoint> begin(Connection& connection, SearchIndex& index);
  IndexedSavepoint(IndexedSavepoint&& other) noexcept;
  IndexedSavepoint& operator=(IndexedSavepoint&&) = delete;
  IndexedSavepoint(const IndexedSavepoint&) = delete;
  IndexedSavepoint& operator=(const IndexedSavepoint&) = delete;
  ~IndexedSavepoint();
  Result<void> release();

 private:
  IndexedSavepoint(Savepoint savepoint, Connection& connection, SearchIndex& index, bool is_all)
      : savepoint_(std::move(savepoint)),
        connection_(&connection),
        index_(&index),
        mark_(index.mark()),
        is_all_(is_all) {}
  Savepoint savepoint_;
  Connection* connection_;
  SearchIndex* index_;
  SearchIndex::Mark mark_;
  bool is_all_;
};

// Writes the index anew, of all messages. The index is empty.
Result<void> index_all_messages(Connection& connection);

}  // namespace secondlook
