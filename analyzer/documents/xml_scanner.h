// XML, tag by tag, without a tree: parts of Office files are large, and a tree of a hostile one
// takes fifteen times its bytes (pugixml 1.13, of "<a/>"). Not a validating parser: it takes
// what it sees, knows the five entities and character references, and loads nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace secondlook {

struct XmlToken {
  enum class Kind { start_tag, end_tag, text };
  Kind kind = Kind::text;
  std::string_view name;  // without its prefix: "instrText" of "w:instrText"
  bool is_empty = false;  // <a/>: no end tag follows
  std::string text;       // decoded
  std::vector<std::pair<std::string_view, std::string>> attributes;  // without prefixes, decoded

  std::string_view attribute(std::string_view called) const;  // "" when there is none
};

class XmlScanner {
 public:
  // `xml`: UTF-8 (see xml_in_utf8), must outlive the scanner and its tokens.
  explicit XmlScanner(std::string_view xml) : xml_(xml) {}

  // False at the end. Linear.
  bool next(XmlToken& token);
  // There is a DOCTYPE, which Office refuses; what its entities would become is not seen.
  bool has_document_type() const { return has_document_type_; }

 private:
  bool skip_markup();
  void take_tag(XmlToken& token);
  void take_attributes(std::string_view tag, XmlToken& token);

  std::string_view xml_;
  std::size_t at_ = 0;
  bool has_document_type_ = false;
};

// By byte order mark, or by the zero byte beside the first "<": UTF-16 becomes UTF-8, the rest
// stays.
std::string xml_in_utf8(std::string_view bytes);

}  // namespace secondlook
