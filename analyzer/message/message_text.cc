#include "analyzer/message/message_text.h"

#include <algorithm>

#include "analyzer/message/html_text.h"
#include "analyzer/message/links.h"
#include "analyzer/message/visible_text.h"

namespace secondlook {
namespace {

// Lines joined to paragraphs, which end at empty lines, as SpamAssassin's body rules have it.
void append_paragraphs(std::string& out, std::string_view text) {
  VisibleText visible(out);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (line.find_first_not_of(" \t\r\f") == std::string_view::npos) {
      visible.end_line();
    } else {
      visible.add(line);
      visible.add(" ");
    }
    at = end + 1;
  }
  visible.end_line();
}

// A prefix of at most `most` bytes that ends between two characters.
std::string_view cut_utf8(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

class TextFiller {
 public:
  TextFiller(ParsedMessage& message, const MessageLimits& limits)
      : message_(message), limits_(limits) {}

  void fill() {
    append_paragraphs(message_.body_text, message_.header("Subject"));
    for (const MessagePart& part : message_.parts) {
      if (!part.text.empty()) add_part(part);
    }
    if (cut_) message_.errors.push_back("text cut");
    if (message_.links.size() >= limits_.most_links) message_.errors.push_back("links cut");
  }

 private:
  void add_part(const MessagePart& part) {
    const std::size_t room =
        limits_.most_text_bytes - std::min(limits_.most_text_bytes, message_.raw_body.size());
    const std::string_view source = cut_utf8(part.text, room);
    cut_ = cut_ || source.size() < part.text.size();
    if (source.empty()) return;
    message_.raw_body += source;
    if (message_.raw_body.back() != '\n') message_.raw_body += '\n';
    if (part.content_type == "text/html" || part.content_type == "application/xhtml+xml") {
      add_html(part, source);
    } else {
      append_paragraphs(message_.body_text, source);
      find_plain_links(source, part.path, limits_.most_links, message_.links);
    }
  }

  void add_html(const MessagePart& part, std::string_view source) {
    const HtmlText html =
        render_html(source, limits_.most_text_bytes, limits_.most_links - message_.links.size());
    cut_ = cut_ || html.cut;
    message_.body_text += html.visible;
    VisibleText(message_.body_text).end_line();
    add_html_links(html, part.path, limits_.most_links, message_.links);
  }

  ParsedMessage& message_;
  const MessageLimits& limits_;
  bool cut_ = false;
};

}  // namespace

void fill_texts(ParsedMessage& message, const MessageLimits& limits) {
  TextFiller(message, limits).fill();
}

}  // namespace secondlook
