#include "analyzer/documents/drawn_codes.h"

#include <algorithm>
#include <string>

#include "analyzer/documents/drawn_svg.h"
#include "analyzer/documents/drawn_table.h"
#include "analyzer/documents/drawn_text.h"
#include "analyzer/documents/qr_code.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/file_type.h"
#include "analyzer/message/html_entities.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

constexpr std::string_view kBeyond = "more drawings than are looked at in one mail";
constexpr std::size_t kMostPictures = 200;  // in data: URLs of one page

// Whether the drawing holds a code.
bool read_drawing(const GreyPicture& picture, std::string_view how, DocumentFindings& findings) {
  const PictureSize size{static_cast<std::uint64_t>(picture.width),
                         static_cast<std::uint64_t>(picture.height)};
  if (!take_off(size, findings.allowance())) {
    findings.add_unseen(kBeyond);
    return false;
  }
  const auto texts = read_qr_codes(picture);
  for (const std::string& text : texts) {
    findings.add_fact("qr_code", text);
    findings.add_fact("qr_code_drawn", how);
    if (const auto target = target_of_code(text)) findings.add_qr_url(*target);
  }
  return !texts.empty();
}

void look_for_svg_drawings(std::string_view svg, DocumentFindings& findings) {
  if (!may_hold_svg_drawing(svg)) return;
  bool is_cut = false;
  for (const GreyPicture& picture : svg_drawings(svg, is_cut))
    read_drawing(picture, "svg", findings);
  if (is_cut) findings.add_unseen(kBeyond);
}

std::string percent_decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                           hex_digit(text[i + 2]) >= 0;
    const int value = is_escape ? hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]) : 0;
    bytes += is_escape ? static_cast<char>(value) : text[i];
    if (is_escape) i += 2;
  }
  return bytes;
}

class DataPictures {
 public:
  explicit DataPictures(DocumentFindings& findings) : findings_(findings) {}

  void read(std::string_view html) {
    HtmlTokenizer tokenizer(html);
    for (HtmlToken token; tokenizer.next(token);) {
      if (token.kind == HtmlToken::Kind::start_tag)
        for (const HtmlAttribute& attribute : token.attributes) take_attribute(attribute);
      if (token.kind == HtmlToken::Kind::raw_text && token.name == "style") take_style(token.text);
    }
  }

 private:
  void take_attribute(const HtmlAttribute& attribute) {
    constexpr std::size_t kShortest = 40;
    if (attribute.value.size() < kShortest) return;
    const bool has_references = attribute.value.find('&') != attribute.value.npos;
    std::string decoded;
    if (has_references) append_unreferenced(decoded, attribute.value, ReferencePlace::attribute);
    const std::string_view value = trim(has_references ? decoded : attribute.value);
    if (starts_ignoring_case(value, "data:")) return take_url(value);
    if (attribute.name == "style") take_style(value);
  }

  void take_style(std::string_view style) {
    for (auto at = style.find('('); at != style.npos; at = style.find('(', at + 1)) {
      std::string_view url = trim(style.substr(at + 1));
      const bool is_quoted = url.starts_with('"') || url.starts_with('\'');
      const char last = is_quoted ? url.front() : ')';
      if (is_quoted) url.remove_prefix(1);
      if (starts_ignoring_case(url, "data:")) take_url(url.substr(0, url.find(last)));
    }
  }

  // RFC 2397.
  void take_url(std::string_view url) {
    const std::size_t comma = url.find(',');
    if (comma == url.npos) return;
    if (++pictures_ > kMostPictures) return findings_.add_unseen(kBeyond);
    std::string content = percent_decoded(url.substr(comma + 1));
    if (contains_ignoring_case(url.substr(0, comma), ";base64")) content = decode_base64(content);
    const std::string_view type = detect_file_type(content);
    if (is_picture(type)) inspect_picture(content, findings_);
    if (type == "image/svg+xml") look_for_svg_drawings(content, findings_);
  }

  DocumentFindings& findings_;
  std::size_t pictures_ = 0;
};

bool may_hold_data_picture(std::string_view html) {
  for (auto at = html.find(':'); at != html.npos; at = html.find(':', at + 1))
    if (at >= 4 && equals_ignoring_case(html.substr(at - 4, 4), "data")) return true;
  return html.find(";base64,") != html.npos;  // the name may be written in references
}

}  // namespace

bool may_hold_codes_in_html(std::string_view html) {
  return may_hold_data_picture(html) || may_hold_table_drawing(html) ||
         may_hold_svg_drawing(html) || may_hold_block_drawing(html);
}

bool may_hold_codes_in_text(std::string_view text) {
  return may_hold_block_drawing(text);
}

void look_for_codes_in_text(std::string_view text, DocumentFindings& findings) {
  bool is_cut = false;
  for (const BlockDrawing& drawing : block_drawings(text, is_cut))
    if (!read_drawing(drawing.tall, "text", findings))
      read_drawing(drawing.square, "text", findings);
  if (is_cut) findings.add_unseen(kBeyond);
}

void look_for_codes_in_html(std::string_view html, DocumentFindings& findings) {
  if (may_hold_data_picture(html)) DataPictures(findings).read(html);
  if (may_hold_block_drawing(html)) look_for_codes_in_text(drawing_lines_of_html(html), findings);
  if (may_hold_table_drawing(html)) {
    bool is_cut = false;
    for (const GreyPicture& picture : table_drawings(html, is_cut))
      read_drawing(picture, "table", findings);
    if (is_cut) findings.add_unseen(kBeyond);
  }
  look_for_svg_drawings(html, findings);
}

}  // namespace secondlook
