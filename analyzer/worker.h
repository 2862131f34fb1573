// One worker: a forked process that holds one mail at a time and can reach nothing but its own two
// sockets. It never returns from run_worker().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/malware/malware_client.h"
#include "analyzer/worker_job.h"
#include "base/file_descriptor.h"

namespace secondlook {

// What a worker is handed: views of files that are mapped while it works.
struct JobInput {
  std::string_view bytes;
  const WorkerJob& job;
  std::vector<std::string_view> companions;
  std::string_view history;  // schema/history; empty: none
  std::string_view lists;    // schema/lists; empty: none. Other bytes stand at another place
};

// What a worker does with one mail: gives the verdict's JSON. An argument of the pool, so that tests
// can let a worker die or loop.
using AnalyseJob = std::function<std::string(const JobInput& input)>;

// Makes it inside the worker, after the fork. `scanner` is null when malware scanning is off;
// it outlives the function made.
using MakeAnalyseJob = std::function<AnalyseJob(MalwareScanner* scanner)>;

struct WorkerLimits {
  std::uint64_t most_memory_bytes = 4ULL << 30;        // address space, maps included
  std::chrono::milliseconds scanner_patience{60'000};  // for one part
};

// Closes every other descriptor but 0, 1, 2; runs SCHED_IDLE, so that busy analysis never delays
// a sync; confined: no open, no socket, no fork. Ends (status 0) when the master closes the
// connection; with another status when it cannot go on, which the master counts as a failed attempt
// at the mail it held.
[[noreturn]] void run_worker(FileDescriptor connection, FileDescriptor scanner,
                             const MakeAnalyseJob& make_analyse, const WorkerLimits& limits);

}  // namespace secondlook
