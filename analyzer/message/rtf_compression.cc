#include "analyzer/message/rtf_compression.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "analyzer/message/byte_cursor.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kCompressed = 0x75465A4C, kStored = 0x414C454D;  // "LZFu", "MELA"
constexpr std::size_t kHeader = 16, kWindow = 4096;

// What the window holds at the start (MS-OXRTFCP 2.1.2.1).
constexpr std::string_view kFirstWindow =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static_assert(kFirstWindow.size() == 207);

// The CRC of MS-OXRTFCP 2.1.3.2: CRC-32 without its inversions.
std::uint32_t checksum_of(std::string_view bytes) {
  static constexpr auto kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit)
        value = (value & 1U) != 0 ? value >> 1U ^ 0xEDB88320U : value >> 1U;
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t sum = 0;
  for (const char c : bytes)
    sum = kTable[(sum ^ static_cast<unsigned char>(c)) & 0xFFU] ^ sum >> 8U;
  return sum;
}

class Window {
 public:
  Window() {
    std::ranges::copy(kFirstWindow, bytes_.begin());
    at_ = kFirstWindow.size();
  }
  std::size_t position() const { return at_; }
  char at(std::size_t offset) const { return bytes_[offset % kWindow]; }
  void add(char c) {
    bytes_[at_] = c;
    at_ = (at_ + 1) % kWindow;
  }

 private:
  std::array<char, kWindow> bytes_{};
  std::size_t at_ = 0;
};

class Decompressor {
 public:
  Decompressor(std::string_view bytes, std::size_t most_bytes)
      : cursor_(bytes), most_bytes_(most_bytes) {}

  // Whether the end mark was reached.
  bool run(std::string& out) {
    while (cursor_.left() > 0) {
      const unsigned controls = cursor_.take_8();
      for (unsigned bit = 0; bit < 8; ++bit) {
        const bool refers = (controls >> bit & 1U) != 0;
        if (!refers) {
          if (cursor_.left() == 0) return false;
          add(static_cast<char>(cursor_.take_8()), out);
        } else if (const unsigned high = cursor_.take_8(), low = cursor_.take_8();
                   cursor_.failed() || !copy(high << 8U | low, out)) {
          return !cursor_.failed() && out.size() < most_bytes_;
        }
        if (out.size() >= most_bytes_) return false;
      }
    }
    return false;
  }

 private:
  // 12 bits of place and 4 of length less 2; the place being written ends the data.
  bool copy(unsigned reference, std::string& out) {
    const std::size_t place = reference >> 4U, length = (reference & 0xFU) + 2;
    if (place == window_.position()) return false;
    for (std::size_t i = 0; i < length && out.size() < most_bytes_; ++i)
      add(window_.at(place + i), out);
    return true;
  }
  void add(char c, std::string& out) {
    window_.add(c);
    out += c;
  }

  ByteCursor cursor_;
  std::size_t most_bytes_;
  Window window_;
};

}  // namespace

DecompressedRtf decompress_rtf(std::string_view bytes, std::size_t most_bytes) {
  DecompressedRtf result;
  ByteCursor header(bytes);
  const std::size_t compressed_size = header.take_32();
  const std::size_t size = header.take_32();
  const std::uint32_t kind = header.take_32();
  const std::uint32_t checksum = header.take_32();
  if (header.failed() || (kind != kCompressed && kind != kStored)) return {"", true};
  std::string_view content = bytes.substr(kHeader);
  if (kind == kStored) {
    result.rtf = content.substr(0, std::min(size, most_bytes));
    result.damaged = result.rtf.size() < size;
    return result;
  }
  // The size counts itself out: it is of all that stands behind it.
  const bool is_cut = compressed_size < 12 || compressed_size - 12 > content.size();
  if (!is_cut) content = content.substr(0, compressed_size - 12);
  const bool ended = Decompressor(content, most_bytes).run(result.rtf);
  result.damaged = is_cut || !ended || result.rtf.size() < size || checksum_of(content) != checksum;
  return result;
}

}  // namespace secondlook
