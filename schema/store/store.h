// The detections database (SQLite, WAL, synchronous=FULL): what was seen, judged, planned and done.
// All SQL of the project stands in this folder, behind this interface, so that another engine can
// take its place. Remediation is the only writer; one Store is used by one thread at a time (the
// caller locks). The operator's tool reads with open_read_only.
//
// Invariants: a report is named (log, sequence, revision) and recorded once; reports of the same
// message (tenant, Message-ID, digest) share one message row; ids grow with time and are never
// reused; every change of a step's state is one committed transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/released_mail.h"
#include "schema/store/audit.h"
#include "schema/store/directory.h"
#include "schema/store/hand_commands.h"
#include "schema/store/history.h"
#include "schema/store/lists.h"
#include "schema/store/revisions.h"
#include "schema/verdict.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

using MessageRowId = std::int64_t;
using StepId = std::int64_t;

// What became, or is to become, of one copy. Text in the database and in JSON: name_of().
enum class StepState {
  planned,          // waits for its first or next try (next_try_at)
  held_by_brake,    // waits for `secondlook resume`
  begun,            // a Graph write may be under way: resolved by looking, never repeated blindly
  removed,          // in its destination, seen there
  already_removed,  // was in the destination (or further out of reach) before we acted
  not_found,        // not there until give_up_after
  not_delivered,    // not there, and EOP called it so that it quarantines it: looked for again
                    // now and then, for as long as a quarantine lasts (next_try_at)
  ambiguous_copy,   // an equal Message-ID, but not the mail that was judged: left alone
  external,         // the recipient has no mailbox in the tenant
  unsupported_mailbox,  // on-premises, inactive
  group,                // a distribution list: its members got copies of their own
  group_mailbox,        // a Microsoft 365 group: its own mailbox is out of reach
  contact,              // a mail contact: the mailbox is elsewhere
  public_folder,        // out of Graph's reach
  excluded,             // [tenant.directory] or an override leaves the mailbox out
  protected_mailbox,    // [policy] protected_mailboxes: never touched automatically
  forbidden,            // Graph says no
  failed,               // retry budget spent; `detail` says why
  would_remove,         // observe mode: final
  withdrawn,            // a revision or `resume --drop` took it back before anything was done
  restored              // a restore step that put the copy back; also final
};
std::string_view name_of(StepState state);
std::optional<StepState> parse_step_state(std::string_view name);
bool is_final(StepState state);

// Properties of a copy before it was touched, so that restore can put each back.
struct PreImage {
  std::string folder_id, folder_name;
  bool is_read = false;
  std::vector<std::string> categories;
  std::string flag;  // followupFlag.flagStatus
  std::string importance;
};

struct Step {
  StepId id = 0;
  MessageRowId message = 0;
  std::string tenant;
  std::string mailbox;     // address, lower case
  std::uint32_t copy = 0;  // ordinal among several copies in one mailbox
  bool restores = false;   // a restore step: `undoes` names the step it undoes
  std::optional<StepId> undoes;
  Action action = Action::none;
  std::string cause;  // "automatic", "retract 12", "restore 13"
  StepState state = StepState::planned;
  std::string detail;  // reason in plain words for failed, ambiguous ...
  Timestamp planned_at{};
  std::optional<Timestamp> first_try_at, begun_at, finished_at, verified_at;
  // When it is worked on next; of a `removed` one: when its mailbox is looked at once more; of one
  // `not_delivered`: when it is looked for again.
  std::optional<Timestamp> next_try_at;
  std::optional<Timestamp> undo_until;
  std::uint32_t tries = 0;
  std::string user_id;              // Graph object id of the mailbox, once known
  std::string copy_id;              // immutable id, once known
  std::string destination_copy_id;  // id after the move
  std::optional<PreImage> before;
};

struct RecordedReport {
  VerdictStamp stamp;
  Verdict verdict;
};

