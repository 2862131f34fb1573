// `scan` without its printing: many files through one confined analyzer, answers in the order of
// the files, whatever happens to the analyzer on the way.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "cli/scan_session.h"
#include "cli/scan_source.h"
#include "schema/verdict.h"

namespace secondlook {

struct ScanReport {
  // In the order of the source.
  std::function<void(const std::string& file, const Verdict& verdict)> verdict;
  // A file that cannot be read; comes as soon as it is met.
  std::function<void(const Error& error)> unreadable;
};

// Each file that could be opened gets exactly one verdict. Jobs that an analyzer held when it died
// are `unscanned` with the reason, never clean; another one goes on with the rest, unless one dies
// before its first answer: then the rest is `unscanned` too. At most kMostScanJobs files are open
// and a few hundred verdicts held. Errors: the first analyzer does not get ready (malformed: its
// rules or configuration are refused).
Result<void> scan_files(const AnalyzerProgram& program, ScanSource& source,
                        const ScanReport& report);

}  // namespace secondlook
