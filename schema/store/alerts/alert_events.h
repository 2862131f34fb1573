// The detections database as the notifier sees it: what happened (schema_15.h) and the counts that
// its conditions are found by. Read only; each call is one short read transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"

namespace secondlook {

struct AlertEvent {
  std::int64_t id = 0;
  Timestamp at{};
  std::string kind;    // name_of(AlertKind)
  std::string tenant;  // empty: the whole installation
  std::optional<MessageRowId> message;
  std::string detail;  // JSON, as schema_15.h says
};

// What an alert may tell of a message, where its rule asks for it.
struct AlertedMessage {
  std::string sender, subject, disposition;
  std::vector<std::string> rules;  // that hit, at most five, the highest scores first
};

class AlertEvents {
 public:
  // As Store::open_read_only.
  static Result<std::unique_ptr<AlertEvents>> open(const std::string& path);

  // Oldest first.
  Result<std::vector<AlertEvent>> after(std::int64_t id, std::size_t most);
  Result<std::vector<AlertEvent>> newest(std::size_t most);
  // The lowest and the highest id that is there; nothing when there is none.
  Result<std::optional<std::pair<std::int64_t, std::int64_t>>> range();
  // The highest id that was ever given.
  Result<std::int64_t> written();
  // Nothing when the message was forgotten meanwhile.
  Result<std::optional<AlertedMessage>> message(MessageRowId id);

  // Genuine mails of the tenant: when the newest was received; how many were in (after, until],
  // counted to `most` at the most.
  Result<std::optional<Timestamp>> last_received(const std::string& tenant);
  Result<std::uint64_t> received(const std::string& tenant, Timestamp after, Timestamp until,
                                 std::uint64_t most);
  // When the oldest message that is known was received, of any tenant.
  Result<std::optional<Timestamp>> oldest();
  struct Unscanned {
    std::string tenant;
    std::uint64_t mails = 0, unscanned = 0;
  };
  Result<std::vector<Unscanned>> unscanned_since(Timestamp since);

 private:
  explicit AlertEvents(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  std::unique_ptr<Connection> connection_;
};

}  // namespace secondlook