// What record() found: plan() needs it, in the same transaction.
struct MessageRow {
  MessageRowId id = 0;
  bool is_new = false;         // first report of this message
  bool report_is_new = false;  // false: the key was recorded before; nothing was changed
  Disposition disposition = Disposition::clean;  // after merging: the worst
  std::vector<std::string> rules;                // names, after merging
  std::vector<Recipient> recipients;             // all, after merging
  bool restored_by_hand = false;                 // never removed again by the same cause
  std::vector<std::string> restored_rules;       // the rules that stood when it was restored
  std::string sender;                            // header From, lower case
  std::string direction;                         // "inbound" "outbound" "internal"
  std::vector<std::string> attributes;           // of the deciding verdict
};

// Everything the executor has to know of a message to find and recognise its copies.
struct JudgedMessage {
  MessageRowId id = 0;
  std::string tenant, message_id, network_message_id, subject, sender;
  std::string sent_at;  // RFC 3339 or empty
  Timestamp received_at{};
  std::uint64_t size = 0;
  std::string eop_category;  // CAT of X-Forefront-Antispam-Report: "HPHISH"; may be empty
};

// What copies are counted by. scope: "all" (name ""), "tenant", "sender_domain", "rule", or
// "known_sender" (name: tenant, blank, address). Domains and addresses in lower case.
struct BrakeKey {
  std::string scope, name;
};

// What tripped the brake.
struct BrakeTrip {
  BrakeKey key;
  std::uint64_t copies = 0, limit = 0;
  std::vector<MessageRowId> messages;  // a few of those counted, the newest first
};

struct BrakeState {
  bool engaged = false;
  std::string because;
  std::optional<Timestamp> since;        // engaged since, or released since
  std::optional<Timestamp> released_at;  // the last release
  std::optional<BrakeTrip> trip;         // while engaged
};

struct StoreCounts {
  std::uint64_t reports = 0, messages = 0;
  std::vector<std::pair<std::string, std::uint64_t>> steps_by_state, messages_by_disposition;
};

// A record of a journal log, by the log's UUID.
struct RecordName {
  std::string log;
  std::uint64_t sequence = 0;
};

class Transaction;
struct Tallies;       // schema/store/tallies.h
struct PeriodReport;  // schema/store/period_report.h
struct CensusRow;     // schema/store/census.h
struct SearchQuery;   // schema/store/search.h
struct FoundMessage;  // schema/store/search.h

class Store {
 public:
  // Creates the file and its schema, or migrates an older one, of which a copy is kept beside it
  // (migration_copy.h); refuses a newer one (malformed).
  static Result<std::unique_ptr<Store>> open(const std::string& path);
  // For other processes, while the writer runs or not: needs the right to read the file, its -wal
  // and its -shm (which the writer leaves there when it closes) and to enter the directory, no
  // right to write. forbidden when the files cannot be read, malformed for another schema version.
  static Result<std::unique_ptr<Store>> open_read_only(const std::string& path);
  virtual ~Store() = default;

  // Rolls back when it goes out of scope uncommitted. One at a time.
  virtual Result<std::unique_ptr<Transaction>> begin() = 0;
  // A part of a transaction that can be taken back alone; its commit is durable only with the
  // whole one's.
  virtual Result<std::unique_ptr<Transaction>> begin_nested() = 0;

  // --- recording (inside a Transaction) ---
  // All or nothing, also within the transaction. forbidden: this sequence is known with another
  // CRC, an alarm; nothing was changed. A report that was recorded and then forgotten
  // (forget_before) changes nothing and answers with id 0.
  virtual Result<MessageRow> record(const RecordedReport& report) = 0;
  virtual Result<void> record_attempt(const VerdictStamp& stamp, std::string_view reason) = 0;
  virtual Result<StepId> add_step(const Step& step) = 0;
  // Where the analyzer goes on. A log never seen while another is known, a log that ends below what
  // was recorded of it, or one whose unrecorded beginning is gone: an alarm in our log.
  virtual Result<VerdictWelcome> welcome(const VerdictHello& hello) = 0;
  // Highest sequence of `log` below which all are recorded.
  virtual Result<std::uint64_t> recorded_mark(const std::string& log) = 0;

