// The notifier's own database, alerts.db: how far events were read, what is being collected, what
// waits to be sent. It makes delivery at-least-once: an event's mark moves in the transaction that
// puts it into a group, a group goes in the transaction that puts it into the outbox, and a row of
// the outbox is finished only after its receiver took it. Whatever is killed in between is done
// again, with the same key. Written by secondlook-notify alone, used by one thread at a time; the
// operator's tool reads it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "schema/store/alerts/alert_value.h"
#include "schema/store/sqlite_connection.h"

namespace secondlook {

// What comes within a rule's group_for, of one kind and tenant, about one thing (fact "subject").
struct AlertGroup {
  std::int64_t id = 0;  // 0: not stored yet
  Timestamp due_at{};
  Alert alert;
};

enum class DeliveryState { waiting, delivered, dead };
std::string_view name_of(DeliveryState state);

struct AlertDelivery {
  std::int64_t id = 0;
  std::string channel;
  Alert alert;
  DeliveryState state = DeliveryState::waiting;
  Timestamp queued_at{};
  std::uint32_t attempts = 0;
  std::optional<Timestamp> next_try_at, finished_at;
  std::string error;  // of the last attempt; ours, without secrets
};

// A condition that holds (conditions.h).
struct StandingCondition {
  AlertKind kind = AlertKind::test;
  std::string tenant, subject;  // subject: which certificate, which place
  Timestamp since{}, told_at{};
};

class AlertOutbox {
 public:
  static constexpr std::uint64_t kMostWaiting = 10'000;   // deliveries of a channel
  static constexpr std::uint64_t kMostFinished = 10'000;  // kept for `alerts list`

  // Makes file (0640) and tables. malformed for a database of a newer version.
  static Result<std::unique_ptr<AlertOutbox>> open(const std::string& path, RandomSource& random);
  static Result<std::unique_ptr<AlertOutbox>> open_read_only(const std::string& path);

  // `work` (giving Result<void>) in one durable transaction; rolled back when it fails.
  template <typename Work>
  Result<void> in_transaction(Work&& work) {
    if (auto begun = connection_->execute("BEGIN IMMEDIATE"); !begun) return begun;
    Result<void> done = work();
    if (done) done = connection_->execute("COMMIT");
    if (!done && connection_->in_transaction()) [[maybe_unused]]
      const auto back = connection_->execute("ROLLBACK");
    return done;
  }

  // The highest event that was taken; nothing before the first start.
  Result<std::optional<std::int64_t>> position();
  Result<void> set_position(std::int64_t id);

  // --- groups ---
  Result<std::optional<AlertGroup>> find_group(const Alert& alike);
  Result<void> put_group(const AlertGroup& group);
  Result<std::vector<AlertGroup>> due_groups(Timestamp now);
  Result<std::optional<Timestamp>> next_group_due();
  Result<void> hold_group(std::int64_t id, Timestamp until);
  // The group becomes one delivery for each channel. Call in a transaction.
  Result<void> queue_group(const AlertGroup& group, const std::vector<std::string>& channels,
                           Timestamp now);
  // When the rule's group was queued that is the `nth` newest (from 1) since then; nothing where
  // there are fewer. Deliveries to several channels count once.
  Result<std::optional<Timestamp>> nth_newest_queued(const std::string& rule, std::uint32_t nth,
                                                     Timestamp since);

  // --- outbox ---
  Result<std::optional<AlertDelivery>> due_delivery(const std::string& channel, Timestamp now);
  Result<std::optional<Timestamp>> next_delivery_due(const std::string& channel);
  Result<void> finish(std::int64_t delivery, DeliveryState state, Timestamp now,
                      const std::string& error);
  Result<void> try_later(std::int64_t delivery, Timestamp at, const std::string& error);
  // Of channels that are configured no more: dead, so that they do not wait for ever.
  Result<std::uint64_t> abandon_all_but(const std::vector<std::string>& channels, Timestamp now);
  Result<std::vector<AlertDelivery>> newest(std::size_t most);
  struct Counts {
    std::uint64_t waiting = 0, delivered = 0, dead = 0;
  };
  // By channel; waiting ones are those there, the others all that ever were.
  Result<std::map<std::string, Counts>> counts();
  // Events that were gone before they were read.
  Result<std::uint64_t> missed();
  Result<void> add_missed(std::uint64_t events);
  // Keeps both bounds: the oldest waiting ones beyond it are given up, the oldest finished ones
  // forgotten.
  Result<void> prune(Timestamp now);

  // --- conditions ---
  Result<std::vector<StandingCondition>> conditions();
  Result<void> put_condition(const StandingCondition& condition);
  Result<void> remove_condition(const StandingCondition& condition);

 private:
  explicit AlertOutbox(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  Result<void> prepare(RandomSource& random);
  Result<void> bound_waiting(Timestamp now);

  std::unique_ptr<Connection> connection_;
  std::string installation_;
};

}  // namespace secondlook
