#include "analyzer/documents/ole_storage.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMiniSector = 64, kDirectoryEntry = 128, kHeaderFatSectors = 109;
constexpr std::uint32_t kMiniCutoff = 4096;        // MS-CFB 2.2: always
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;  // MAXREGSECT; what lies above is no sector
constexpr std::uint32_t kNoEntry = 0xFFFFFFFF;
constexpr std::size_t kMostCuts = 10;
// Streams below 4 KiB lie in it; those that are looked at are small in number.
constexpr std::size_t kMostMiniStream = 64 << 20;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  return at > bytes.size() ? 0 : ByteCursor(bytes.substr(at)).take_32();
}

void append_numbers(std::string_view bytes, std::vector<std::uint32_t>& numbers, std::size_t most) {
  for (std::size_t at = 0; at + 4 <= bytes.size() && numbers.size() < most; at += 4)
    numbers.push_back(number_at(bytes, at));
}

struct DirectoryEntry {
  enum class Kind : unsigned char { none = 0, storage = 1, stream = 2, root = 5 };
  Kind kind = Kind::none;
  std::string name;
  std::uint32_t left = kNoEntry, right = kNoEntry, child = kNoEntry;
  OleEntry entry;
};

// MS-CFB 2.6.1.
DirectoryEntry parse_entry(std::string_view bytes, bool has_wide_sizes) {
  DirectoryEntry parsed;
  parsed.kind = static_cast<DirectoryEntry::Kind>(bytes[0x42]);
  const std::size_t length = ByteCursor(bytes.substr(0x40)).take_16();
  parsed.name = to_utf8(bytes.substr(0, std::clamp<std::size_t>(length, 2, 64) - 2), "utf-16le");
  std::replace(parsed.name.begin(), parsed.name.end(), '/', '_');
  parsed.left = number_at(bytes, 0x44);
  parsed.right = number_at(bytes, 0x48);
  parsed.child = number_at(bytes, 0x4C);
  parsed.entry.is_storage =
      parsed.kind == DirectoryEntry::Kind::storage || parsed.kind == DirectoryEntry::Kind::root;
  if (parsed.entry.is_storage) parsed.entry.class_id = bytes.substr(0x50, 16);
  parsed.entry.first_sector = number_at(bytes, 0x74);
  parsed.entry.size = number_at(bytes, 0x78);
  if (has_wide_sizes) parsed.entry.size |= std::uint64_t{number_at(bytes, 0x7C)} << 32U;
  return parsed;
}

}  // namespace

bool OleEntry::is_stream(std::string_view called) const {
  return !is_storage && equals_ignoring_case(name, called);
}

std::string_view OleEntry::folder() const {
  const auto cut = path.rfind('/');
  return cut == path.npos ? std::string_view() : std::string_view(path).substr(0, cut);
}

Result<OleStorage> OleStorage::open(std::string_view file, const OleLimits& limits) {
  OleStorage storage(file);
  if (auto read = storage.read_header(); !read) return read.error();
  storage.read_allocation_table();
  if (auto read = storage.read_directory(limits); !read) return read.error();
  return storage;
}

Result<void> OleStorage::read_header() {
  if (!file_.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv) || file_.size() < 512)
    return malformed("no OLE header");
  const std::uint16_t shift = ByteCursor(file_.substr(0x1E)).take_16();
  if (shift != 9 && shift != 12) return malformed("no OLE sector size");
  sector_size_ = std::size_t{1} << shift;
  return {};
}

// The header takes the place of the sector before the first.
std::string_view OleStorage::sector(std::uint32_t number) const {
  const std::uint64_t at = (std::uint64_t{number} + 1) * sector_size_;
  if (number > kLastSector || at >= file_.size()) return {};
  return file_.substr(static_cast<std::size_t>(at), sector_size_);
}

// No table holds more numbers than the file has sectors, so no list of tables is longer either.
void OleStorage::read_allocation_table() {
  const std::size_t sectors = file_.size() / sector_size_ + 1;
  std::vector<std::uint32_t> tables;
  append_numbers(file_.substr(0x4C, kHeaderFatSectors * 4), tables, kHeaderFatSectors);
  std::uint32_t more = number_at(file_, 0x44);
  for (std::size_t i = 0; i < sectors && tables.size() < sectors && !sector(more).empty(); ++i) {
    const std::string_view list = sector(more);
    append_numbers(list.substr(0, sector_size_ - 4), tables, sectors + kHeaderFatSectors);
    more = number_at(list, sector_size_ - 4);
  }
  for (const std::uint32_t table : tables) append_numbers(sector(table), next_sector_, sectors);
}

