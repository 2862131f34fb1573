#include "tests/support/ole_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <stdexcept>

namespace secondlook::test {
namespace {

constexpr std::uint32_t kEndOfChain = 0xFFFFFFFE, kFatSector = 0xFFFFFFFD, kFree = 0xFFFFFFFF;
constexpr std::size_t kSector = 512, kMiniSector = 64, kMiniCutoff = 4096;

struct Entry {
  std::string name, content, class_id;
  bool is_storage = false;
  std::uint32_t right = kFree, child = kFree, start = kEndOfChain, size = 0;
};

std::string padded(std::string bytes, std::size_t unit) {
  bytes.resize((bytes.size() + unit - 1) / unit * unit, '\0');
  return bytes;
}

class Writer {
 public:
  std::string write(const std::vector<OleFile>& files) {
    entries_.push_back({"Root Entry", "", "", true});
    for (const OleFile& file : files) add(file);
    std::string mini, mini_table;
    for (Entry& entry : entries_) {
      if (entry.is_storage) continue;
      entry.size = static_cast<std::uint32_t>(entry.content.size());
      if (entry.content.empty()) continue;
      if (entry.content.size() >= kMiniCutoff)
        entry.start = append(entry.content);
      else
        entry.start = append_mini(entry.content, mini, mini_table);
    }
    entries_[0].size = static_cast<std::uint32_t>(mini.size());
    entries_[0].start = append(mini);
    const std::uint32_t mini_start = append(mini_table);
    const std::uint32_t directory_start = append(directory());
    return header(directory_start, mini_start, mini_table.size()) + sectors_;
  }

 private:
  void add(const OleFile& file) {
    std::size_t parent = 0, from = 0;
    for (;;) {
      const std::size_t cut = file.path.find('/', from);
      const bool is_last = cut == std::string::npos;
      const std::string name = file.path.substr(from, is_last ? cut : cut - from);
      std::size_t number = find_child(parent, name);
      if (number == 0) {
        number = entries_.size();
        entries_.push_back({name, "", "", !is_last || !file.class_id.empty()});
        entries_[number].right = entries_[parent].child;
        entries_[parent].child = static_cast<std::uint32_t>(number);
      }
      if (is_last) {
        entries_[number].content = file.content;
        entries_[number].class_id = file.class_id;
        return;
      }
      parent = number;
      from = cut + 1;
    }
  }

  std::size_t find_child(std::size_t parent, const std::string& name) const {
    for (std::uint32_t at = entries_[parent].child; at != kFree; at = entries_[at].right)
      if (entries_[at].name == name) return at;
    return 0;
  }

  std::uint32_t append(const std::string& content) {
    if (content.empty()) return kEndOfChain;
    const auto first = static_cast<std::uint32_t>(table_.size());
    const std::size_t count = (content.size() + kSector - 1) / kSector;
    for (std::size_t i = 0; i < count; ++i)
      table_.push_back(i + 1 == count ? kEndOfChain : static_cast<std::uint32_t>(first + i + 1));
    sectors_ += padded(content, kSector);
    return first;
  }

  static std::uint32_t append_mini(const std::string& content, std::string& mini,
                                   std::string& table) {
    const auto first = static_cast<std::uint32_t>(mini.size() / kMiniSector);
    mini += padded(content, kMiniSector);
    for (std::size_t next = first + 1; next < mini.size() / kMiniSector; ++next)
      table += little_endian(next, 4);
    table += little_endian(kEndOfChain, 4);
    return first;
  }

  std::string directory() const {
    std::string bytes;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      std::string name = in_utf16(entry.name);
      const std::size_t length = name.size() + 2;
      name.resize(64, '\0');
      bytes += name + little_endian(length, 2);
      bytes += static_cast<char>(i == 0 ? 5 : entry.is_storage ? 1 : 2);
      bytes += '\1';
      bytes +=
          little_endian(kFree, 4) + little_endian(entry.right, 4) + little_endian(entry.child, 4);
      std::string class_id = entry.class_id;
      class_id.resize(16, '\0');
      bytes += class_id + std::string(20, '\0') + little_endian(entry.start, 4) +
               little_endian(entry.size, 8);
    }
    return bytes;
  }

