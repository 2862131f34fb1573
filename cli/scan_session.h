// One confined analyzer ("secondlook-analyzer scan", schema/scan_protocol.h) as seen from the tool:
// jobs go in, verdicts come out. The tool never looks into a mail itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/frame.h"
#include "schema/verdict.h"

namespace secondlook {

struct AnalyzerProgram {
  std::string executable;
  std::vector<std::string> arguments;                  // "scan", "--rules", ...
  std::chrono::milliseconds ready_patience{300'000};   // rules may have to be compiled
  std::chrono::milliseconds result_patience{660'000};  // two tries of ten times 30 s, and some
};

struct ScanAnswer {
  std::uint32_t index = 0;
  Verdict verdict;  // `unscanned` with the reason when the answer could not be read
};

class ScanSession {
 public:
  // Starts it and waits until it is ready. malformed: the rules or the configuration are refused,
  // the message holds its complaints, one a line.
  static Result<ScanSession> start(const AnalyzerProgram& program);
  ScanSession(ScanSession&& other) noexcept;
  ScanSession& operator=(ScanSession&& other) = delete;
  ~ScanSession();  // kills what still runs

  // The descriptor may be closed afterwards. At most kMostScanJobs may be unanswered.
  Result<void> send(std::uint32_t index, int descriptor);
  void finish_sending();  // no more jobs: the analyzer ends after its last answer

  // Answers come in any order. An error (it died, fell silent or talked nonsense) ends the session;
  // jobs that are unanswered then will stay so.
  Result<ScanAnswer> receive();

  // Waits for its end for a while, then kills it; says how it ended.
  std::string end();

 private:
  ScanSession(pid_t pid, FileDescriptor connection, std::chrono::milliseconds patience);
  Result<void> await_ready(std::chrono::milliseconds patience);

  pid_t pid_;
  FileDescriptor connection_;
  FrameReader reader_;
  std::chrono::milliseconds patience_;
};

}  // namespace secondlook
