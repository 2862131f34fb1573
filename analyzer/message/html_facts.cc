#include "analyzer/message/html_facts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/html_entities.h"
#include "analyzer/message/html_inks.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

// Word's and Outlook's own: "o:p", "st1:place".
bool is_office_tag(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == name.npos || colon + 1 == name.size()) return false;
  const std::string_view space = name.substr(0, colon);
  const bool known =
      space == "o" || (space.size() == 3 && space.starts_with("st") && is_digit(space[2]));
  return known &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(colon) + 1, name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

// Neither a blank nor ASCII punctuation.
bool is_in_word(char c) {
  return !is_space(c) && c != '\v' &&
         !((c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~'));
}

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

// Eight bytes at once: those that go on a character have the highest bit and not the next.
std::size_t count_characters(std::string_view text) {
  constexpr std::uint64_t kLowBits = 0x0101010101010101;
  std::size_t continuing = 0, at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
    continuing += static_cast<std::size_t>(std::popcount((bytes >> 7) & ~(bytes >> 6) & kLowBits));
  }
  for (; at < text.size(); ++at) continuing += starts_character(text[at]) ? 0 : 1;
  return text.size() - continuing;
}

// Characters that are no blanks; the blanks of Unicode are counted as such.
std::size_t count_non_space(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte > ' ' && byte < 0x80) {
      ++count;
      continue;
    }
    const std::string_view rest = text.substr(i);
    const bool wide_blank = rest.starts_with("\xC2\xA0") || rest.starts_with("\xE3\x80\x80") ||
                            (rest.starts_with("\xE2\x80") && rest.size() > 2 &&
                             static_cast<unsigned char>(rest[2]) <= 0x8A);
    if (starts_character(text[i]) && !is_space(text[i]) && text[i] != '\v' && !wide_blank) ++count;
  }
  return count;
}

// "640", "100%" of a screen that wide (high); 200 when it says nothing.
double image_side(std::string_view text, double percent) {
  const bool relative = text.ends_with('%');
  if (relative) text.remove_suffix(1);
  if (text.empty() || text.size() > 9 || !std::all_of(text.begin(), text.end(), is_digit))
    return 200;
  const double side = std::atof(std::string(text).c_str()) * (relative ? percent : 1);
  return side > 0 ? side : 200;
}

// Words of letters, parted by commas: "Arial, 'Times New Roman'".
bool is_font_face(std::string_view face) {
  std::string_view rest = trim(face);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  if (rest.ends_with(';')) rest.remove_suffix(1);
  while (true) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view name = trim(rest.substr(0, comma));
    if (name.starts_with('"') || name.starts_with('\'')) name.remove_prefix(1);
    if (name.ends_with('"') || name.ends_with('\'')) name.remove_suffix(1);
    if (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
    const bool letters = std::all_of(name.begin(), name.end(),
                                     [](char c) { return is_letter(c) || c == ' ' || c == '-'; });
    if (name.size() < 2 || !letters || !is_letter(name.back()) || name.front() == '-') return false;
    if (comma == rest.size()) return true;
    rest.remove_prefix(comma + 1);
  }
}

// Behind "charset=" in the content of a meta tag.
std::string charset_in(std::string_view content) {
  const std::string lower = to_ascii_lower(content);
  const std::size_t place = lower.find("charset");
  if (place == std::string::npos) return "";
  std::string_view rest = trim(std::string_view(lower).substr(place + 7));
  if (!rest.starts_with('=')) return "";
  rest = trim(rest.substr(1));
  if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
  return std::string(rest.substr(0, rest.find_first_of("\"'")));
}

class Counter {
 public:
  explicit Counter(std::string_view html) : html_(html) {}

  HtmlFacts count() {
    facts_.length = count_characters(html_);
    HtmlTokenizer tokenizer(html_);
    HtmlToken token;
    while (tokenizer.next(token)) {
      switch (token.kind) {
        case HtmlToken::Kind::text: add_text(token.text); break;
        case HtmlToken::Kind::raw_text: add_raw_text(token); break;
        case HtmlToken::Kind::start_tag: start(token); break;
        case HtmlToken::Kind::end_tag: end(token); break;
        case HtmlToken::Kind::comment: add_comment(token.text); break;
      }
    }
    facts_.smallest_font = inks_.smallest_font();
    facts_.largest_font = inks_.largest_font();
    return std::move(facts_);
  }

 private:
  bool is_inside(std::string_view name) const {
    const auto found = facts_.inside.find(name);
    return found != facts_.inside.end() && found->second > 0;
  }

  static std::string decode(std::string_view value) {
    std::string text;
    append_unreferenced(text, value, ReferencePlace::attribute);
    return text;
  }
  static std::optional<std::string> value_of(const HtmlToken& token, std::string_view name) {
    const HtmlAttribute* found = token.attribute(name);
    if (found == nullptr) return std::nullopt;
    return decode(found->value);
  }

  // How many elements of that name are open; a null pointer when none was seen yet. Names that have
  // a number are looked up once.
  int* count_of(const HtmlToken& token) {
    int* const known = open_of_number_[token.element.number];
    if (known != nullptr) return known;
    const auto found = facts_.inside.find(token.name);
    return found == facts_.inside.end() ? nullptr : &found->second;
  }

  int* begin_count_of(const HtmlToken& token) {
    int* const count = &facts_.inside.emplace(token.name, 0).first->second;
    if (token.element.number != 0) open_of_number_[token.element.number] = count;
    return count;
  }