  // --- steps ---
  virtual Result<std::optional<Step>> step(StepId id) = 0;
  virtual Result<std::vector<Step>> steps_of(MessageRowId message) = 0;
  // Those of the same message that stand under the same mailbox or belong to the same user, `step`
  // itself too; oldest first. All that can be about the same copies, once the user is known.
  virtual Result<std::vector<Step>> steps_beside(const Step& step) = 0;
  // Steps in `planned` whose next_try_at (absent: planned_at) has come, automatic ones before those
  // by hand, newest first; and when the next one comes.
  virtual Result<std::vector<Step>> due_steps(Timestamp now, std::size_t limit) = 0;
  virtual Result<std::optional<Timestamp>> next_due_at() = 0;
  // The same for those that have ended and are to be looked at again, `removed` and
  // `not_delivered`, oldest first.
  virtual Result<std::vector<Step>> steps_to_look_at(Timestamp now, std::size_t limit) = 0;
  virtual Result<std::optional<Timestamp>> next_look_at() = 0;
  virtual Result<std::vector<Step>> steps_in_state(StepState state) = 0;
  // Writes every field of the step (but message, mailbox, copy and cause) in one transaction;
  // not_found when there is no such step.
  virtual Result<void> update_step(const Step& step) = 0;
  virtual Result<JudgedMessage> judged_message(MessageRowId message) = 0;
  virtual Result<void> mark_restored(MessageRowId message, bool false_positive) = 0;
  // The message as schema/released_mail.h keeps it, but for who released it, when and why. Nothing
  // when no report of it came with its reduced mail.
  virtual Result<std::optional<ReleasedMail>> reduced_mail(MessageRowId message) = 0;
  // Those marked as false positives, oldest first.
  virtual Result<std::vector<MessageRowId>> false_positives() = 0;

  // --- brake ---
  virtual Result<BrakeState> brake() = 0;
  virtual Result<void> set_brake(const BrakeState& state) = 0;
  // Released, from `now` on: what was reserved before counts no more.
  virtual Result<void> release_brake_at(Timestamp now) = 0;
  // What the message's automatic removals count against from now on, beside what they did already.
  // Before its first step is added. Forgets counts of more than two hours before `now`.
  virtual Result<void> count_against(MessageRowId message, const std::vector<BrakeKey>& keys,
                                     Timestamp now) = 0;
  // Automatic removals since `since` (to the minute: up to one minute of more), by begun_at, or,
  // while they wait as `planned` (reserved), by planned_at. Held, observed and withdrawn ones and
  // those that ended without a Graph write do not count. Takes the same time however many there
  // are.
  virtual Result<std::uint64_t> copies_counted(const BrakeKey& key, Timestamp since) = 0;
  virtual Result<std::vector<MessageRowId>> newest_counted(const BrakeKey& key,
                                                           std::size_t most) = 0;
  // Clean mails of `sender` to the tenant before the message `below` that passed DMARC, looked for
  // among the newest `among` clean ones.
  virtual Result<std::uint64_t> known_good_mails(std::string_view tenant, std::string_view sender,
                                                 MessageRowId below, std::size_t among) = 0;

  // --- the tenants' directories: schema/store/directory.h ---
  virtual StoredDirectory& directory() = 0;

  // --- reports that are judged once more: schema/store/revisions.h ---
  virtual StoredRevisions& revisions() = 0;

  // --- who writes to whom: schema/store/history.h ---
  virtual StoredHistory& history() = 0;

  // --- what operators tell of senders, hosts and people: schema/store/lists.h ---
  virtual StoredLists& lists() = 0;

