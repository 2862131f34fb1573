#include "analyzer/extract/extractor.h"

#include <csignal>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "analyzer/extract/extract_protocol.h"
#include "base/confinement.h"
#include "base/unix_socket.h"
#include "schema/frame.h"

namespace secondlook {
namespace {

// Told to the worker as a status: nobody reads what an extractor would say of itself.
enum : int { kClosed = 0, kCannotStart = 1, kBadRequest = 2, kInspectorThrew = 3 };

#ifdef SECONDLOOK_SANITIZED
constexpr bool kKeepsStandardError = true;  // where sanitizers say what they found
#else
constexpr bool kKeepsStandardError = false;
#endif

// The socket alone.
void keep_only(FileDescriptor& socket) {
  if (socket.number() != kExtractorSocket) {
    ::dup2(socket.number(), kExtractorSocket);
    socket = FileDescriptor(kExtractorSocket);
  }
  ::close_range(kExtractorSocket + 1, ~0U, 0);
  if (!kKeepsStandardError) ::close_range(0, kExtractorSocket - 1, 0);
}

const char* map_memory(const FileDescriptor& memory) {
  void* start = ::mmap(nullptr, kMostFileBytes, PROT_READ, MAP_SHARED, memory.number(), 0);
  if (start == MAP_FAILED) ::_exit(kCannotStart);
  return static_cast<const char*>(start);
}

void become_extractor(const ExtractorLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "extractor");
  const sched_param no_priority{};
  ::sched_setscheduler(0, SCHED_IDLE, &no_priority);
  Confinement confinement;
  confinement.calls.decode_alone = true;
  confinement.most_memory_bytes = limits.most_memory_bytes;
  confinement.most_open_files = 8;
  if (!confine(confinement)) ::_exit(kCannotStart);
}

// Nothing: the worker closed the socket.
std::optional<ExtractRequest> next_request(FrameReader& requests) {
  for (;;) {
    auto frame = requests.next();
    if (!frame) ::_exit(kBadRequest);
    if (*frame) {
      auto request = decode_request((*frame)->payload);
      if (!request || (*frame)->type != static_cast<std::uint8_t>(ExtractFrame::file))
        ::_exit(kBadRequest);
      return std::move(*request);
    }
    const auto received = receive_with_descriptors(kExtractorSocket, kLongestExtractRequest);
    if (!received || received->bytes.empty()) return {};
    requests.feed(received->bytes);
  }
}

void serve(const char* memory, const InspectFile& inspect) {
  FrameReader requests(kLongestExtractRequest);
  std::set<std::string> seen_pictures;
  while (auto request = next_request(requests)) {
    if (!request->begins_message) request->allowance.seen_pictures = std::move(seen_pictures);
    DocumentFindings findings =
        inspect({memory, request->length}, request->type, std::move(request->allowance));
    seen_pictures = std::move(findings.allowance().seen_pictures);
    if (!send_frame(kExtractorSocket, static_cast<std::uint8_t>(ExtractFrame::findings),
                    encode_findings(findings)))
      return;
  }
}

}  // namespace

void run_extractor(FileDescriptor socket, FileDescriptor memory, const InspectFile& inspect,
                   const ExtractorLimits& limits) {
  const char* file = map_memory(memory);
  memory.reset();
  keep_only(socket);
  become_extractor(limits);
  try {
    serve(file, inspect);
  } catch (const std::exception&) {
    ::_exit(kInspectorThrew);
  }
  ::_exit(kClosed);
}

}  // namespace secondlook
