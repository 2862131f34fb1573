#include "analyzer/documents/vba_macros.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/vba_compression.h"
#include "analyzer/documents/vba_source.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/code_page.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostText = 4 << 20, kMostModules = 500, kMostProjects = 20;
constexpr std::size_t kLargestDirectory = 1 << 20, kLargestModule = 8 << 20;
constexpr std::size_t kMostBytes = 64 << 20;  // of module streams, since entries may share sectors

struct VbaDirectory {
  unsigned code_page = 1252;
  std::map<std::string, std::size_t>
      offsets;  // of the text in the stream, by its name in lower case
};

// MS-OVBA 2.3.4.2: records of an id, a length and so many bytes, but for the version, whose length
// is two bytes short.
VbaDirectory parse_directory(std::string_view bytes) {
  constexpr unsigned kCodePage = 0x03, kVersion = 0x09, kStreamName = 0x1A,
                     kStreamNameUnicode = 0x32, kOffset = 0x31;
  VbaDirectory directory;
  std::string name;
  ByteCursor cursor(bytes);
  while (cursor.left() >= 6) {
    const unsigned id = cursor.take_16();
    const std::uint32_t length = cursor.take_32();
    const std::string_view data = cursor.take(id == kVersion ? 6 : length);
    if (id == kCodePage) directory.code_page = ByteCursor(data).take_16();
    if (id == kStreamName) name = to_utf8(data, charset_of_code_page(directory.code_page));
    if (id == kStreamNameUnicode && !data.empty()) name = to_utf8(data, "utf-16le");
    if (id == kOffset) directory.offsets[to_ascii_lower(name)] = ByteCursor(data).take_32();
  }
  return directory;
}

// Every module's text begins so; its compressed form therefore too, whatever the directory says.
std::optional<std::size_t> find_text(std::string_view stream) {
  const std::size_t at = stream.find("\0Attribut"sv);
  return at == stream.npos || at < 3 ? std::nullopt : std::optional(at - 3);
}

// Office writes a few lines of attributes into modules without code.
bool has_code(std::string_view source) {
  while (!source.empty()) {
    const std::size_t end = std::min(source.find_first_of("\r\n"), source.size());
    const std::string_view line = trim(source.substr(0, end));
    if (!line.empty() && !starts_ignoring_case(line, "Attribute ") && !line.starts_with('\'') &&
        !starts_ignoring_case(line, "Option ") && !starts_ignoring_case(line, "Rem "))
      return true;
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return false;
}

std::string listed(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Macros {
 public:
  Macros(const OleStorage& storage, DocumentFindings& findings)
      : storage_(storage), findings_(findings) {}

  // The stream "dir" is what makes a storage a project's.
  void inspect() {
    for (const OleEntry& entry : storage_.entries()) {
      if (!entry.is_stream("dir") || !folders_.insert(std::string(entry.folder())).second) continue;
      if (folders_.size() > kMostProjects) {
        findings_.add_unseen("only a part of the macros looked at");
        break;
      }
      inspect_project(entry);
    }
    conclude();
  }

 private:
  void inspect_project(const OleEntry& dir) {
    const OleStream stream = storage_.read(dir, kLargestDirectory);
    const DecompressedVba directory = decompress_vba(stream.bytes, kLargestDirectory);
    const VbaDirectory parsed = parse_directory(directory.bytes);
    const bool is_project = !parsed.offsets.empty();
    if (is_project && directory.damaged) findings_.add_unseen("VBA project: damaged directory");
    for (const OleEntry& entry : storage_.entries()) {
      if (entry.is_storage || entry.folder() != dir.folder() || is_own_stream(entry.name)) continue;
      inspect_module(entry, parsed);
    }
  }

  static bool is_own_stream(std::string_view name) {
    return equals_ignoring_case(name, "dir") || equals_ignoring_case(name, "_VBA_PROJECT") ||
           starts_ignoring_case(name, "__SRP_");
  }

  void inspect_module(const OleEntry& entry, const VbaDirectory& directory) {
    const auto listed = directory.offsets.find(to_ascii_lower(entry.name));
    const bool is_listed = listed != directory.offsets.end();
    if (++modules_ > kMostModules || text_ >= kMostText || bytes_ >= kMostBytes)
      return findings_.add_unseen("only a part of the macros looked at");
    const OleStream stream = storage_.read(entry, kLargestModule);
    bytes_ += stream.bytes.size();
    DecompressedVba source;
    source.damaged = true;
    if (is_listed && listed->second < stream.bytes.size())
      source =
          decompress_vba(std::string_view(stream.bytes).substr(listed->second), kMostText - text_);
    if (source.damaged)
      if (const auto at = find_text(stream.bytes))
        source = decompress_vba(std::string_view(stream.bytes).substr(*at), kMostText - text_);
    if (!is_listed && source.bytes.empty()) return;
    text_ += source.bytes.size();
    if (source.damaged || !stream.is_whole)
      findings_.add_unseen("macro " + entry.name + ": damaged");
    if (trim(source.bytes).empty()) stomped_ = stomped_.empty() ? entry.name : stomped_;
    if (!has_code(source.bytes)) return;
    names_.insert(entry.name);
    read_vba_source(to_utf8(source.bytes, charset_of_code_page(directory.code_page)), behaviour_);
  }

  void conclude() {
    if (!names_.empty() || !stomped_.empty()) findings_.add_fact("macro", listed(names_));
    if (!stomped_.empty()) findings_.add_fact("macro_stomped", stomped_);
    if (!behaviour_.starts.empty()) findings_.add_fact("macro_autorun", listed(behaviour_.starts));
    if (!behaviour_.acts.empty()) findings_.add_fact("macro_acts", listed(behaviour_.acts));
    if (!behaviour_.reaches.empty())
      findings_.add_fact("macro_reaches_out", listed(behaviour_.reaches));
    for (const std::string& url : behaviour_.urls) findings_.add_url(url);
  }

  const OleStorage& storage_;
  DocumentFindings& findings_;
  std::set<std::string> folders_, names_;  // of projects, of modules with code
  std::string stomped_;                    // the first module without text
  VbaBehaviour behaviour_;
  std::size_t modules_ = 0, text_ = 0, bytes_ = 0;
};

}  // namespace

void inspect_vba_macros(const OleStorage& storage, DocumentFindings& findings) {
  Macros(storage, findings).inspect();
}

}  // namespace secondlook
