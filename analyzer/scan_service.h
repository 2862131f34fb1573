// `secondlook-analyzer scan`: the same workers, retries and reasons for files that the tool passes
// (schema/scan_protocol.h) instead of records of the log. Parses no mail itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "analyzer/worker_pool.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/frame.h"
#include "schema/scan_protocol.h"

namespace secondlook {

class ScanService {
 public:
  // All must outlive it. `helper_controls`: of the helpers, each closed by its end.
  ScanService(int connection, WorkerPool& pool, std::vector<int> helper_controls);

  // Takes jobs until the tool shuts its side down and all are answered.
  Result<void> run();

 private:
  struct File {
    FileDescriptor descriptor;
    WorkerJob job;
  };
  Result<void> wait();
  Result<void> receive();
  Result<void> take_job(const Frame& frame);
  Result<void> dispatch();
  Result<void> take_outcomes();
  Result<void> send_result(std::uint64_t index, std::string_view verdict_json);

  int connection_;
  WorkerPool& pool_;
  std::vector<int> helper_controls_;
  FrameReader frames_;
  std::deque<FileDescriptor> descriptors_;  // came with frames not yet whole
  std::deque<std::uint64_t> waiting_;
  std::map<std::uint64_t, File> files_;
  bool all_received_ = false;
};

}  // namespace secondlook
