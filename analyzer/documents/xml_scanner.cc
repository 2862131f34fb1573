#include "analyzer/documents/xml_scanner.h"

#include <algorithm>
#include <charconv>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostAttributes = 100;

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

// "amp" or "#x41"; false for others.
bool append_reference(std::string_view name, std::string& text) {
  constexpr std::pair<std::string_view, char> kEntities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [entity, character] : kEntities)
    if (name == entity) {
      text += character;
      return true;
    }
  if (!name.starts_with('#')) return false;
  const bool is_hex = name.substr(1).starts_with('x');
  const std::string_view digits = name.substr(is_hex ? 2 : 1);
  unsigned long value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, is_hex ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != end) return false;
  append_utf8(text, static_cast<char32_t>(std::min(value, 0x110000UL)));
  return true;
}

std::string decoded(std::string_view text) {
  constexpr std::size_t kLongestReference = 12;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t sign = std::min(text.find('&', at), text.size());
    result += text.substr(at, sign - at);
    if (sign == text.size()) break;
    const std::size_t end = text.substr(sign, kLongestReference).find(';');
    at = sign + 1;
    if (end != text.npos && append_reference(text.substr(sign + 1, end - 1), result))
      at = sign + end + 1;
    else
      result += '&';
  }
  return result;
}

}  // namespace

std::string_view XmlToken::attribute(std::string_view called) const {
  for (const auto& [key, value] : attributes)
    if (key == called) return value;
  return {};
}

bool XmlScanner::next(XmlToken& token) {
  while (at_ < xml_.size()) {
    if (xml_[at_] != '<') {
      const std::size_t end = std::min(xml_.find('<', at_), xml_.size());
      token = {};
      token.text = decoded(xml_.substr(at_, end - at_));
      at_ = end;
      return true;
    }
    if (xml_.substr(at_).starts_with("<![CDATA[")) {
      const std::size_t from = at_ + 9;
      const std::size_t end = std::min(xml_.find("]]>", from), xml_.size());
      token = {};
      token.text = xml_.substr(from, end - from);
      at_ = std::min(end + 3, xml_.size());
      return true;
    }
    if (skip_markup()) continue;
    take_tag(token);
    return true;
  }
  return false;
}

// Comments, instructions, declarations.
bool XmlScanner::skip_markup() {
  const std::string_view left = xml_.substr(at_);
  const auto skip_behind = [&](std::string_view end, std::size_t from) {
    const std::size_t at = xml_.find(end, at_ + from);
    at_ = at == xml_.npos ? xml_.size() : at + end.size();
    return true;
  };
  if (left.starts_with("<!--")) return skip_behind("-->", 4);
  if (left.starts_with("<?")) return skip_behind("?>", 2);
  if (!left.starts_with("<!")) return false;
  has_document_type_ = true;
  return skip_behind(">", 2);
}

void XmlScanner::take_tag(XmlToken& token) {
  token = {};
  const bool is_end = xml_.substr(at_ + 1).starts_with('/');
  token.kind = is_end ? XmlToken::Kind::end_tag : XmlToken::Kind::start_tag;
  const std::size_t from = at_ + (is_end ? 2 : 1);
  std::size_t end = from;
  char quote = '\0';
  for (; end < xml_.size() && (quote != '\0' || xml_[end] != '>'); ++end) {
    if (quote == '\0' && (xml_[end] == '"' || xml_[end] == '\''))
      quote = xml_[end];
    else if (xml_[end] == quote)
      quote = '\0';
  }
  std::string_view tag = xml_.substr(from, end - from);
  at_ = std::min(end + 1, xml_.size());
  token.is_empty = tag.ends_with('/');
  if (token.is_empty) tag.remove_suffix(1);
  const std::size_t name_end = std::min(tag.find_first_of(" \t\r\n"), tag.size());
  token.name = without_prefix(tag.substr(0, name_end));
  take_attributes(tag.substr(name_end), token);
}

void XmlScanner::take_attributes(std::string_view tag, XmlToken& token) {
  while (token.attributes.size() < kMostAttributes) {
    const std::size_t equals = tag.find('=');
    if (equals == tag.npos) return;
    const std::string_view name = without_prefix(trim(tag.substr(0, equals)));
    tag = tag.substr(equals + 1);
    const std::size_t open = tag.find_first_of("\"'");
    if (open == tag.npos) return;
    const std::size_t close = tag.find(tag[open], open + 1);
    if (close == tag.npos) return;
    token.attributes.emplace_back(name, decoded(tag.substr(open + 1, close - open - 1)));
    tag = tag.substr(close + 1);
  }
}

std::string xml_in_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE"sv)) return to_utf8(bytes.substr(2), "utf-16le");
  if (bytes.starts_with("\xFE\xFF"sv)) return to_utf8(bytes.substr(2), "utf-16be");
  if (bytes.starts_with("<\0"sv)) return to_utf8(bytes, "utf-16le");
  if (bytes.starts_with("\0<"sv)) return to_utf8(bytes, "utf-16be");
  return std::string(bytes.starts_with("\xEF\xBB\xBF"sv) ? bytes.substr(3) : bytes);
}

}  // namespace secondlook
