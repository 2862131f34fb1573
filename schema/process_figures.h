// Numbers that ingest and the analyzer keep for the metrics, in a page of memory that `serve` makes
// for each: the process writes it, secondlook-notify reads it. So nobody needs a right more for
// being counted, and what is counted goes on when a process is started anew. Remediation and notify
// have a page for their pulse alone, which `serve` reads as it reads that of the others.
//
// Without `serve` a process counts for itself. Numbers are whole but not of one moment.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

// One number, written by any thread of one process.
class Figure {
 public:
  void add(std::uint64_t more = 1) { value_.fetch_add(more, std::memory_order_relaxed); }
  void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  // Microseconds since 1970; 0: never.
  void set(Timestamp time) { set(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && sizeof(Figure) == 8);

// How often something took how long: a histogram of powers of two, and the sum.
class DurationFigures {
 public:
  static constexpr std::size_t kBuckets = 18;
  // Of bucket i: 250 µs, 500 µs, 1 ms ... 33 s. What took longer is in the count alone.
  static constexpr double upper_seconds(std::size_t i) {
    return 0.00025 * static_cast<double>(1ULL << i);
  }
  void observe(std::chrono::microseconds time);
  std::uint64_t bucket(std::size_t i) const { return buckets_[i].get(); }  // not cumulative
  std::uint64_t count() const { return count_.get(); }
  double sum_seconds() const { return static_cast<double>(sum_microseconds_.get()) / 1e6; }

 private:
  std::array<Figure, kBuckets> buckets_;
  Figure count_, sum_microseconds_;
};

struct IngestFigures {
  Figure pulse;  // steady clock in ms, when the network thread last turned
  Figure sessions, sessions_turned_away, sessions_open, handshakes_failed;
  Figure reports, report_bytes;  // durable, answered with 250
  Figure reports_deferred;       // answered with 4xx
  Figure recipients_refused;     // 550: no journal address
  Figure last_report_at;
  Figure durable_sequence;
  Figure unrecorded_bytes, unrecorded_limit;  // of the journal log
  Figure oldest_unrecorded_at;                // 0: everything is recorded
  Figure certificate_expires_at;              // of [smtp] tls_certificate_file; 0: none
  DurationFigures commit;                     // writing and syncing a group of reports
};

// Of one rule, in the reports that were measured.
struct RuleTime {
  std::string name;
  std::uint64_t nanoseconds = 0, searches = 0;
};
struct RuleTimeTable {
  std::uint64_t reports = 0;    // measured
  std::vector<RuleTime> rules;  // the dearest
};
inline constexpr std::size_t kMostRuleTimes = 20;

// Such a table in shared memory. Others may read while it is written, by one thread of one process.
class RuleTimeFigures {
 public:
  static constexpr std::size_t kLongestName = 64;  // longer ones are cut

  // At most kMostRuleTimes.
  void write(const RuleTimeTable& table);
  // As it was at one moment; nothing where it is written all the time, or its writer died over it.
  std::optional<RuleTimeTable> read() const;

 private:
  struct Row {
    std::array<Figure, kLongestName / 8> name;  // bytes, zeros behind it
    Figure nanoseconds, searches;
  };
  Figure version_;  // odd: it is being written
  Figure reports_, count_;
  std::array<Row, kMostRuleTimes> rows_;
};

struct AnalyzerFigures {
  Figure pulse;  // as ingest's; of the master
  Figure workers, workers_busy, workers_lost;
  Figure verdicts, unscanned;  // sent to remediation; those the master wrote itself
  Figure judged_again;         // verdicts on reports that had one already
  Figure waiting;              // records taken from the log without a verdict
  Figure unacknowledged;       // verdicts that are not known as recorded
  Figure oldest_waiting_at;    // 0: none waits
  Figure next_sequence;        // of the log, to be taken next
  DurationFigures analysis;    // a mail with its worker, by the wall clock
  Figure cpu_microseconds;     // of workers for their mails
  RuleTimeFigures rule_times;
};

// Of remediation, and of notify: of the whole process, by schema/loop_watch.h.
struct PulseFigures {
  Figure pulse;
};

// A loop that turns says so at least this often.
inline constexpr std::chrono::seconds kPulse{5};
std::uint64_t pulse_at(std::chrono::steady_clock::time_point now);

inline constexpr const char* kFiguresVariable = "SECONDLOOK_FIGURES";

// Zeros, of a size that nobody can change any more.
Result<FileDescriptor> make_figures_memory(std::size_t bytes);
// The same memory for reading alone.
Result<FileDescriptor> open_for_reading(const FileDescriptor& memory);

// Takes the descriptors out of the environment ("5" or "5,6"); call once, before threads and
// confinement. Empty where there are none, or they are no numbers.
std::vector<int> take_figures_descriptors();

// Maps the memory and closes the descriptor; children of this process do not have it. Where there
// is none, or it is no such memory: figures of one's own, that nobody reads.
std::shared_ptr<IngestFigures> map_ingest_figures(const std::vector<int>& descriptors);
std::shared_ptr<AnalyzerFigures> map_analyzer_figures(const std::vector<int>& descriptors);
std::shared_ptr<PulseFigures> map_pulse_figures(const std::vector<int>& descriptors);

// Of the process that reads them both, in the order of make: ingest's, analyzer's.
struct ReadFigures {
  std::shared_ptr<const IngestFigures> ingest;  // null: `serve` gave none
  std::shared_ptr<const AnalyzerFigures> analyzer;
};
ReadFigures map_figures_for_reading(const std::vector<int>& descriptors);
// Null where it is no such memory.
std::shared_ptr<const PulseFigures> map_pulse_for_reading(int descriptor);

}  // namespace secondlook