  // --- operators ---
  // Append-only and chained (schema/store/audit.h). The id of a command's row names it in
  // Step::cause.
  virtual Result<AuditRow> append_audit(const AuditEntry& entry) = 0;
  // Rows with an id below `below`, newest first; rows with an id above `above`, oldest first.
  virtual Result<std::vector<AuditRow>> audit_before(std::optional<std::int64_t> below,
                                                     std::size_t most) = 0;
  virtual Result<std::vector<AuditRow>> audit_after(std::int64_t above, std::size_t most) = 0;
  // The highest number that was ever given to a row.
  virtual Result<std::int64_t> audit_rows_written() = 0;

  // --- commands by hand (inside a Transaction where they write) ---
  virtual Result<void> add_hand_command(const HandCommand& command,
                                        const std::vector<MessageRowId>& messages) = 0;
  virtual Result<std::optional<HandCommand>> hand_command(std::int64_t id) = 0;
  virtual Result<std::vector<HandCommand>> open_hand_commands() = 0;  // oldest first
  // Writes state, skipped and failure. One that is over has no messages left.
  virtual Result<void> update_hand_command(const HandCommand& command) = 0;
  // Takes some of the messages not planned yet, the newest first: to be planned in this
  // transaction.
  virtual Result<std::vector<MessageRowId>> take_unplanned(std::int64_t command,
                                                           std::size_t most) = 0;
  virtual Result<void> note_withdrawal(std::int64_t command, StepId step) = 0;
  // Its own steps with a higher id, in their order; those of other causes that it withdrew.
  virtual Result<std::vector<StepId>> steps_of_hand_command(const HandCommand& command,
                                                            StepId above, std::size_t most) = 0;
  virtual Result<std::vector<StepId>> withdrawals_of(std::int64_t command) = 0;
  // Copies that the person's retracts since then were counted at, those apart that were to be
  // approved.
  virtual Result<std::uint64_t> copies_retracted(const std::string& person, Timestamp since) = 0;
  virtual Result<bool> has_open_steps(const HandCommand& command) = 0;
  virtual Result<std::map<std::string, std::uint64_t>> step_states_of(
      const HandCommand& command) = 0;
  virtual Result<std::optional<AddressedMessage>> addressed_message(MessageRowId message) = 0;

  virtual Result<StoreCounts> counts() = 0;
  virtual Result<Tallies> tallies() = 0;
  // Nothing when there is no such message.
  virtual Result<std::optional<RecordName>> deciding_report(MessageRowId message) = 0;
  // Of automatic removals that ended since `since`, at most `limit` of the newest: how long each
  // copy lay in reach, from the report's acceptance to the removal. Ascending.
  virtual Result<std::vector<std::chrono::microseconds>> exposures(Timestamp since,
                                                                   std::size_t limit) = 0;
  // Removes messages older than `before`, oldest first, and all that is about them alone, but for
  // the audit. Those stay that have an open step, one to be looked at again or to be undone after
  // `now`, or a report above the recorded mark. Returns how many; fewer than `limit`: none is left.
  // A record that comes again is still known as recorded.
  virtual Result<std::uint64_t> forget_before(Timestamp before, Timestamp now,
                                              std::size_t limit) = 0;
  // Outside a Transaction, after forgetting: one short piece of merging the full-text index and of
  // giving free pages back to the file system. False: nothing is left to do.
  virtual Result<bool> tidy() = 0;

  // --- searching: through the functions of schema/store/search.h ---
  // The newest messages with an id below `below`, newest first. One short read transaction.
  virtual Result<std::vector<FoundMessage>> search_page(const SearchQuery& query,
                                                        std::optional<MessageRowId> below,
                                                        std::size_t most);
  // How many there are of them.
  virtual Result<std::uint64_t> count_found(const SearchQuery& query);
  virtual Result<std::optional<FoundMessage>> find_message(MessageRowId id);
  // Through period_report() of schema/store/period_report.h.
  virtual Result<PeriodReport> read_period(Timestamp since, Timestamp until, std::size_t top);
  // Through census() of schema/store/census.h.
  virtual Result<std::vector<CensusRow>> read_census();
};

class Transaction {
 public:
  virtual ~Transaction() = default;  // rolls back unless committed
  virtual Result<void> commit() = 0;
};

}  // namespace secondlook
