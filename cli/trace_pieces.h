// A message trace's file, cut into pieces that the control socket takes: each the heading and whole
// records. What stands in them is read by the service (remediation/message_trace.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

// UTF-8 without a byte order mark, from UTF-8 or UTF-16 (by its mark), and without the line "#TYPE
// ..." that older PowerShells write first, which stays as an empty line.
std::string trace_text(std::string bytes);

class TracePieces {
 public:
  static constexpr std::size_t kMostBytes = 256 << 10;  // of the records of one piece

  struct Piece {
    std::string content;
    std::uint64_t first_line = 0;  // of the file: of the first record
  };

  // `text` must outlive it.
  explicit TracePieces(std::string_view text);

  // Nothing at the end. malformed: a record, or the heading, longer than a piece may be: a quote is
  // not closed.
  Result<std::optional<Piece>> next();
  bool is_at_end() const { return at_ >= text_.size(); }
  unsigned percent() const;

 private:
  std::size_t end_of_record(std::size_t from, std::uint64_t& lines) const;

  std::string_view text_, heading_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  bool was_given_ = false;
};

}  // namespace secondlook
