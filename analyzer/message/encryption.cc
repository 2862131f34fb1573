#include "analyzer/message/encryption.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostEntries = 100'000;

// Little-endian number of `width` bytes; 0 beyond the end.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
  if (at > bytes.size() || bytes.size() - at < width) return 0;
  std::uint64_t number = 0;
  for (std::size_t i = width; i-- > 0;) {
    number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

bool zip_entry_is_encrypted(std::uint64_t flags, std::uint64_t method) {
  constexpr std::uint64_t kAes = 99;
  return (flags & 1U) != 0 || method == kAes;
}

// The central directory by the end record; nothing when there is no sound one.
std::optional<bool> zip_directory_is_encrypted(std::string_view zip) {
  constexpr std::size_t kEndRecord = 22, kLongestComment = 65'535, kEntry = 46;
  const std::size_t tail = zip.size() - std::min(zip.size(), kEndRecord + kLongestComment);
  const std::size_t end = zip.rfind("PK\x05\x06");
  if (end == std::string_view::npos || end < tail) return std::nullopt;
  std::size_t at = number_at(zip, end + 16, 4);
  std::size_t entries = 0;
  while (entries < kMostEntries && zip.substr(std::min(at, zip.size())).starts_with("PK\x01\x02")) {
    if (zip_entry_is_encrypted(number_at(zip, at + 8, 2), number_at(zip, at + 10, 2))) return true;
    at += kEntry + number_at(zip, at + 28, 2) + number_at(zip, at + 30, 2) +
          number_at(zip, at + 32, 2);
    ++entries;
  }
  return entries > 0 ? std::optional(false) : std::nullopt;
}

bool zip_is_encrypted(std::string_view zip) {
  if (zip.starts_with("PK\x03\x04") &&
      zip_entry_is_encrypted(number_at(zip, 6, 2), number_at(zip, 8, 2))) {
    return true;  // whatever a directory behind it pretends
  }
  if (const auto answer = zip_directory_is_encrypted(zip)) return *answer;
  std::size_t entries = 0;
  for (std::size_t at = zip.find("PK\x03\x04");
       at != std::string_view::npos && ++entries <= kMostEntries;
       at = zip.find("PK\x03\x04", at + 4)) {
    if (zip_entry_is_encrypted(number_at(zip, at + 6, 2), number_at(zip, at + 8, 2))) return true;
  }
  return false;
}

// 7zFormat.txt: the start header points to the end header, which names its coders.
bool seven_zip_is_encrypted(std::string_view archive) {
  constexpr std::size_t kStartHeader = 32;
  const std::uint64_t offset = number_at(archive, 12, 8);
  if (archive.size() < kStartHeader || offset > archive.size() - kStartHeader) return false;
  const auto end_header = archive.substr(kStartHeader + static_cast<std::size_t>(offset));
  constexpr auto kAesCoder = "\x06\xF1\x07\x01"sv;  // 7zAES: AES-256 + SHA-256
  return end_header.find(kAesCoder) != std::string_view::npos;
}

// RAR 5's vint: seven bits a byte, lowest first; moves `at` behind it.
std::uint64_t take_vint(std::string_view bytes, std::size_t& at) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && at < bytes.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[at++]);
    number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) break;
  }
  return number;
}

// One RAR 5 extra area: records of size, type, data; type 1 in a file header is encryption.
bool rar5_extra_is_encrypted(std::string_view extra) {
  constexpr std::uint64_t kFileEncryption = 1;
  for (std::size_t at = 0; at < extra.size();) {
    const std::uint64_t size = take_vint(extra, at);
    std::size_t type_at = at;
    if (take_vint(extra, type_at) == kFileEncryption) return true;
    if (size == 0 || size > extra.size() - at) return false;
    at += static_cast<std::size_t>(size);
  }
  return false;
}

