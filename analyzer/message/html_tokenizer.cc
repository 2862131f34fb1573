#include "analyzer/message/html_tokenizer.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostAttributes = 200;
constexpr ByteSet kEndsName(" \t\r\n\f/>"), kEndsAttributeName(" \t\r\n\f/>="),
    kEndsValue(" \t\r\n\f>");

void assign_lower(std::string& lower, std::string_view text) {
  lower = text;
  for (char& c : lower) c = ascii_lower(c);
}

// Where "</name" stands at or behind `at`, followed by what ends a tag name.
std::size_t find_end_tag(std::string_view html, std::size_t at, std::string_view name) {
  for (at = html.find("</", at); at != std::string_view::npos; at = html.find("</", at + 2)) {
    const std::size_t behind = at + 2 + name.size();
    if (!starts_ignoring_case(html.substr(at + 2), name)) continue;
    if (behind == html.size() || is_space(html[behind]) || html[behind] == '/' ||
        html[behind] == '>') {
      return at;
    }
  }
  return html.size();
}

}  // namespace

const HtmlAttribute* HtmlToken::attribute(std::string_view wanted) const {
  for (const HtmlAttribute& attribute : attributes) {
    if (attribute.name == wanted) return &attribute;
  }
  return nullptr;
}

HtmlTokenizer::HtmlTokenizer(std::string_view html) : html_(html) {}

bool HtmlTokenizer::next(HtmlToken& token) {
  token.text = {};
  token.name.clear();
  token.attributes.clear();
  token.self_closing = false;
  if (at_ >= html_.size()) return false;
  if (!raw_element_.empty()) {
    take_raw_text(token);
    if (!token.text.empty()) return true;
    token.name.clear();
    if (at_ >= html_.size()) return false;
  }
  return take_markup(token) || take_text(token);
}

void HtmlTokenizer::take_raw_text(HtmlToken& token) {
  const std::size_t end =
      raw_element_ == "plaintext" ? html_.size() : find_end_tag(html_, at_, raw_element_);
  token.kind = HtmlToken::Kind::raw_text;
  token.text = html_.substr(at_, end - at_);
  token.name = raw_element_;
  raw_element_.clear();
  at_ = end;
}

// Up to the next "<" that begins markup.
bool HtmlTokenizer::take_text(HtmlToken& token) {
  std::size_t end = html_.find('<', at_ + 1);
  while (end != std::string_view::npos) {
    const char c = end + 1 < html_.size() ? html_[end + 1] : ' ';
    if (is_letter(c) || c == '/' || c == '!' || c == '?') break;
    end = html_.find('<', end + 1);
  }
  end = std::min(end, html_.size());
  token.kind = HtmlToken::Kind::text;
  token.text = html_.substr(at_, end - at_);
  at_ = end;
  return true;
}

// False when no markup starts here.
bool HtmlTokenizer::take_markup(HtmlToken& token) {
  if (html_[at_] != '<' || at_ + 1 >= html_.size()) return false;
  const char c = html_[at_ + 1];
  if (is_letter(c)) {
    take_tag(token, HtmlToken::Kind::start_tag, at_ + 1);
  } else if (c == '/' && at_ + 2 < html_.size() && is_letter(html_[at_ + 2])) {
    take_tag(token, HtmlToken::Kind::end_tag, at_ + 2);
  } else if (html_.substr(at_, 4) == "<!--") {
    take_comment(token);
  } else if (c == '!' || c == '?' || (c == '/' && at_ + 2 < html_.size())) {
    take_bogus_comment(token, at_ + 2);
  } else {
    return false;
  }
  return true;
}

void HtmlTokenizer::take_tag(HtmlToken& token, HtmlToken::Kind kind, std::size_t name_at) {
  token.kind = kind;
  at_ = kEndsName.find_in(html_, name_at);
  assign_lower(token.name, html_.substr(name_at, at_ - name_at));
  token.element = html_element(token.name);
  while (at_ < html_.size() && html_[at_] != '>') {
    if (html_[at_] == '/') {
      token.self_closing = at_ + 1 < html_.size() && html_[at_ + 1] == '>';
      ++at_;
    } else if (is_space(html_[at_])) {
      ++at_;
    } else {
      take_attribute(token);
    }
  }
  ++at_;
  if (kind == HtmlToken::Kind::start_tag && token.element.has(HtmlTrait::raw_text))
    raw_element_ = token.name;
}

void HtmlTokenizer::take_attribute(HtmlToken& token) {
  const std::size_t start = at_;
  at_ = kEndsAttributeName.find_in(html_, at_ + 1);
  HtmlAttribute attribute;
  assign_lower(attribute.name, html_.substr(start, at_ - start));
  skip_spaces();
  if (at_ < html_.size() && html_[at_] == '=') {
    ++at_;
    attribute.value = take_attribute_value();
  }
  if (token.attributes.size() < kMostAttributes && token.attribute(attribute.name) == nullptr) {
    token.attributes.push_back(std::move(attribute));
  }
}

std::string_view HtmlTokenizer::take_attribute_value() {
  skip_spaces();
  if (at_ >= html_.size() || html_[at_] == '>') return {};
  const char quote = html_[at_];
  const bool quoted = quote == '"' || quote == '\'';
  const std::size_t start = quoted ? at_ + 1 : at_;
  const std::size_t end =
      quoted ? std::min(html_.find(quote, start), html_.size()) : kEndsValue.find_in(html_, start);
  at_ = quoted ? std::min(end + 1, html_.size()) : end;
  return html_.substr(start, end - start);
}

// "<!-->" and "<!--->" are whole comments; else up to "-->" or "--!>".
void HtmlTokenizer::take_comment(HtmlToken& token) {
  token.kind = HtmlToken::Kind::comment;
  const std::size_t start = at_ + 4;
  for (const std::string_view whole : {">", "->"}) {
    if (html_.substr(start).starts_with(whole)) {
      at_ = start + whole.size();
      return;
    }
  }
  std::size_t end = html_.find("--", start);
  while (end != std::string_view::npos) {
    const std::string_view rest = html_.substr(end + 2);
    const std::size_t closing = rest.starts_with('>') ? 1 : rest.starts_with("!>") ? 2 : 0;
    if (closing > 0) {
      token.text = html_.substr(start, end - start);
      at_ = end + 2 + closing;
      return;
    }
    end = html_.find("--", end + 1);
  }
  token.text = html_.substr(std::min(start, html_.size()));
  at_ = html_.size();
}

void HtmlTokenizer::take_bogus_comment(HtmlToken& token, std::size_t from) {
  token.kind = HtmlToken::Kind::comment;
  const std::size_t end = std::min(html_.find('>', from), html_.size());
  token.text = html_.substr(from, end - from);
  at_ = std::min(end + 1, html_.size());
}

void HtmlTokenizer::skip_spaces() {
  while (at_ < html_.size() && is_space(html_[at_])) ++at_;
}

}  // namespace secondlook
