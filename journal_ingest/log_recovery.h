// Finds a journal log as the last run left it (or begins a new one): its name, where its numbers go
// on, what is kept. Cuts the torn tail. Rules: schema/journal_log/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/random.h"
#include "base/result.h"
#include "journal_ingest/files.h"
#include "journal_ingest/retention.h"
#include "schema/journal_log/format.h"

namespace secondlook {

struct RecoveredLog {
  LogName log;
  FileDescriptor directory;  // holds the writer's lock as long as it is open
  FileDescriptor durable_end;
  std::uint64_t next_sequence = 1;
  std::uint64_t next_segment = 1;
  std::vector<KeptSegment> segments;
  std::map<std::uint64_t, KeptReport> reports;  // own files, by sequence
};

// Makes the directory when it is absent. forbidden: another process writes this log. malformed:
// segments without a readable log name; nothing is touched then, a person has to look.
Result<RecoveredLog> recover_log(const std::string& directory, Files& files, RandomSource& random);

}  // namespace secondlook
