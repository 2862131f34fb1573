#include "analyzer/documents/onenote_document.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/documents/office_inspection.h"
#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/file_type.h"
#include "analyzer/message/program_files.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostFiles = 200, kMostNames = 100, kLongestName = 260;

// 2.6.13 FileDataStoreObject: {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}, length, 12 bytes, the file.
constexpr auto kFileData = "\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC"sv;
// 2.8.1: sections as OneDrive keeps them, {638DE92F-A6D4-4BC1-9A36-B3FC2511A5B7}.
constexpr auto kPackaged = "\x2F\xE9\x8D\x63\xD4\xA6\xC1\x4B\x9A\x36\xB3\xFC\x25\x11\xA5\xB7"sv;

// Texts of two bytes a letter that are the name of a program, and nothing else.
std::vector<std::string> program_names(std::string_view content) {
  std::vector<std::string> names;
  std::string text;
  const auto end_text = [&] {
    const bool is_name = text.size() > 3 && text.size() <= kLongestName && is_program_name(text);
    if (is_name && names.size() < kMostNames &&
        std::find(names.begin(), names.end(), text) == names.end())
      names.push_back(text);
    text.clear();
  };
  for (std::size_t at = 0; at + 1 < content.size();) {
    const char c = content[at];
    if (c >= ' ' && c < '\x7F' && content[at + 1] == '\0') {
      if (text.size() <= kLongestName) text += c;
      at += 2;
    } else {
      const bool was_text = !text.empty();
      end_text();
      at += was_text ? 2 : 1;
    }
  }
  end_text();
  return names;
}

bool is_media(std::string_view type, std::string_view file) {
  return (type.starts_with("image/") && type != "image/svg+xml") || file.starts_with("RIFF") ||
         file.starts_with("\x01\0\0\0\x6C\0\0\0"sv);  // EMF
}

}  // namespace

void inspect_onenote_document(std::string_view content, DocumentFindings& findings) {
  if (content.substr(std::min<std::size_t>(48, content.size())).starts_with(kPackaged))
    findings.add_unseen("a section as OneDrive keeps it");
  OfficeInspection inspection(findings);
  std::size_t files = 0;
  // Within one as well: a length that is not true hides nothing behind it.
  for (std::size_t at = content.find(kFileData); at != content.npos;
       at = content.find(kFileData, at + kFileData.size())) {
    ByteCursor cursor(content.substr(at + kFileData.size()));
    const std::uint64_t low = cursor.take_32(), high = cursor.take_32();
    cursor.skip(12);
    const std::size_t size = std::min<std::uint64_t>(high << 32U | low, cursor.left());
    const std::string_view file = cursor.take(size);
    if (file.empty() || is_media(detect_file_type(file), file)) continue;
    if (++files > kMostFiles)
      return findings.add_unseen("only " + std::to_string(kMostFiles) + " files in it looked at");
    if (inspection.may_read(file.size())) inspection.inspect_attached("", file);
  }
  if (files == 0) return;
  for (const std::string& name : program_names(content))
    findings.add_fact("embedded_program", name);
}

}  // namespace secondlook
