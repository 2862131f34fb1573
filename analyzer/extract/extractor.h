// An extractor: a process that looks into one file at a time and holds nothing but its socket and
// the memory in which the file stands.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "analyzer/documents/document_findings.h"
#include "base/file_descriptor.h"

namespace secondlook {

// What an extractor does with a file; an argument, so that tests can let it die or loop.
using InspectFile = std::function<DocumentFindings(std::string_view content, std::string_view type,
                                                   InspectionAllowance allowance)>;

struct ExtractorLimits {
  std::uint64_t most_memory_bytes = 2ULL << 30;  // address space, the file included
};

inline constexpr int kExtractorSocket = 3;

// Runs in a fork of the keeper. Closes every other descriptor, standard error too; runs SCHED_IDLE;
// confined to decoding (PermittedCalls::decode_alone), the file read-only. Ends with status 0 when
// the worker closes the socket, with another when it cannot go on.
[[noreturn]] void run_extractor(FileDescriptor socket, FileDescriptor memory,
                                const InspectFile& inspect, const ExtractorLimits& limits);

}  // namespace secondlook