bool rar5_is_encrypted(std::string_view archive) {
  constexpr std::uint64_t kFile = 2, kEncryption = 4, kHasExtra = 1, kHasData = 2;
  std::size_t at = 8;
  for (std::size_t blocks = 0; blocks < kMostEntries && at + 7 < archive.size(); ++blocks) {
    at += 4;  // CRC-32 of the header
    const std::uint64_t header_size = take_vint(archive, at);
    if (header_size == 0 || header_size > archive.size() - at) return false;
    const std::size_t header_end = at + static_cast<std::size_t>(header_size);
    const std::uint64_t type = take_vint(archive, at);
    if (type == kEncryption) return true;
    const std::uint64_t flags = take_vint(archive, at);
    const std::uint64_t extra_size = (flags & kHasExtra) != 0 ? take_vint(archive, at) : 0;
    const std::uint64_t data_size = (flags & kHasData) != 0 ? take_vint(archive, at) : 0;
    if (type == kFile && extra_size <= header_size &&
        rar5_extra_is_encrypted(archive.substr(header_end - static_cast<std::size_t>(extra_size),
                                               static_cast<std::size_t>(extra_size)))) {
      return true;
    }
    if (data_size > archive.size() - header_end) return false;
    at = header_end + static_cast<std::size_t>(data_size);
  }
  return false;
}

bool rar4_is_encrypted(std::string_view archive) {
  constexpr unsigned kArchiveHeader = 0x73, kFileHeader = 0x74;
  constexpr std::uint64_t kHeadersEncrypted = 0x80, kFileEncrypted = 0x04, kHasData = 0x8000;
  std::size_t at = 7;
  for (std::size_t blocks = 0; blocks < kMostEntries && at + 7 <= archive.size(); ++blocks) {
    const auto type = static_cast<unsigned char>(archive[at + 2]);
    const std::uint64_t flags = number_at(archive, at + 3, 2);
    if (type == kArchiveHeader && (flags & kHeadersEncrypted) != 0) return true;
    if (type == kFileHeader && (flags & kFileEncrypted) != 0) return true;
    const std::uint64_t header = number_at(archive, at + 5, 2);
    const bool has_data = type == kFileHeader || (flags & kHasData) != 0;
    const std::uint64_t step = header + (has_data ? number_at(archive, at + 7, 4) : 0);
    if (header < 7 || step > archive.size() - at) return false;
    at += static_cast<std::size_t>(step);
  }
  return false;
}

// A directory entry's name, UTF-16LE ([MS-OFFCRYPTO] 2.3.4.4).
bool ole_is_encrypted(std::string_view file) {
  constexpr auto kName = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;
  return file.find(kName) != std::string_view::npos;
}

bool pdf_is_encrypted(std::string_view file) {
  constexpr auto kKey = "/Encrypt"sv;
  for (std::size_t at = file.find(kKey); at != std::string_view::npos;
       at = file.find(kKey, at + 1)) {
    const std::size_t behind = at + kKey.size();
    if (behind < file.size() && !is_letter(file[behind]) && !is_digit(file[behind])) return true;
  }
  return false;
}

}  // namespace

bool is_encrypted(std::string_view content, std::string_view type) {
  if (type == "application/zip") return zip_is_encrypted(content);
  if (type == "application/x-7z-compressed") return seven_zip_is_encrypted(content);
  if (type == "application/x-ole-storage") return ole_is_encrypted(content);
  if (type == "application/pdf") return pdf_is_encrypted(content);
  if (type != "application/x-rar") return false;
  return content.starts_with("Rar!\x1A\x07\x01") ? rar5_is_encrypted(content)
                                                 : rar4_is_encrypted(content);
}

namespace {

std::string_view zip_encryption(std::string_view zip) {
  constexpr std::uint64_t kAes = 99;
  bool has_aes = false, has_zipcrypto = false;
  std::size_t entries = 0;
  for (std::size_t at = zip.find("PK\x03\x04");
       at != std::string_view::npos && ++entries <= kMostEntries;
       at = zip.find("PK\x03\x04", at + 4)) {
    const std::uint64_t method = number_at(zip, at + 8, 2);
    if (method == kAes)
      has_aes = true;
    else if (zip_entry_is_encrypted(number_at(zip, at + 6, 2), method))
      has_zipcrypto = true;
  }
  if (has_aes && has_zipcrypto) return "ZipCrypto and AES";
  return has_aes ? "AES" : "ZipCrypto";
}

}  // namespace

std::string_view encryption_of(std::string_view content, std::string_view type) {
  if (!is_encrypted(content, type)) return "";
  if (type == "application/zip") return zip_encryption(content);
  if (type == "application/x-7z-compressed") return "7z AES";
  if (type == "application/x-ole-storage") return "Office";
  return type == "application/pdf" ? "PDF" : "RAR";
}

}  // namespace secondlook