  // True when the tag is to be looked into.
  bool note_tag(const HtmlToken& token, int step) {
    const bool is_element = token.element.has(HtmlTrait::html4);
    const bool office = !is_element && is_office_tag(token.name);
    int* open = count_of(token);
    const bool is_new = open == nullptr;
    if (is_new) open = begin_count_of(token);
    ++facts_.tags;
    if (is_new) ++facts_.tags_seen;
    if (office || is_element) {
      ++facts_.elements;
      if (is_new) ++facts_.elements_seen;
    }
    *open += step;
    if (*open < 0) {
      *open = 0;
      ++facts_.closed_extra;
    }
    if (!is_element && !token.element.has(HtmlTrait::tolerated)) return false;
    if (token.element.has(HtmlTrait::parts_words)) {
      last_ = '\n';
      facts_.text += '\n';
    }
    return true;
  }

  void start(const HtmlToken& token) {
    if (!note_tag(token, 1)) return;
    inks_.open(token);
    if (token.name == "a") add_anchor(token);
    if (token.name == "img") add_image(token);
    if (token.name == "title" && facts_.titles.size() < kMostHtmlFacts)
      facts_.titles.emplace_back();
    if (token.name == "object" || token.name == "embed") facts_.embeds = true;
    if (token.name == "iframe" && token.attribute("src") != nullptr) facts_.iframe_source = true;
    if (token.name == "font") {
      const auto face = value_of(token, "face");
      if (face && !is_font_face(*face)) facts_.bad_font_face = true;
    }
    if (token.name == "form") {
      const auto action = value_of(token, "action");
      if (action && to_ascii_lower(*action).find("mailto:") != std::string::npos)
        facts_.mailto_form = true;
    }
    if (token.name == "meta") add_charset(token);
    for (const std::string_view name : {"href", "src", "action", "background"}) {
      const HtmlAttribute* uri = token.attribute(name);
      if (uri != nullptr && uri->value.size() > kLongestUriOfSpamAssassin) facts_.long_uri = true;
    }
  }

  void end(const HtmlToken& token) {
    if (note_tag(token, -1)) inks_.close(token);
  }

  void add_anchor(const HtmlToken& token) {
    if (facts_.anchors.size() >= kMostHtmlFacts) return;
    facts_.anchors.push_back({std::string(trim(value_of(token, "href").value_or(""))), ""});
  }

  void add_image(const HtmlToken& token) {
    if (is_inside("a") && !facts_.anchors.empty()) append(facts_.anchors.back().text, "<img>\n");
    const auto width = value_of(token, "width"), height = value_of(token, "height");
    if (width && height) facts_.image_area += image_side(*width, 8) * image_side(*height, 6);
  }

  void add_charset(const HtmlToken& token) {
    const auto kind = value_of(token, "http-equiv"), content = value_of(token, "content");
    if (!kind || !content || facts_.charsets.size() >= kMostHtmlFacts) return;
    if (to_ascii_lower(*kind).find("content-type") == std::string::npos) return;
    std::string charset = charset_in(*content);
    if (!charset.empty()) facts_.charsets.push_back(std::move(charset));
  }

  static void append(std::string& text, std::string_view more) {
    text += more.substr(0, kLongestHtmlFact - std::min(kLongestHtmlFact, text.size()));
  }

  void add_raw_text(const HtmlToken& token) {
    if (token.name == "script" || token.name == "style") return;
    add_text(token.text);
  }

  void add_text(std::string_view source) {
    decoded_.clear();
    append_unreferenced(decoded_, source, ReferencePlace::text);
    if (decoded_.empty()) return;
    if (is_inside("a") && !facts_.anchors.empty()) append(facts_.anchors.back().text, decoded_);
    if (is_inside("title") && !facts_.titles.empty()) append(facts_.titles.back(), decoded_);
    const std::size_t seen = count_non_space(decoded_);
    facts_.non_space += seen;
    if (seen > 0) look_at_ink();
    if (is_in_word(decoded_.front()) && last_ && is_in_word(*last_)) ++facts_.obfuscated;
    last_ = decoded_.back();
    if (facts_.text.size() < kMostHtmlText)
      facts_.text += decoded_.substr(0, kMostHtmlText - facts_.text.size());
  }

  void look_at_ink() {
    const HtmlInk& ink = inks_.current();
    if (!ink.text && !ink.background) facts_.low_contrast = true;
    if (ink.text.has_value() != ink.background.has_value()) facts_.invalid_color = true;
    if (ink.text && ink.background && is_low_contrast(*ink.text, *ink.background))
      facts_.low_contrast = true;
  }

  void add_comment(std::string_view text) {
    const auto place = static_cast<std::size_t>(text.data() - html_.data());
    const bool is_comment = !text.empty() && place >= 4 && html_.substr(place - 4, 4) == "<!--";
    if (is_comment && facts_.comments.size() < kMostHtmlFacts) {
      std::string& comment = facts_.comments.emplace_back("<!--");
      append(comment, text);
      comment += "-->";
    }
    if (!is_comment && starts_ignoring_case(text, "doctype")) {
      ++facts_.elements;
      ++facts_.tags;
      facts_.inside["!doctype"] = 0;
    }
  }

  const std::string_view html_;
  HtmlFacts facts_;
  HtmlInks inks_;
  std::optional<char> last_;  // of the text before, or a line feed of a block
  std::string decoded_;
  std::array<int*, kHtmlElements> open_of_number_{};  // into facts_.inside
};

}  // namespace

HtmlFacts count_html(std::string_view html) {
  return Counter(html).count();
}

}  // namespace secondlook
