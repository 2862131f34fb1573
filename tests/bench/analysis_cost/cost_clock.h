// What analysis costs: CPU time of this thread, medians, and the line that a cost is printed as.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace secondlook {

// CPU seconds of the calling thread so far. A call costs some 0.3 us, so it is for whole stages.
double thread_cpu_seconds();

// Of an odd number of rounds the middle one; 0 of none.
double median(std::vector<double> values);

// The mails that a cost belongs to.
struct Load {
  std::size_t messages = 0, bytes = 0;
};

// One line of JSON on stdout: who, stage, messages, bytes, cpu_seconds, microseconds (a message),
// messages and megabytes per CPU-second.
void print_cost(const std::string& who, const std::string& stage, const Load& load,
                double cpu_seconds);

}  // namespace secondlook
