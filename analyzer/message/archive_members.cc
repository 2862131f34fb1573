#include "analyzer/message/archive_members.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <memory>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "analyzer/message/charset.h"
#include "analyzer/message/encryption.h"
#include "analyzer/message/file_type.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 3> kContainers = {"application/zip", "application/x-tar",
                                                         "application/x-iso9660-image"};
constexpr std::array<std::string_view, 4> kStreams = {"application/gzip", "application/x-bzip2",
                                                      "application/x-xz", "application/zstd"};
constexpr std::size_t kLongestPath = 1024;
constexpr std::size_t kMostReasons = 10;

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

struct FreeArchive {
  void operator()(archive* open) const { archive_read_free(open); }
};
using OpenArchive = std::unique_ptr<archive, FreeArchive>;

// Only the formats named: libarchive has readers that look for files or unpack without a bound.
OpenArchive open_archive(std::string_view content, std::string_view type,
                         const std::string* password = nullptr) {
  OpenArchive open(archive_read_new());
  if (!open) return nullptr;
  if (type == "application/zip") archive_read_support_format_zip_seekable(open.get());
  if (type == "application/x-tar") archive_read_support_format_tar(open.get());
  if (type == "application/x-iso9660-image") archive_read_support_format_iso9660(open.get());
  if (is_among(kStreams, type)) {
    archive_read_support_format_raw(open.get());
    if (type == "application/gzip") archive_read_support_filter_gzip(open.get());
    if (type == "application/x-bzip2") archive_read_support_filter_bzip2(open.get());
    if (type == "application/x-xz") archive_read_support_filter_xz(open.get());
    if (type == "application/zstd") archive_read_support_filter_zstd(open.get());
  }
  if (password != nullptr) archive_read_add_passphrase(open.get(), password->c_str());
  const int opened = archive_read_open_memory(open.get(), content.data(), content.size());
  return opened == ARCHIVE_OK ? std::move(open) : nullptr;
}

std::string cut_at_character(std::string text) {
  if (text.size() <= kLongestPath) return text;
  std::size_t end = kLongestPath;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

// A name that says of itself to be no UTF-8 is that of a Windows machine: in Japan code page 932.
std::string readable_name(const char* bytes) {
  const std::string_view name = bytes == nullptr ? "" : bytes;
  if (is_valid_utf8(name)) return cut_at_character(std::string(name));
  std::string japanese = to_utf8(name, "shift_jis");
  std::string text = japanese.find("\xEF\xBF\xBD") == std::string::npos
                         ? std::move(japanese)
                         : to_utf8(name, "windows-1252");
  return cut_at_character(std::move(text));
}

std::string last_component(std::string_view path) {
  while (!path.empty() && (path.back() == '/' || path.back() == '\\')) path.remove_suffix(1);
  const auto cut = path.find_last_of("/\\");
  return std::string(cut == path.npos ? path : path.substr(cut + 1));
}

// What a stream's name leaves when its own ending goes: "a.tar" of "a.tar.gz".
std::string name_in_stream(std::string_view name) {
  const auto dot = name.rfind('.');
  return std::string(dot == name.npos || dot == 0 ? "content" : name.substr(0, dot));
}

// As many of the first bytes as detect_file_type() looks at: a disk image says what it is behind 32
// KiB.
std::size_t bytes_for_type(std::string_view name) {
  const bool may_be_image = name.ends_with(".iso") || name.ends_with(".ISO") ||
                            name.ends_with(".img") || name.ends_with(".IMG");
  return may_be_image ? 40 << 10 : 4 << 10;
}

struct Unpacked {
  std::string bytes;
  bool is_whole = false, is_damaged = false;
};

Unpacked unpack(archive* open, std::uint64_t most) {
  Unpacked unpacked;
  std::array<char, 64 << 10> buffer;
  while (unpacked.bytes.size() < most) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), most - unpacked.bytes.size());
    const auto taken = archive_read_data(open, buffer.data(), wanted);
    if (taken == 0) {
      unpacked.is_whole = true;
      return unpacked;
    }
    if (taken < 0) {
      unpacked.is_damaged = true;
      return unpacked;
    }
    unpacked.bytes.append(buffer.data(), static_cast<std::size_t>(taken));
  }
  return unpacked;
}

