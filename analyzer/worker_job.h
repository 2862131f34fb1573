// What the master tells a worker of one mail: everything comes from the journal log's record header
// or from the scan tool, nothing from the mail. Travels as one JSON line in a frame
// (schema/frame.h), with the descriptor of the file that holds the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

struct WorkerJob {
  std::uint64_t id = 0;      // the master's: a sequence number or a scan index
  std::uint64_t offset = 0;  // bytes from the start of the file
  std::uint64_t length = 0;
  std::uint32_t attempt = 1;
  std::string tenant;     // empty: scan mode
  std::string mail_from;  // of the report
  std::string peer, tls_version;
  std::int64_t received_at = 0;  // of the report, microseconds since 1970
  // Behind the others a descriptor of a snapshot of schema/history, and one of schema/lists.
  bool has_history = false, has_lists = false;
  // Mails that may say the password of what is attached; their files' descriptors travel behind the
  // mail's own, in this order.
  struct Companion {
    std::uint64_t offset = 0, length = 0;
  };
  std::vector<Companion> companions;
};

enum class WorkerFrame : std::uint8_t {
  ready = 1,  // worker -> master, once, when confined: empty
  job = 2,    // master -> worker, with descriptors: the mail's, each companion's, history, lists
  answer = 3  // worker -> master: the verdict's JSON, not read by the master
};

inline constexpr std::size_t kLongestJobFrame = 64 << 10;

std::string to_json(const WorkerJob& job);
Result<WorkerJob> parse_worker_job(std::string_view json);

}  // namespace secondlook
