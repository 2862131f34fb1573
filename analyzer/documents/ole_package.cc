#include "analyzer/documents/ole_package.h"

#include <algorithm>

#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestName = 1024;

// Text up to a zero byte; nothing when there is none in reach.
std::optional<std::string_view> take_text(std::string_view& bytes) {
  const std::size_t end = bytes.substr(0, kLongestName).find('\0');
  if (end == bytes.npos) return std::nullopt;
  const std::string_view text = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return text;
}

// Of a Japanese machine, when it can be.
std::string readable(std::string_view name) {
  if (is_valid_utf8(name)) return std::string(name);
  std::string text = to_utf8(name, "shift_jis");
  return text.find("\xEF\xBF\xBD") == text.npos ? text : to_utf8(name, "windows-1252");
}

}  // namespace

std::optional<OlePackage> read_ole_package(std::string_view native) {
  constexpr unsigned kStreamHeader = 2, kEmbedded = 3;
  ByteCursor start(native);
  if (start.take_16() != kStreamHeader) return std::nullopt;
  std::string_view left = native.substr(2);
  const auto label = take_text(left);
  const auto path = label ? take_text(left) : std::nullopt;
  if (!path) return std::nullopt;
  ByteCursor cursor(left);
  cursor.skip(2);
  const unsigned kind = cursor.take_16();
  cursor.skip(cursor.take_32());  // where it lay while it was put in
  const std::uint32_t size = cursor.take_32();
  if (kind != kEmbedded || cursor.failed()) {
    // A link to a file elsewhere, or damaged: the name says what a click would open.
    return OlePackage{readable(label->empty() ? *path : *label), {}};
  }
  return OlePackage{readable(label->empty() ? *path : *label),
                    cursor.take(std::min<std::size_t>(size, cursor.left()))};
}

}  // namespace secondlook
