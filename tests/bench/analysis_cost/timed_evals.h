// The eval functions with a clock around each, so that their share of a scan can be told from
// outside the engine, in whatever order it asks them.
#pragma once

#include <chrono>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

// Wall-clock time in a set of functions. Evals are mostly shorter than a thread's CPU clock takes
// to be read; so that being preempted does not count, take the share of the wall time around them.
struct EvalTime {
  std::chrono::steady_clock::duration spent{};
  double seconds() const { return std::chrono::duration<double>(spent).count(); }
};

// All functions that rules may call: the stock ones and our signals, as load_rules() has them. Each
// adds to `time`, which must outlive the table and everything loaded with it.
SignalTable timed_evals(EvalTime& time);

}  // namespace secondlook
