#include "analyzer/documents/ole_document.h"

#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/documents/excel_workbook.h"
#include "analyzer/documents/field_code.h"
#include "analyzer/documents/ole_package.h"
#include "analyzer/documents/ole_storage.h"
#include "analyzer/documents/vba_macros.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLargestStream = 64 << 20;
constexpr std::size_t kMostLinks = 20, kLongestField = 2000, kMostFields = 10'000;

// What stands between Word's field marks, as text of one byte or two a letter.
std::string field_at(std::string_view text, bool is_wide) {
  std::string field;
  const std::size_t step = is_wide ? 2 : 1;
  for (std::size_t at = 0; at + step <= text.size() && field.size() < kLongestField; at += step) {
    const char c = text[at];
    if (is_wide && text[at + 1] != '\0') break;
    if (c == '\x13' || c == '\x14' || c == '\x15' || c == '\0') break;
    field += c;
  }
  return field;
}

// MS-DOC 2.8.25: 0x13 begins a field, 0x14 or 0x15 ends its instruction.
void inspect_fields_of_doc(std::string_view stream, DocumentFindings& findings) {
  std::size_t fields = 0;
  for (std::size_t at = stream.find('\x13'); at != stream.npos; at = stream.find('\x13', at + 1)) {
    const bool is_wide = stream.substr(at + 1).starts_with('\0');
    const std::string_view behind = stream.substr(at + (is_wide ? 2 : 1));
    const std::string field = field_at(behind.substr(0, 2 * kLongestField), is_wide);
    if (inspect_field_code(field, findings) && ++fields > kMostFields) return;
  }
}

bool word_is_encrypted(std::string_view stream) {
  constexpr unsigned kEncrypted = 0x100;  // MS-DOC 2.5.2, fEncrypted
  return stream.size() > 12 && (ByteCursor(stream.substr(10)).take_16() & kEncrypted) != 0;
}

class OleInspection {
 public:
  OleInspection(const OleStorage& storage, OfficeInspection& inspection)
      : storage_(storage), inspection_(inspection), findings_(inspection.findings()) {}

  void inspect() {
    for (const std::string& cut : storage_.cuts()) findings_.add_unseen(cut);
    inspect_vba_macros(storage_, findings_);
    for (const OleEntry& entry : storage_.entries()) {
      if (entry.is_storage && is_equation_class(entry.class_id))
        findings_.add_fact("equation_object", entry.path);
      if (!entry.is_storage) inspect_stream(entry);
    }
  }

 private:
  void inspect_stream(const OleEntry& entry) {
    if (entry.is_stream("Equation Native")) findings_.add_fact("equation_object", entry.path);
    if (entry.is_stream("EncryptedPackage") || entry.is_stream("EncryptedSummary"))
      findings_.add_fact("encrypted_document", entry.name);
    if (entry.is_stream("Workbook") || entry.is_stream("Book")) {
      if (const auto bytes = read(entry)) inspect_excel_workbook(*bytes, findings_);
    } else if (entry.is_stream("WordDocument")) {
      if (const auto bytes = read(entry)) inspect_word(*bytes);
    } else if (entry.is_stream("\1Ole10Native")) {
      if (const auto bytes = read(entry)) inspect_native(*bytes);
    } else if (entry.is_stream("\1Ole")) {
      if (const auto bytes = read(entry)) inspect_object_link(*bytes, findings_);
    } else if (entry.is_stream("Package") || entry.is_stream("CONTENTS")) {
      if (const auto bytes = read(entry)) inspection_.inspect(*bytes);
    } else if (entry.is_stream("__substg1.0_37010102")) {  // MS-OXPROPS: PidTagAttachDataBinary
      if (const auto bytes = read(entry))
        inspection_.inspect_attached(attached_name(entry.folder()), *bytes);
    }
  }

  void inspect_word(const std::string& stream) {
    if (word_is_encrypted(stream))
      findings_.add_fact("encrypted_document", "WordDocument");
    else
      inspect_fields_of_doc(stream, findings_);
  }

  void inspect_native(const std::string& stream) {
    if (stream.size() <= 4) return;
    if (const auto package = read_ole_package(std::string_view(stream).substr(4)))
      inspection_.inspect_packaged(package->name, package->content);
  }

  // PidTagAttachLongFilename beside the content.
  std::string attached_name(std::string_view folder) {
    for (const OleEntry& entry : storage_.entries())
      if (entry.is_stream("__substg1.0_3707001F") && entry.folder() == folder)
        return to_utf8(storage_.read(entry, 1024).bytes, "utf-16le");
    return {};
  }

  std::optional<std::string> read(const OleEntry& entry) {
    const std::size_t wanted = std::min<std::uint64_t>(entry.size, kLargestStream);
    if (!inspection_.may_read(wanted)) return std::nullopt;
    OleStream stream = storage_.read(entry, kLargestStream);
    if (!stream.is_whole) findings_.add_unseen("stream " + entry.name + ": not read to its end");
    return std::move(stream.bytes);
  }

  const OleStorage& storage_;
  OfficeInspection& inspection_;
  DocumentFindings& findings_;
};

}  // namespace

bool is_equation_class(std::string_view class_id) {
  // {0002CE02-0000-0000-C000-000000000046}: Equation.3; CE03 is MathType's successor of it.
  constexpr auto kRest = "\xCE\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"sv;
  return class_id.size() == 16 && (class_id[0] == '\x02' || class_id[0] == '\x03') &&
         class_id.substr(1) == kRest;
}

void inspect_object_link(std::string_view bytes, DocumentFindings& findings) {
  constexpr auto kWide = "h\0t\0t\0p\0"sv;
  std::size_t links = 0;
  for (std::size_t at = bytes.find(kWide); at != bytes.npos && links < kMostLinks;
       at = bytes.find(kWide, at + 2)) {
    std::string url;
    for (std::size_t i = at; i + 1 < bytes.size() && url.size() < 2000; i += 2) {
      if (bytes[i + 1] != '\0' || static_cast<unsigned char>(bytes[i]) <= ' ') break;
      url += bytes[i];
    }
    if (!url.starts_with("http://") && !url.starts_with("https://")) continue;
    ++links;
    findings.add_fact("external_content", "object linked to " + url);
    findings.add_url(url);
  }
}

void inspect_ole_document(std::string_view content, OfficeInspection& inspection) {
  const auto storage = OleStorage::open(content);
  if (!storage) return inspection.findings().add_unseen("damaged: " + storage.error().message);
  OleInspection(*storage, inspection).inspect();
}

}  // namespace secondlook
