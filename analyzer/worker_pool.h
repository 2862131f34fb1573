// The master's workers: forked, handed one job at a time, watched by CPU and wall clock, replaced
// when they die, overrun, or have held some hundred mails (what a mail that took a worker over
// could still touch). Single-threaded: the owner polls the descriptors given by watch() and calls
// collect(). Knows neither mails nor verdicts.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include "analyzer/worker.h"
#include "analyzer/worker_process.h"
#include "base/clock.h"
#include "base/result.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

struct PoolSettings {
  std::uint32_t workers = 1;
  std::chrono::milliseconds cpu_time_per_job{30'000};
  std::chrono::milliseconds wall_time_per_job{300'000};
  // From the fork to the first word. Long: on a busy machine a worker, which runs when nobody else
  // wants the processor, may wait for its first turn.
  std::chrono::milliseconds time_to_get_ready{300'000};
  // Before a place whose worker did not get ready is filled again; doubled each time until all
  // workers are ready.
  std::chrono::milliseconds first_pause{10'000};
  std::chrono::milliseconds longest_pause{600'000};
  std::uint32_t jobs_per_worker = 500;
  std::size_t largest_answer = kLargestVerdictFrame;
  WorkerLimits limits;
};

// A worker's end of a new connection to a helper. Empty: that helper is off.
using ConnectHelper = std::function<Result<FileDescriptor>()>;
struct HelperConnections {
  ConnectHelper scanner, extract;
};

struct JobOutcome {
  WorkerJob job;
  std::optional<std::string> answer;
  std::string failure;  // without an answer: "worker ended by signal 11", "30 s of CPU time used"
  WorkerProcess::Cost cost{};  // of an answer
};

class WorkerPool {
 public:
  // `make_analyse` must be ready to run in a fork of this process. The clock must outlive the pool.
  static Result<WorkerPool> start(const PoolSettings& settings, MakeAnalyseJob make_analyse,
                                  HelperConnections connect, const Clock& clock);
  WorkerPool(WorkerPool&&) noexcept;
  WorkerPool& operator=(WorkerPool&&) noexcept;
  ~WorkerPool();  // kills the workers

  bool has_idle_worker() const;
  bool is_busy() const;
  std::uint32_t workers() const;  // ready ones
  std::uint32_t busy_workers() const;
  // Places left empty for now because their workers did not get ready.
  std::uint32_t places_waiting() const;
  // To an idle worker. The descriptors stay the caller's: the mail's, then its companions'.
  Result<void> submit(const WorkerJob& job, const std::vector<int>& descriptors);

  // From now on mails are judged by what `make_analyse` makes: idle workers are replaced at once,
  // the others when they have answered. Fails as collect() does.
  Result<void> renew(MakeAnalyseJob make_analyse);

  // The same work with other connections to the scanner.
  Result<void> renew();

  // Adds the descriptors to poll for reading.
  void watch(std::vector<pollfd>& polled) const;
  // When collect() must be called though nothing was readable: the next deadline that may pass.
  // Nothing while every worker is there, ready and idle.
  std::optional<std::chrono::milliseconds> until_deadline() const;

  // What became of jobs since the last call; never blocks. An error: a worker dies before it is
  // ready (e.g. cannot confine itself), or kMostUnready in a row never say that they are, so that
  // no mail may be blamed: the owner ends.
  Result<std::vector<JobOutcome>> collect();
  static constexpr std::uint32_t kMostUnready = 3;

 private:
  struct State;
  explicit WorkerPool(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
