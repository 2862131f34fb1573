// The Store in SQLite. Its members are implemented by theme: recording.cc, step_rows.cc, brake.cc,
// audit.cc, hand_commands.cc, operators.cc, found_messages.cc, retention.cc, census.cc; the
// directory (directory.h), the revisions (revisions.h), the history (history.h) and the lists
// (lists.h) are parts of their own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "schema/store/census.h"
#include "schema/store/directory.h"
#include "schema/store/search.h"
#include "schema/store/search_index.h"
#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"
#include "schema/store/tallies.h"

namespace secondlook {

// The verdict that decides about a message: row of its log, sequence, revision, and the checksum.
struct VerdictName {
  std::int64_t log = 0, sequence = 0, revision = 0, crc = 0;
  bool operator==(const VerdictName&) const = default;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)),
        index_(*connection_),
        directory_(*connection_),
        revisions_(*connection_, index_),
        history_(*connection_, index_),
        lists_(*connection_) {}

  Result<std::unique_ptr<Transaction>> begin() override;
  Result<std::unique_ptr<Transaction>> begin_nested() override;

  Result<MessageRow> record(const RecordedReport& report) override;
  Result<void> record_attempt(const VerdictStamp& stamp, std::string_view reason) override;
  Result<StepId> add_step(const Step& step) override;
  Result<VerdictWelcome> welcome(const VerdictHello& hello) override;
  Result<std::uint64_t> recorded_mark(const std::string& log) override;

  Result<std::optional<Step>> step(StepId id) override;
  Result<std::vector<Step>> steps_of(MessageRowId message) override;
  Result<std::vector<Step>> steps_beside(const Step& step) override;
  Result<std::vector<Step>> due_steps(Timestamp now, std::size_t limit) override;
  Result<std::optional<Timestamp>> next_due_at() override;
  Result<std::vector<Step>> steps_to_look_at(Timestamp now, std::size_t limit) override;
  Result<std::optional<Timestamp>> next_look_at() override;
  Result<std::vector<Step>> steps_in_state(StepState state) override;
  Result<void> update_step(const Step& step) override;
  Result<JudgedMessage> judged_message(MessageRowId message) override;
  Result<void> mark_restored(MessageRowId message, bool false_positive) override;
  Result<std::optional<ReleasedMail>> reduced_mail(MessageRowId message) override;
  Result<std::vector<MessageRowId>> false_positives() override;

  Result<BrakeState> brake() override;
  Result<void> set_brake(const BrakeState& state) override;
  Result<void> release_brake_at(Timestamp now) override;
  Result<void> count_against(MessageRowId message, const std::vector<BrakeKey>& keys,
                             Timestamp now) override;
  Result<std::uint64_t> copies_counted(const BrakeKey& key, Timestamp since) override;
  Result<std::vector<MessageRowId>> newest_counted(const BrakeKey& key, std::size_t most) override;
  Result<std::uint64_t> known_good_mails(std::string_view tenant, std::string_view sender,
                                         MessageRowId below, std::size_t among) override;

  StoredDirectory& directory() override { return directory_; }
  StoredRevisions& revisions() override { return revisions_; }
  StoredHistory& history() override { return history_; }
  StoredLists& lists() override { return lists_; }

  Result<AuditRow> append_audit(const AuditEntry& entry) override;
  Result<std::vector<AuditRow>> audit_before(std::optional<std::int64_t> below,
                                             std::size_t most) override;
  Result<std::vector<AuditRow>> audit_after(std::int64_t above, std::size_t most) override;
  Result<std::int64_t> audit_rows_written() override;
  Result<void> add_hand_command(const HandCommand& command,
                                const std::vector<MessageRowId>& messages) override;
  Result<std::optional<HandCommand>> hand_command(std::int64_t id) override;
  Result<std::vector<HandCommand>> open_hand_commands() override;
  Result<void> update_hand_command(const HandCommand& command) override;
  Result<std::vector<MessageRowId>> take_unplanned(std::int64_t command, std::size_t most) override;
  Result<void> note_withdrawal(std::int64_t command, StepId step) override;
  Result<std::vector<StepId>> steps_of_hand_command(const HandCommand& command, StepId above,
                                                    std::size_t most) override;
  Result<std::vector<StepId>> withdrawals_of(std::int64_t command) override;
  Result<std::uint64_t> copies_retracted(const std::string& person, Timestamp since) override;
  Result<bool> has_open_steps(const HandCommand& command) override;
  Result<std::map<std::string, std::uint64_t>> step_states_of(const HandCommand& command) override;
  Result<std::optional<AddressedMessage>> addressed_message(MessageRowId message) override;

  Result<StoreCounts> counts() override;
  Result<Tallies> tallies() override;
  Result<std::optional<RecordName>> deciding_report(MessageRowId message) override;
  Result<std::vector<std::chrono::microseconds>> exposures(Timestamp since,
                                                           std::size_t limit) override;
  Result<std::uint64_t> forget_before(Timestamp before, Timestamp now, std::size_t limit) override;
  Result<bool> tidy() override;

  Result<std::vector<FoundMessage>> search_page(const SearchQuery& query,
                                                std::optional<MessageRowId> below,
                                                std::size_t most) override;
  Result<std::uint64_t> count_found(const SearchQuery& query) override;
  Result<std::optional<FoundMessage>> find_message(MessageRowId id) override;
  Result<PeriodReport> read_period(Timestamp since, Timestamp until, std::size_t top) override;
  Result<std::vector<CensusRow>> read_census() override;

 private:
  std::unique_ptr<Connection> connection_;
  SearchIndex index_;
  StoredDirectory directory_;
  StoredRevisions revisions_;
  StoredHistory history_;
  StoredLists lists_;

  struct KnownMessage {
    VerdictName name;
    JudgedMessage judged;  // but for tenant and received_at
  };
  std::map<MessageRowId, KnownMessage> judged_;  // those asked for lately
};

}  // namespace secondlook
