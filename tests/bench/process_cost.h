// What a server's processes cost, as the kernel accounts it in /proc.
#pragma once

#include <cstdint>

#include <sys/types.h>

namespace secondlook {

// CPU seconds of `process`, of everything that descends from it, and of what those have waited for.
// In clock ticks of 10 ms: measure over a second and more.
double cpu_seconds_of_tree(pid_t process);

// The most memory that `process` alone ever held resident (VmHWM), in bytes; 0 when it is gone.
std::uint64_t peak_resident_bytes(pid_t process);

}  // namespace secondlook
