// How malloc treats what a mail leaves behind.
#pragma once

#include <malloc.h>

namespace secondlook {

// Lets freed memory stay with this process and those it forks, up to 32 MiB, and takes blocks up to
// 16 MiB out of it. Pictures and texts are megabytes a mail: given back each time, the kernel
// clears them anew page by page, which was 6 % of an analysis.
inline void keep_freed_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 16 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 32 << 20);
}

}  // namespace secondlook
