// One worker: a forked process that holds one mail at a time and can reach nothing but its own
// sockets, to the master and to the helpers. It never returns from run_worker().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/file_inspector.h"
#include "analyzer/extract/extract_client.h"
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

// What a worker does with one mail: gives the verdict's JSON. An argument of the pool, so that
// tests can let a worker die or loop.
using AnalyseJob = std::function<std::string(const JobInput& input)>;

// What runs in other processes for it.
struct WorkerHelpers {
  MalwareScanner* scanner = nullptr;   // null: malware scanning is off
  FileInspector* inspector = nullptr;  // null: files are looked into in the worker
};

// Makes it inside the worker, after the fork. The helpers outlive the function made.
using MakeAnalyseJob = std::function<AnalyseJob(const WorkerHelpers& helpers)>;

struct WorkerLimits {
  std::uint64_t most_memory_bytes = 4ULL << 30;        // address space, maps included
  std::chrono::milliseconds scanner_patience{60'000};  // for one part
  ExtractTimes extract;
};

// A worker's ends; those of helpers that are off are not open.
struct WorkerConnections {
  FileDescriptor master, scanner, extract;
};

// Closes every other descriptor but 0, 1, 2; runs SCHED_IDLE, so that busy analysis never delays
// a sync; confined: no open, no socket, no fork. Ends (status 0) when the master closes the
// connection; with another status when it cannot go on, which the master counts as a failed attempt
// at the mail it held.
[[noreturn]] void run_worker(WorkerConnections connections, const MakeAnalyseJob& make_analyse,
                             const WorkerLimits& limits);

}  // namespace secondlook
