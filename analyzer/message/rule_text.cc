#include "analyzer/message/rule_text.h"

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"

namespace secondlook {
namespace {

// The first bytes of white space.
constexpr ByteSet kMayBeSpace(" \t\n\v\f\r\xc2\xe1\xe2\xe3");

// Length of the white space character at `at` (Unicode property White_Space), 0 when there is none.
std::size_t space_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first == ' ' || (first >= 0x09 && first <= 0x0d) ? 1 : 0;
  if (first == 0xc2) return byte(1) == 0x85 || byte(1) == 0xa0 ? 2 : 0;
  if (first == 0xe1) return byte(1) == 0x9a && byte(2) == 0x80 ? 3 : 0;  // U+1680
  if (first == 0xe3) return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : 0;  // U+3000
  if (first != 0xe2) return 0;
  const unsigned last = byte(2);
  if (byte(1) == 0x81) return last == 0x9f ? 3 : 0;  // U+205F
  if (byte(1) != 0x80) return 0;
  const bool is_space = last >= 0x80 && last <= 0x8a;                       // U+2000-200A
  return is_space || last == 0xa8 || last == 0xa9 || last == 0xaf ? 3 : 0;  // U+2028, 2029, 202F
}

// Replaces each run of white space by what `replacement` makes of it. space_at(text, at) is the
// length of the white space character there, or 0.
template <typename SpaceAt, typename Replacement>
void append_runs(std::string& out, std::string_view text, SpaceAt space_at,
                 Replacement replacement) {
  std::size_t copied = 0;  // what stands before this is in `out`
  for (std::size_t at = 0; at < text.size();) {
    at = kMayBeSpace.find_in(text, at);
    // One blank between words stands for itself.
    if (at + 1 < text.size() && text[at] == ' ' && !kMayBeSpace.contains(text[at + 1])) {
      at += 2;
      continue;
    }
    const std::size_t begin = at;
    while (const std::size_t length = space_at(text, at)) at += length;
    if (at == begin) {
      ++at;
      continue;
    }
    out.append(text, copied, begin - copied);
    out += replacement(text.substr(begin, at - begin));
    copied = at;
  }
  out.append(text, copied);
}

std::string_view paragraph_gap(std::string_view run) {
  const std::size_t first = run.find('\n'), last = run.rfind('\n');
  if (first == last) return " ";
  const bool before = first > 0, behind = last + 1 < run.size();
  return before ? (behind ? " \n " : " \n") : (behind ? "\n " : "\n");
}

std::size_t ascii_space(std::string_view text, std::size_t at) {
  return at < text.size() && (is_space(text[at]) || text[at] == '\v') ? 1 : 0;
}

}  // namespace

void append_paragraphs(std::string& out, std::string_view text) {
  append_runs(out, text, space_length, paragraph_gap);
}

void append_with_single_blanks(std::string& out, std::string_view text) {
  append_runs(out, text, ascii_space, [](std::string_view) { return " "; });
}

}  // namespace secondlook
