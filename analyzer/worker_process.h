// One worker as its master sees it: process, connection, the job it holds, the time it used.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "analyzer/worker.h"
#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/frame.h"

namespace secondlook {

class WorkerProcess {
 public:
  // Forks; the child runs run_worker().
  // `helpers`: its ends of connections to them; `master` is made here.
  static Result<WorkerProcess> start(const MakeAnalyseJob& make_analyse, WorkerConnections helpers,
                                     const WorkerLimits& limits, std::size_t largest_answer,
                                     std::chrono::steady_clock::time_point now);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  ~WorkerProcess();  // kills and reaps

  int connection() const { return connection_.number(); }
  bool is_ready() const { return ready_; }
  const std::optional<WorkerJob>& job() const { return job_; }
  std::uint32_t jobs_done() const { return jobs_done_; }
  std::chrono::milliseconds age(std::chrono::steady_clock::time_point now) const;
  // It gets no further job.
  void retire() { retires_ = true; }
  bool retires() const { return retires_; }

  // The first descriptor is the mail's.
  Result<void> give(const WorkerJob& job, const std::vector<int>& descriptors,
                    std::chrono::steady_clock::time_point now);

  // What the worker has sent, without waiting. Nothing: no answer yet. An error: it closed its
  // connection or broke the protocol, and must be replaced.
  Result<std::optional<std::string>> read_answer();

  std::chrono::milliseconds cpu_time_used() const;  // on the present job
  // The same and the wall clock's, finer: to be asked before the answer is read.
  struct Cost {
    std::chrono::microseconds wall{0}, cpu{0};
  };
  Cost cost_so_far(std::chrono::steady_clock::time_point now) const;
  std::chrono::milliseconds wall_time_used(std::chrono::steady_clock::time_point now) const;

  // Kills, reaps, and says how it ended: "worker ended by signal 11".
  std::string end();

 private:
  WorkerProcess(pid_t process, clockid_t cpu_clock, FileDescriptor connection,
                std::size_t largest_answer, std::chrono::steady_clock::time_point now);
  Result<std::optional<std::string>> take(Frame frame);
  std::chrono::nanoseconds cpu_time() const;

  pid_t process_;
  clockid_t cpu_clock_;
  FileDescriptor connection_;
  FrameReader answers_;
  std::chrono::steady_clock::time_point forked_;
  bool ready_ = false;
  bool retires_ = false;
  std::optional<WorkerJob> job_;
  std::uint32_t jobs_done_ = 0;
  std::chrono::nanoseconds cpu_at_start_{0};
  std::chrono::steady_clock::time_point started_{};
};

}  // namespace secondlook
