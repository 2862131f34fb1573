#include "analyzer/message/mapi_properties.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/byte_cursor.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kMostProperties = 10'000, kMostValues = 10'000;
constexpr std::uint16_t kSeveralValues = 0x1000, kFirstNamed = 0x8000;

std::size_t padding_of(std::size_t length) {
  return (4 - length % 4) % 4;
}

// Bytes of a value of fixed length, with its padding; nothing for types of any length.
std::optional<std::size_t> fixed_length(std::uint16_t type) {
  switch (type) {
    case 0x0000:
    case 0x0001: return 0;  // unspecified, null
    case 0x0002:            // 16 bits, padded
    case 0x0003:
    case 0x0004:
    case 0x000A:
    case 0x000B: return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040: return 8;
    case 0x0048: return 16;
    default: return std::nullopt;
  }
}

bool has_any_length(std::uint16_t type) {
  return type == mapi_type::kObject || type == mapi_type::kString8 || type == mapi_type::kUnicode ||
         type == mapi_type::kBinary;
}

// A GUID, then a number or a name in UTF-16.
void skip_name(ByteCursor& cursor) {
  cursor.skip(16);
  const bool has_text = cursor.take_32() != 0;
  const std::uint32_t number_or_length = cursor.take_32();
  if (!has_text) return;
  cursor.skip(number_or_length);
  cursor.skip(padding_of(number_or_length));
}

Result<void> read_value(ByteCursor& cursor, MapiProperty& property) {
  const bool several = (property.type & kSeveralValues) != 0;
  property.type = static_cast<std::uint16_t>(property.type & ~kSeveralValues);
  const auto length = fixed_length(property.type);
  const bool counted = several || has_any_length(property.type);
  if (!length && !has_any_length(property.type))
    return malformed("TNEF: a property of an unknown type");
  const std::uint32_t count = counted ? cursor.take_32() : 1;
  if (count > kMostValues) return malformed("TNEF: too many values in a property");
  for (std::uint32_t i = 0; i < count && !cursor.failed(); ++i) {
    const std::size_t size = length ? *length : cursor.take_32();
    const std::string_view value = cursor.take(size);
    if (!length) cursor.skip(std::min(padding_of(size), cursor.left()));
    if (i == 0) property.value = value;
  }
  return {};
}

}  // namespace

Result<void> read_mapi_properties(std::string_view bytes, std::vector<MapiProperty>& read) {
  ByteCursor cursor(bytes);
  const std::uint32_t count = cursor.take_32();
  if (count > kMostProperties) return malformed("TNEF: too many properties");
  for (std::uint32_t i = 0; i < count; ++i) {
    MapiProperty property;
    property.type = cursor.take_16();
    property.id = cursor.take_16();
    if (property.id >= kFirstNamed) {
      skip_name(cursor);
      property.id = 0;
    }
    if (auto done = read_value(cursor, property); !done) return done.error();
    if (cursor.failed()) return malformed("TNEF: properties end early");
    read.push_back(property);
  }
  return {};
}

}  // namespace secondlook
