// One header block cut into fields (RFC 5322 §2.2), for the mime_reader.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/message/mime_reader.h"

namespace secondlook {

// One line of `bytes`: without its line end (LF or CRLF), and where the next begins.
struct Line {
  std::string_view text;
  std::size_t next = 0;
};
Line line_at(std::string_view bytes, std::size_t at);

struct HeaderBlock {
  std::size_t end = 0;         // first byte of the body, or of the line that stopped it
  std::size_t junk_lines = 0;  // lines that are neither a field nor its continuation: skipped
  bool cut = false;            // a limit was reached: later fields were skipped
};

// Appends the fields found from `at` on. The block ends behind its empty line, at the end of the
// bytes, or at a line that `is_delimiter` claims (a part without a body).
template <typename IsDelimiter>
HeaderBlock read_header_block(std::string_view bytes, std::size_t at, const MessageLimits& limits,
                              std::vector<RawField>& fields, IsDelimiter is_delimiter);

// The start of a field: its name, or empty when the line has none.
std::string_view field_name_of(std::string_view line);

template <typename IsDelimiter>
HeaderBlock read_header_block(std::string_view bytes, std::size_t at, const MessageLimits& limits,
                              std::vector<RawField>& fields, IsDelimiter is_delimiter) {
  HeaderBlock block;
  const std::size_t start = at;
  std::size_t lines = 0;
  bool in_field = false;
  while (at < bytes.size()) {
    const Line line = line_at(bytes, at);
    if (line.text.empty()) {
      at = line.next;
      break;
    }
    if (is_delimiter(line.text)) break;
    const bool fits =
        ++lines <= limits.most_header_lines && line.next - start <= limits.most_header_bytes;
    block.cut = block.cut || !fits;
    if (line.text.front() == ' ' || line.text.front() == '\t') {
      if (in_field && fits) {
        RawField& field = fields.back();
        const char* end = line.text.data() + line.text.size();
        field.value = {field.value.data(), static_cast<std::size_t>(end - field.value.data())};
      }
    } else if (const std::string_view name = field_name_of(line.text); name.empty()) {
      ++block.junk_lines;
      in_field = false;
    } else {
      in_field = fits;
      const std::size_t colon = line.text.find(':', name.size());
      if (fits) fields.push_back({name, line.text.substr(colon + 1)});
    }
    at = line.next;
  }
  block.end = at;
  return block;
}

}  // namespace secondlook