// Whether the first encrypted member can be read to its end: only there its checksum stands.
bool opens(std::string_view zip, const std::string& password, std::uint64_t most) {
  const OpenArchive opened = open_archive(zip, "application/zip", &password);
  archive_entry* entry = nullptr;
  while (opened && archive_read_next_header(opened.get(), &entry) == ARCHIVE_OK) {
    if (archive_entry_is_data_encrypted(entry) <= 0) continue;
    return unpack(opened.get(), most).is_whole;
  }
  return false;
}

locale_t& utf8_locale() {
  static locale_t locale = nullptr;
  return locale;
}

// libarchive brings names into the locale's charset.
class NamesInUtf8 {
 public:
  NamesInUtf8() : before_(utf8_locale() == nullptr ? nullptr : uselocale(utf8_locale())) {}
  ~NamesInUtf8() {
    if (before_ != nullptr) uselocale(before_);
  }
  NamesInUtf8(const NamesInUtf8&) = delete;
  NamesInUtf8& operator=(const NamesInUtf8&) = delete;

 private:
  locale_t before_;
};

}  // namespace

void prepare_archive_names() {
  if (utf8_locale() == nullptr) utf8_locale() = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
}

bool is_opened_archive(std::string_view type) {
  return is_among(kContainers, type) || is_among(kStreams, type);
}

// Where in the outermost archive an inner one lies.
struct ArchiveReader::Place {
  std::string path;  // of the archive, empty for the outermost
  std::string name;
  std::size_t depth = 1;

  std::string in_words() const { return path.empty() ? "archive" : path; }
  std::string of(std::string_view member) const {
    std::string whole = path.empty() ? std::string(member) : path + "/" + std::string(member);
    return cut_at_character(std::move(whole));
  }
};

std::vector<std::string> ArchiveReader::read(std::string_view content, std::string_view type,
                                             const Sink& sink) {
  const NamesInUtf8 names;
  sink_ = &sink;
  reasons_.clear();
  open(content, type, Place{});
  sink_ = nullptr;
  return std::exchange(reasons_, {});
}

void ArchiveReader::note(std::string reason) {
  const bool is_known = std::find(reasons_.begin(), reasons_.end(), reason) != reasons_.end();
  if (!is_known && reasons_.size() < kMostReasons) reasons_.push_back(std::move(reason));
}

bool ArchiveReader::may_go_on(const Place& place) {
  if (members_ >= limits_.most_members)
    note("only " + std::to_string(limits_.most_members) + " members of archives looked at");
  else if (bytes_ >= limits_.most_bytes)
    note("only " + std::to_string(limits_.most_bytes >> 20U) + " MiB of archives unpacked");
  else if (place.depth > limits_.deepest)
    note(place.in_words() + ": archives nested too deep");
  else
    return true;
  return false;
}

void ArchiveReader::open(std::string_view content, std::string_view type, const Place& place) {
  if (!may_go_on(place)) return;
  if (is_among(kStreams, type))
    unpack_stream(content, place);
  else
    read_members(content, type, place);
}

void ArchiveReader::unpack_stream(std::string_view content, const Place& place) {
  const OpenArchive opened = open_archive(content, detect_file_type(content));
  archive_entry* entry = nullptr;
  if (!opened || archive_read_next_header(opened.get(), &entry) != ARCHIVE_OK)
    return note(place.in_words() + ": damaged");
  const std::uint64_t most = std::min(limits_.most_bytes_of_member, limits_.most_bytes - bytes_);
  const Unpacked unpacked = unpack(opened.get(), most);
  bytes_ += unpacked.bytes.size();
  ArchiveMember member;
  member.name = name_in_stream(place.name);
  member.path = place.of(member.name);
  member.size = unpacked.bytes.size();
  ++members_;
  if (unpacked.is_damaged) note(member.path + ": damaged");
  if (!unpacked.is_whole && !unpacked.is_damaged) note(member.path + ": not unpacked to its end");
  descend(std::move(member), unpacked.bytes, place);
}

