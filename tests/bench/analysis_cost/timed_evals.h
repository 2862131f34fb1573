// The eval functions with a clock around each, so that their share of a scan can be told from
// outside the engine, in whatever order it asks them.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

// Wall-clock time in a set of functions: most take less than reading a thread's CPU clock does. So
// that being preempted does not count, take the share of the wall time around them. What several
// functions need (MailFacts) stands with the one that asked first.
struct EvalTime {
  std::map<std::string, std::chrono::steady_clock::duration> by_function;
  double seconds() const;  // of all
};

// All functions that rules may call: the stock ones and our signals, as load_rules() has them. Each
// adds to `time`, which must outlive the table and everything loaded with it.
SignalTable timed_evals(EvalTime& time);

}  // namespace secondlook
