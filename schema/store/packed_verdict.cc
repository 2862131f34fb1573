#include "schema/store/packed_verdict.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <zstd.h>

#include "base/hex.h"
#include "schema/store/verdict_dictionaries.h"
#include "schema/verdict_protocol.h"

namespace secondlook {
namespace {

constexpr char kFirst = 1, kSecond = 2;  // dictionaries
constexpr int kLevel = 3;
constexpr char kDigitsHere = '\xFF';  // stands in no UTF-8
constexpr std::size_t kFewestDigits = 8, kMostBytes = 255;
// ZSTD_MAGICNUMBER, which every frame would begin with.
constexpr std::string_view kFrameBegins = "\x28\xB5\x2F\xFD";

struct Free {
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

const std::string& second_dictionary() {
  static const std::string whole = [] {
    const auto head = from_hex(kHeadOf2).value_or(std::vector<std::uint8_t>());
    return std::string(head.begin(), head.end()).append(kDictionary1).append(kMoreOf2);
  }();
  return whole;
}

// Read-only once made, so that all threads share them.
const ZSTD_CDict* packing_dictionary() {
  static const std::unique_ptr<ZSTD_CDict, Free> dictionary(
      ZSTD_createCDict(second_dictionary().data(), second_dictionary().size(), kLevel));
  return dictionary.get();
}
const ZSTD_DDict* unpacking_dictionary(char number) {
  static const std::unique_ptr<ZSTD_DDict, Free> first(
      ZSTD_createDDict(kDictionary1.data(), kDictionary1.size()));
  static const std::unique_ptr<ZSTD_DDict, Free> second(
      ZSTD_createDDict(second_dictionary().data(), second_dictionary().size()));
  return number == kFirst ? first.get() : second.get();
}

ZSTD_CCtx* packer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* unpacker() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  return context.get();
}

// A JSON text without its long hexadecimal digits (digests, ids), which no compression makes
// shorter than their bytes.
struct Parted {
  std::string text;   // kDigitsHere and a byte that says how many bytes stand for them
  std::string bytes;  // one behind the other
};

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

void part_digits(Parted& parted, std::string_view digits) {
  const auto bytes = from_hex(digits.substr(0, std::min(digits.size() / 2, kMostBytes) * 2));
  parted.text += kDigitsHere;
  parted.text += static_cast<char>(bytes->size());
  parted.bytes.append(bytes->begin(), bytes->end());
}

Parted part(std::string_view json) {
  Parted parted;
  parted.text.reserve(json.size());
  std::size_t taken = 0;
  for (std::size_t at = 0; at < json.size();) {
    std::size_t end = at;
    while (end < json.size() && end - at < 2 * kMostBytes && is_digit(json[end])) ++end;
    if (end - at < kFewestDigits) {
      at = std::max(end, at + 1);
      continue;
    }
    end -= (end - at) % 2;
    parted.text += json.substr(taken, at - taken);
    part_digits(parted, json.substr(at, end - at));
    at = taken = end;
  }
  parted.text += json.substr(taken);
  return parted;
}

Result<std::string> join(std::string_view text, std::string_view bytes) {
  std::string json;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != kDigitsHere) {
      json += text[at];
      continue;
    }
    if (++at == text.size()) return malformed("a packed verdict is damaged");
    const std::size_t count = static_cast<unsigned char>(text[at]);
    if (count > bytes.size() || json.size() > kLargestVerdictFrame)
      return malformed("a packed verdict is damaged");
    json += to_hex(bytes.substr(0, count));
    bytes.remove_prefix(count);
  }
  if (!bytes.empty()) return malformed("a packed verdict is damaged");
  return json;
}

void put_number(std::string& out, std::size_t number) {
  for (; number >= 0x80; number >>= 7U) out += static_cast<char>(0x80 | (number & 0x7F));
  out += static_cast<char>(number);
}

std::optional<std::size_t> take_number(std::string_view& in) {
  std::size_t number = 0;
  for (unsigned shift = 0; shift < 35 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    number |= std::size_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

Result<std::string> decompress(std::string_view frame, char dictionary) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
      size > kLargestVerdictFrame)
    return malformed("a packed verdict is damaged");
  std::string text(size, '\0');
  const std::size_t got =
      ZSTD_decompress_usingDDict(unpacker(), text.data(), text.size(), frame.data(), frame.size(),
                                 unpacking_dictionary(dictionary));
  if (ZSTD_isError(got) != 0 || got != text.size()) return malformed("a packed verdict is damaged");
  return text;
}

}  // namespace

std::string first_verdict_dictionary() {
  return std::string(kDictionary1);
}
std::string second_verdict_dictionary() {
  return second_dictionary();
}

std::string pack_verdict(std::string_view json) {
  // to_json makes nothing else.
  const bool is_text = json.find(kDigitsHere) == std::string_view::npos;
  if (!is_text) return {};
  const Parted parted = part(json);
  std::string packed(1, kSecond);
  put_number(packed, parted.bytes.size());
  packed += parted.bytes;
  std::string frame(ZSTD_compressBound(parted.text.size()), '\0');
  ZSTD_CCtx* context = packer();
  ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_refCDict(context, packing_dictionary());
  const std::size_t size =
      ZSTD_compress2(context, frame.data(), frame.size(), parted.text.data(), parted.text.size());
  if (ZSTD_isError(size) != 0 || !frame.starts_with(kFrameBegins)) return {};
  return packed.append(frame, kFrameBegins.size(), size - kFrameBegins.size());
}

Result<std::string> unpack_verdict(std::string_view packed) {
  if (packed.empty() || (packed[0] != kFirst && packed[0] != kSecond))
    return malformed("a verdict packed by another version");
  const char dictionary = packed[0];
  packed.remove_prefix(1);
  if (dictionary == kFirst) return decompress(packed, kFirst);
  const auto count = take_number(packed);
  if (!count || *count > packed.size()) return malformed("a packed verdict is damaged");
  const auto text = decompress(std::string(kFrameBegins).append(packed.substr(*count)), kSecond);
  if (!text) return text;
  return join(*text, packed.substr(0, *count));
}

}  // namespace secondlook