const std::string* ArchiveReader::find_password(std::string_view content) {
  if (passwords_.empty() || !is_encrypted(content, "application/zip")) return nullptr;
  for (std::size_t i = 0; i < passwords_.size(); ++i) {
    if (++tries_ > limits_.most_password_tries) break;
    if (!opens(content, passwords_[i], limits_.most_bytes_of_member)) continue;
    std::rotate(passwords_.begin(), passwords_.begin() + static_cast<std::ptrdiff_t>(i),
                passwords_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    return &passwords_.front();  // files that are sent together mostly share one
  }
  return nullptr;
}

void ArchiveReader::read_members(std::string_view content, std::string_view type,
                                 const Place& place) {
  const std::string* const password = type == "application/zip" ? find_password(content) : nullptr;
  const OpenArchive opened = open_archive(content, type, password);
  if (!opened) return note(place.in_words() + ": damaged");
  for (;;) {
    archive_entry* entry = nullptr;
    const int found = archive_read_next_header(opened.get(), &entry);
    if (found == ARCHIVE_EOF) return;
    if (found != ARCHIVE_OK && found != ARCHIVE_WARN) return note(place.in_words() + ": damaged");
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    if (!may_go_on(place)) return;
    ++members_;
    ArchiveMember member;
    const std::string path = readable_name(archive_entry_pathname(entry));
    member.path = place.of(path);
    member.name = last_component(path);
    member.size = static_cast<std::uint64_t>(std::max<la_int64_t>(archive_entry_size(entry), 0));
    member.encrypted = archive_entry_is_data_encrypted(entry) > 0;
    if (member.encrypted && password == nullptr) {
      (*sink_)(std::move(member), {});
      continue;
    }
    const std::uint64_t room = limits_.most_bytes - bytes_;
    Unpacked unpacked =
        unpack(opened.get(), std::min<std::uint64_t>(bytes_for_type(member.name), room));
    const std::string_view detected = detect_file_type(unpacked.bytes);
    const bool needs_all = is_opened_archive(detected) || (wants_ && wants_(detected, member.name));
    if (needs_all && !unpacked.is_whole && !unpacked.is_damaged) {
      const std::uint64_t most = std::min(limits_.most_bytes_of_member, room);
      Unpacked rest =
          unpack(opened.get(), most - std::min<std::uint64_t>(most, unpacked.bytes.size()));
      unpacked.bytes += rest.bytes;
      unpacked.is_whole = rest.is_whole;
      unpacked.is_damaged = rest.is_damaged;
      if (!rest.is_whole && !rest.is_damaged) note(member.path + ": not unpacked to its end");
    }
    bytes_ += unpacked.bytes.size();
    if (member.encrypted && unpacked.is_damaged) {  // closed by another password
      (*sink_)(std::move(member), {});
      continue;
    }
    member.opened = member.encrypted;
    if (unpacked.is_damaged) note(member.path + ": damaged");
    descend(std::move(member), unpacked.bytes, place);
  }
}

// Gives the member on, and opens it where it is an archive itself.
void ArchiveReader::descend(ArchiveMember member, std::string_view content, const Place& place) {
  member.detected_type = std::string(detect_file_type(content));
  const std::string type = member.detected_type;
  const Place inside{member.path, member.name, place.depth + 1};
  (*sink_)(std::move(member), content);
  if (is_opened_archive(type)) open(content, type, inside);
}

}  // namespace secondlook
