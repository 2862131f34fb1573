#include "analyzer/message/message_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/calendar_text.h"
#include "analyzer/message/html_text.h"
#include "analyzer/message/links.h"
#include "analyzer/message/rule_text.h"
#include "analyzer/message/rule_uris.h"

namespace secondlook {
namespace {

// A prefix of at most `most` bytes that ends between two characters.
std::string_view cut_utf8(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

class TextFiller {
 public:
  TextFiller(ParsedMessage& message, const MessageLimits& limits)
      : message_(message), limits_(limits), uris_(limits.most_links) {}

  void fill() {
    for (const MessagePart& part : message_.parts) {
      if (!part.text.empty()) add_part(part);
    }
    message_.body_text = first_line(message_.header("Subject"));
    append_paragraphs(message_.body_text, text_);
    if (!unseen_.empty()) {
      message_.seen_text = first_line(message_.header("Subject"));
      append_paragraphs(message_.seen_text, seen_text());
    }
    uris_.add_from_text(message_.body_text);
    message_.rule_uris = uris_.take();
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
    message_.raw_body_starts.push_back(message_.raw_body.size());
    message_.raw_body += source;
    if (message_.raw_body.back() != '\n') message_.raw_body += '\n';
    if (is_html(part)) {
      add_html(part, source);
    } else {
      const bool is_calendar = part.content_type == "text/calendar";
      const std::string unescaped = is_calendar ? unescape_calendar_text(source) : std::string();
      const std::string_view text = is_calendar ? unescaped : source;
      add_text(text);
      find_plain_links(text, part.path, limits_.most_links, message_.links);
    }
  }

  void add_html(const MessagePart& part, std::string_view source) {
    const HtmlText html =
        render_html(source, limits_.most_text_bytes, limits_.most_links - message_.links.size());
    cut_ = cut_ || html.cut;
    add_text(html.for_rules);
    const std::size_t begin = text_.size() - html.for_rules.size();
    for (const auto& [from, to] : html.unseen_for_rules) {
      unseen_.emplace_back(begin + from, begin + to);
    }
    if (!html.base.empty()) uris_.add_target(html.base, {});
    for (const HtmlLink& link : html.links) {
      // Office writes data="1" and the like, which lead nowhere.
      const bool is_number = link.kind == FoundLink::Kind::other &&
                             link.target.find_first_not_of("0123456789,") == std::string::npos;
      if (!is_number) uris_.add_target(link.target, html.base);
    }
    add_html_links(html, part.path, limits_.most_links, message_.links);
  }

  // A paragraph can go on from one part into the next, as SpamAssassin has it.
  void add_text(std::string_view text) {
    if (!text_.empty()) text_ += '\n';
    text_ += text;
  }

  std::string seen_text() const {
    std::string seen;
    std::size_t from = 0;
    for (const auto& [begin, end] : unseen_) {
      seen.append(text_, from, begin - from);
      from = text_[end - 1] == '\n' ? end - 1 : end;  // what ends a line is no text
    }
    return seen.append(text_, from);
  }

  // The subject stands on a line of its own, whatever line breaks its sender encoded.
  static std::string first_line(std::string_view subject) {
    std::string line(subject);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line + "\n";
  }

  ParsedMessage& message_;
  const MessageLimits& limits_;
  RuleUris uris_;
  std::string text_;  // of all parts, before it is cut into paragraphs
  std::vector<std::pair<std::size_t, std::size_t>> unseen_;  // pieces of text_
  bool cut_ = false;
};

}  // namespace

bool is_html(const MessagePart& part) {
  if (part.content_type == "text/html" || part.content_type == "application/xhtml+xml") return true;
  const std::string name = to_ascii_lower(part.file_name);
  return name.ends_with(".html") || name.ends_with(".htm") || name.ends_with(".shtml");
}

void fill_texts(ParsedMessage& message, const MessageLimits& limits) {
  TextFiller(message, limits).fill();
}

}  // namespace secondlook
