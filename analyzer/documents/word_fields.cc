#include "analyzer/documents/word_fields.h"

#include <charconv>
#include <string>
#include <vector>

#include "analyzer/documents/field_code.h"
#include "analyzer/documents/xml_scanner.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestCode = 4096, kDeepest = 50;

// { QUOTE 68 68 69 } is "DDE"; other texts stand for themselves.
std::string value_of_field(std::string_view code) {
  code = trim(code);
  if (!starts_ignoring_case(code, "QUOTE")) return std::string(code);
  code.remove_prefix(5);
  std::string text;
  while (!code.empty()) {
    if (!is_digit(code.front())) {
      if (!is_space(code.front()) && code.front() != '"') text += code.front();
      code.remove_prefix(1);
      continue;
    }
    unsigned value = 0;
    const auto read = std::from_chars(code.data(), code.data() + code.size(), value);
    if (read.ec == std::errc() && value > 0) append_utf8(text, value);
    code.remove_prefix(static_cast<std::size_t>(read.ptr - code.data()));
  }
  return text;
}

class FieldReading {
 public:
  explicit FieldReading(DocumentFindings& findings) : findings_(findings) {}

  void read(std::string_view xml) {
    XmlScanner scanner(xml);
    for (XmlToken token; scanner.next(token);) {
      if (token.kind == XmlToken::Kind::text) {
        if (in_instruction_) add(token.text);
        continue;
      }
      const bool starts = token.kind == XmlToken::Kind::start_tag;
      if (token.name == "instrText" || token.name == "delInstrText")
        in_instruction_ = starts && !token.is_empty;
      else if (starts)
        take_tag(token);
    }
    while (!codes_.empty()) end_field();
    if (scanner.has_document_type()) findings_.add_unseen("text with a document type");
  }

 private:
  void take_tag(const XmlToken& token) {
    if (token.name == "fldSimple") inspect_field_code(token.attribute("instr"), findings_);
    if (token.name != "fldChar") return;
    const std::string_view kind = token.attribute("fldCharType");
    if (kind == "begin") {
      if (codes_.size() >= kDeepest) return findings_.add_unseen("fields nested too deep");
      codes_.emplace_back();
    } else if (kind == "separate" && !codes_.empty()) {
      codes_.back().has_result = true;
    } else if (kind == "end") {
      end_field();
    }
  }

  void add(std::string_view text) {
    if (codes_.empty()) codes_.emplace_back();
    std::string& code = codes_.back().code;
    if (!codes_.back().has_result && code.size() < kLongestCode) code += text;
  }

  void end_field() {
    if (codes_.empty()) return;
    const std::string code = std::move(codes_.back().code);
    codes_.pop_back();
    inspect_field_code(code, findings_);
    const std::string value = value_of_field(code);
    if (value != trim(code)) inspect_field_code(value, findings_);
    if (!codes_.empty()) add(value);
  }

  struct Field {
    std::string code;
    bool has_result = false;  // what follows is shown, not run
  };

  DocumentFindings& findings_;
  std::vector<Field> codes_;
  bool in_instruction_ = false;
};

}  // namespace

void inspect_word_fields(std::string_view xml, DocumentFindings& findings) {
  FieldReading(findings).read(xml);
}

}  // namespace secondlook
