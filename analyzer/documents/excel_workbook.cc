#include "analyzer/documents/excel_workbook.h"

#include <algorithm>
#include <optional>
#include <string>

#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

// MS-XLS 2.3.1.
constexpr unsigned kEndOfSheet = 0x0A, kExternalName = 0x23, kFilePass = 0x2F, kBoundSheet = 0x85,
                   kSupBook = 0x1AE;

// A string with its length in front: BIFF8 says by a flag whether it has two bytes a letter.
std::string text_of(ByteCursor& cursor, std::size_t letters, bool is_biff8) {
  const bool is_wide = is_biff8 && (cursor.take_8() & 1U) != 0;
  const std::size_t bytes = std::min(letters * (is_wide ? 2 : 1), cursor.left());
  return to_utf8(cursor.take(bytes), is_wide ? "utf-16le" : "windows-1252");
}

class WorkbookReading {
 public:
  explicit WorkbookReading(DocumentFindings& findings) : findings_(findings) {}

  void read(std::string_view stream) {
    constexpr unsigned kBeginBiff8 = 0x0600;
    is_biff8_ = stream.size() > 6 && ByteCursor(stream.substr(4)).take_16() == kBeginBiff8;
    ByteCursor cursor(stream);
    while (cursor.left() >= 4) {
      const unsigned id = cursor.take_16();
      const std::size_t length = cursor.take_16();
      const std::string_view record = cursor.take(length);
      if (id == kEndOfSheet) return;
      if (id == kFilePass) return findings_.add_fact("encrypted_document", "Workbook");
      if (id == kBoundSheet) take_sheet(record);
      if (id == kSupBook) take_external_book(record);
      if (id == kExternalName) take_external_name(record);
    }
    findings_.add_unseen("workbook cut");
  }

 private:
  // 2.4.28 BoundSheet8.
  void take_sheet(std::string_view record) {
    constexpr unsigned kMacroSheet = 1;
    ByteCursor cursor(record);
    cursor.skip(4);
    const unsigned state = cursor.take_8() & 3U;
    const unsigned kind = cursor.take_8();
    if (kind != kMacroSheet || cursor.failed()) return;
    std::string name = text_of(cursor, cursor.take_8(), is_biff8_);
    if (state != 0) name += state == 1 ? " (hidden)" : " (very hidden)";
    findings_.add_fact("excel4_macro", name);
  }

  // 2.5.277 VirtualPath: a program and its topic, separated by 0x03, for DDE and OLE links.
  void take_external_book(std::string_view record) {
    constexpr unsigned kSelf = 0x0401, kAddIn = 0x3A01;
    link_.reset();
    ByteCursor cursor(record);
    cursor.skip(2);
    const unsigned letters = cursor.take_16();
    if (cursor.failed() || letters == kSelf || letters == kAddIn) return;
    std::string path = text_of(cursor, letters, is_biff8_);
    const std::size_t cut = path.find('\3');
    if (cut == path.npos) return;
    path[cut] = '|';
    link_ = std::move(path);
  }

  // 2.4.105 ExternName: fOleLink tells an OLE link from DDE.
  void take_external_name(std::string_view record) {
    constexpr unsigned kOleLink = 0x10;
    if (!link_ || (ByteCursor(record).take_16() & kOleLink) != 0) return;
    findings_.add_fact("dde", *link_);
    link_.reset();
  }

  DocumentFindings& findings_;
  bool is_biff8_ = false;
  std::optional<std::string> link_;
};

}  // namespace

void inspect_excel_workbook(std::string_view stream, DocumentFindings& findings) {
  WorkbookReading(findings).read(stream);
}

}  // namespace secondlook