std::string OleStorage::chain(std::uint32_t first, std::size_t most_bytes) const {
  std::string bytes;
  std::uint32_t at = first;
  for (std::size_t i = 0; i <= next_sector_.size() && bytes.size() < most_bytes; ++i) {
    const std::string_view next = sector(at);
    if (next.empty()) break;
    bytes += next.substr(0, most_bytes - bytes.size());
    if (at >= next_sector_.size()) break;
    at = next_sector_[at];
  }
  return bytes;
}

std::string OleStorage::mini_chain(std::uint32_t first, std::size_t most_bytes) const {
  std::string bytes;
  std::uint32_t at = first;
  for (std::size_t i = 0; i <= next_mini_sector_.size() && bytes.size() < most_bytes; ++i) {
    const std::uint64_t from = std::uint64_t{at} * kMiniSector;
    if (from >= mini_stream_.size()) break;
    bytes += std::string_view(mini_stream_)
                 .substr(static_cast<std::size_t>(from),
                         std::min(kMiniSector, most_bytes - bytes.size()));
    if (at >= next_mini_sector_.size()) break;
    at = next_mini_sector_[at];
  }
  return bytes;
}

void OleStorage::cut(std::string reason) {
  if (cuts_.size() < kMostCuts && std::find(cuts_.begin(), cuts_.end(), reason) == cuts_.end())
    cuts_.push_back(std::move(reason));
}

// The children of a storage are a tree of left and right; walked by a list of our own, each once.
Result<void> OleStorage::read_directory(const OleLimits& limits) {
  const std::string bytes =
      chain(number_at(file_, 0x30), (limits.most_entries + 1) * kDirectoryEntry);
  const std::size_t count = bytes.size() / kDirectoryEntry;
  const auto entry_at = [&](std::size_t number) {
    return parse_entry(std::string_view(bytes).substr(number * kDirectoryEntry, kDirectoryEntry),
                       sector_size_ == 4096);
  };
  if (count == 0 || entry_at(0).kind != DirectoryEntry::Kind::root)
    return malformed("no OLE directory");
  if (count > limits.most_entries)
    cut("only " + std::to_string(limits.most_entries) + " streams looked at");

  const DirectoryEntry root = entry_at(0);
  const std::size_t mini_bytes = std::min<std::uint64_t>(root.entry.size, kMostMiniStream);
  mini_stream_ = chain(root.entry.first_sector, mini_bytes);
  append_numbers(chain(number_at(file_, 0x3C), mini_stream_.size() / kMiniSector * 4 + 4),
                 next_mini_sector_, mini_stream_.size() / kMiniSector + 1);

  struct Step {
    std::uint32_t number;
    std::string folder;
    std::size_t depth;
  };
  std::vector<bool> seen(count);
  std::vector<Step> open = {{0, "", 0}};
  while (!open.empty()) {
    const Step step = std::move(open.back());
    open.pop_back();
    if (step.number >= count || seen[step.number]) continue;
    seen[step.number] = true;
    DirectoryEntry found = entry_at(step.number);
    if (found.kind == DirectoryEntry::Kind::none) continue;
    OleEntry& entry = found.entry;
    if (step.number != 0) {
      entry.name = found.name;
      entry.path = step.folder.empty() ? found.name : step.folder + "/" + found.name;
      open.push_back({found.right, step.folder, step.depth});
      open.push_back({found.left, step.folder, step.depth});
    }
    if (entry.is_storage && step.depth < limits.deepest)
      open.push_back({found.child, entry.path, step.depth + 1});
    else if (entry.is_storage)
      cut("storages nested too deep");
    entries_.push_back(std::move(entry));
  }
  return {};
}

OleStream OleStorage::read(const OleEntry& stream, std::size_t most_bytes) const {
  const std::size_t wanted = std::min<std::uint64_t>(stream.size, most_bytes);
  OleStream result;
  result.bytes = stream.size < kMiniCutoff ? mini_chain(stream.first_sector, wanted)
                                           : chain(stream.first_sector, wanted);
  result.is_whole = result.bytes.size() == stream.size;
  return result;
}

}  // namespace secondlook
