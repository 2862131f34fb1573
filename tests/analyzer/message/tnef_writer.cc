#include "tests/analyzer/message/tnef_writer.h"

#include <algorithm>

namespace secondlook {
namespace {

std::string little_endian(std::uint64_t number, std::size_t width) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> 8 * i & 0xFF);
  return bytes;
}

bool has_any_length(std::uint16_t type) {
  return type == 0x000D || type == 0x001E || type == 0x001F || type == 0x0102;
}

}  // namespace

std::string mapi_list(const std::vector<MapiValue>& values) {
  std::string list = little_endian(values.size(), 4);
  for (const MapiValue& value : values) {
    list += little_endian(value.type, 2) + little_endian(value.id, 2);
    if (has_any_length(value.type))
      list += little_endian(1, 4) + little_endian(value.bytes.size(), 4);
    list += value.bytes;
    list.append((4 - value.bytes.size() % 4) % 4, '\0');
  }
  return list;
}

TnefWriter::TnefWriter() : bytes_("\x78\x9F\x3E\x22\x01", 5) {
  bytes_ += '\0';
}

TnefWriter& TnefWriter::add(std::uint8_t level, std::uint32_t attribute, std::string_view data) {
  std::uint16_t sum = 0;
  for (const char c : data) sum = static_cast<std::uint16_t>(sum + static_cast<unsigned char>(c));
  bytes_ += static_cast<char>(level);
  bytes_ += little_endian(attribute, 4) + little_endian(data.size(), 4);
  bytes_.append(data) += little_endian(sum, 2);
  return *this;
}

TnefWriter& TnefWriter::message_properties(const std::vector<MapiValue>& values) {
  return add(1, 0x00069003, mapi_list(values));
}

TnefWriter& TnefWriter::attach(const std::string& title, std::string_view data,
                               const std::vector<MapiValue>& values) {
  add(2, 0x00069002, std::string(14, '\0'));
  add(2, 0x00018010, title + std::string(1, '\0'));
  if (!data.empty()) add(2, 0x0006800F, data);
  if (!values.empty()) add(2, 0x00069005, mapi_list(values));
  return *this;
}

std::string compressed_rtf(std::string_view rtf) {
  constexpr std::size_t kFirstPlace = 207, kWindow = 4096;
  std::string content;
  std::size_t at = 0;
  for (bool ended = false; !ended;) {
    const std::size_t literals = std::min<std::size_t>(8, rtf.size() - at);
    ended = literals < 8;
    content += static_cast<char>(ended ? 1U << literals : 0U);
    content.append(rtf.substr(at, literals));
    at += literals;
    const std::size_t place = (kFirstPlace + at) % kWindow;
    if (ended) content += {static_cast<char>(place >> 4), static_cast<char>(place << 4 & 0xF0)};
  }
  std::uint32_t sum = 0;
  for (const char c : content) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1U) != 0 ? sum >> 1U ^ 0xEDB88320U : sum >> 1U;
  }
  return little_endian(content.size() + 12, 4) + little_endian(rtf.size(), 4) + "LZFu" +
         little_endian(sum, 4) + content;
}

std::string utf_16le(std::u16string_view text) {
  std::string bytes;
  for (const char16_t unit : text) bytes += little_endian(unit, 2);
  return bytes;
}

}  // namespace secondlook