  // The allocation table goes behind everything, itself listed in the header.
  std::string header(std::uint32_t directory_start, std::uint32_t mini_start,
                     std::size_t mini_table_bytes) {
    std::size_t tables = 0;
    while (tables * (kSector / 4) < table_.size() + tables) ++tables;
    if (tables > 109) throw std::runtime_error("too large for this writer");
    const std::size_t first_table = table_.size();
    for (std::size_t i = 0; i < tables; ++i) table_.push_back(kFatSector);
    table_.resize(tables * (kSector / 4), kFree);
    for (const std::uint32_t next : table_) sectors_ += little_endian(next, 4);
    std::string bytes = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0');
    bytes += little_endian(0x3E, 2) + little_endian(3, 2) + little_endian(0xFFFE, 2) +
             little_endian(9, 2) + little_endian(6, 2) + std::string(10, '\0');
    bytes += little_endian(tables, 4) + little_endian(directory_start, 4) + std::string(4, '\0') +
             little_endian(kMiniCutoff, 4) + little_endian(mini_start, 4) +
             little_endian((mini_table_bytes + kSector - 1) / kSector, 4) +
             little_endian(kEndOfChain, 4) + little_endian(0, 4);
    for (std::size_t i = 0; i < 109; ++i)
      bytes += little_endian(i < tables ? first_table + i : kFree, 4);
    return bytes;
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;
  std::string sectors_;
};

// MS-OVBA 2.4.1.3.19.1.
unsigned offset_bits(std::size_t written) {
  unsigned bits = 4;
  while ((std::size_t{1} << bits) < written) ++bits;
  return bits;
}

std::string compress_chunk(std::string_view text) {
  std::string tokens;
  for (std::size_t at = 0; at < text.size();) {
    unsigned flags = 0;
    std::string group;
    for (unsigned bit = 0; bit < 8 && at < text.size(); ++bit) {
      const unsigned bits = offset_bits(at);
      const std::size_t most = std::min((0xFFFFU >> bits) + 3U, unsigned(text.size() - at));
      std::size_t best = 0, offset = 0;
      for (std::size_t back = 1; back <= at; ++back) {
        std::size_t length = 0;
        while (length < most && text[at + length] == text[at - back + length]) ++length;
        if (length > best) best = length, offset = back;
      }
      if (best < 3) {
        group += text[at++];
        continue;
      }
      flags |= 1U << bit;
      group += little_endian((offset - 1) << (16U - bits) | (best - 3), 2);
      at += best;
    }
    tokens += static_cast<char>(flags);
    tokens += group;
  }
  return tokens;
}

std::string record(unsigned id, std::string_view data) {
  return little_endian(id, 2) + little_endian(data.size(), 4) + std::string(data);
}

}  // namespace

std::string little_endian(std::uint64_t number, std::size_t width) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}

std::string in_utf16(std::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += {c, '\0'};
  return bytes;
}

std::string make_ole(const std::vector<OleFile>& files) {
  return Writer().write(files);
}

std::string compress_vba(std::string_view text) {
  std::string container = "\1";
  for (std::size_t at = 0; at < text.size(); at += 4096) {
    const std::string chunk = compress_chunk(text.substr(at, 4096));
    if (chunk.size() > 4096) throw std::runtime_error("text that does not compress");
    container += little_endian(0xB000U | (chunk.size() - 1), 2) + chunk;
  }
  return container;
}

std::vector<OleFile> vba_project(const std::string& folder, const std::vector<VbaModule>& modules) {
  const std::string vba = folder.empty() ? "VBA/" : folder + "/VBA/";
  const std::string compiled(40, '\xCC');
  std::string dir = record(0x01, little_endian(1, 4)) + record(0x03, little_endian(932, 2));
  dir += little_endian(0x09, 2) + little_endian(4, 4) + std::string(6, '\1');
  std::vector<OleFile> files;
  for (const VbaModule& module : modules) {
    dir += record(0x19, module.name) + record(0x1A, module.name) +
           record(0x32, in_utf16(module.name)) + record(0x31, little_endian(compiled.size(), 4)) +
           record(0x21, "") + record(0x2B, "");
    const std::string text = "Attribute VB_Name = \"" + module.name + "\"\r\n" + module.source;
    files.push_back({vba + module.name, compiled + compress_vba(text)});
  }
  files.push_back({vba + "dir", compress_vba(dir + record(0x10, ""))});
  files.push_back({vba + "_VBA_PROJECT", std::string("\xCC\x61\xFF\xFF\0\0\0", 7)});
  return files;
}

std::string ole_package(std::string_view name, std::string_view content) {
  const std::string path = "C:\\Users\\x\\" + std::string(name);
  return little_endian(2, 2) + std::string(name) + '\0' + path + '\0' + little_endian(0, 2) +
         little_endian(3, 2) + little_endian(path.size() + 1, 4) + path + '\0' +
         little_endian(content.size(), 4) + std::string(content);
}

std::string ole_native_stream(std::string_view name, std::string_view content) {
  const std::string package = ole_package(name, content);
  return little_endian(package.size(), 4) + package;
}

}  // namespace secondlook::test
