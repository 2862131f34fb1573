// How many TCP segments with data a socket has received, as its kernel counts them. A file of its
// own: the kernel's header that has this number does not go together with glibc's.
#pragma once

namespace secondlook {

// 0 where the kernel does not say.
unsigned received_segments(int socket);

}  // namespace secondlook
