// Exchange's message traces as people export them, CSV (RFC 4180) with a heading, in pieces: what
// Get-MessageTraceV2 | Export-Csv writes, and the reports of the Exchange admin center, "extended"
// ones too. Columns are found by their names, in any order; a comma, semicolon or tab between them,
// as the heading has it. A pure function of the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

// One mail to one recipient, delivered.
struct TracedMail {
  std::uint16_t day = 0;   // since 1970 (UTC)
  std::string message_id;  // as written; never empty
  std::string sender;      // of the envelope; address_key()
  std::string recipient;   // address_key()
};

struct MessageTrace {
  std::vector<TracedMail> delivered;
  std::uint64_t rows = 0;
  std::uint64_t passed_over = 0;  // not delivered, no sender (bounces), no Message-ID
};

struct TraceForm {
  std::uint64_t first_line = 2;  // of the file: the line behind the heading, for complaints
  bool day_first = false;        // 3/4/2026 is the third of April; else where it must be
};

inline constexpr std::size_t kLargestTracePiece = 512 << 10;

// UTF-8; the heading, then whole records. Complaints name the line. A day that is yet to come is
// one, since it tells that day and month were mistaken for each other.
Result<MessageTrace> read_message_trace(std::string_view csv, const TraceForm& form, Timestamp now);

}  // namespace secondlook
