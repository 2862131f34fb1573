#include "analyzer/message/rtf_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/code_page.h"

namespace secondlook {
namespace {

constexpr std::size_t kDeepest = 1000, kMostFonts = 10'000;

struct ControlWord {
  std::string_view name;
  bool has_number = false;
  int number = 0;
};

// What a group inherits and gives back at its end.
struct GroupState {
  bool skipped = false;  // a destination that is no text
  bool in_font_table = false;
  bool in_html_tag = false;      // {\*\htmltag ...}: HTML as it was
  bool html_hidden = false;      // \htmlrtf: for readers of RTF only
  unsigned fallback_length = 1;  // \ucN: how much stands behind \uN for those who cannot read it
  int font = -1;
};

bool is_text_destination(std::string_view name) {
  return name == "htmltag" || name == "fldinst" || name == "mhtmltag";
}

bool is_other_destination(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames = {
      "colortbl", "stylesheet", "info",      "pict",      "filetbl",   "listtable",
      "revtbl",   "objdata",    "themedata", "datastore", "generator", "latentstyles"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// The character that a control word stands for, or "".
std::string_view character_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kCharacters = {{
      {"par", "\r\n"},
      {"line", "\r\n"},
      {"sect", "\r\n"},
      {"page", "\r\n"},
      {"row", "\r\n"},
      {"tab", "\t"},
      {"cell", "\t"},
      {"emdash", "\u2014"},
      {"endash", "\u2013"},
      {"bullet", "\u2022"},
      {"lquote", "\u2018"},
      {"rquote", "\u2019"},
      {"ldblquote", "\u201C"},
      {"rdblquote", "\u201D"},
  }};
  for (const auto& [word, character] : kCharacters)
    if (word == name) return character;
  return {};
}

class RtfReader {
 public:
  RtfReader(std::string_view rtf, std::size_t most_bytes) : rtf_(rtf), most_bytes_(most_bytes) {}

  RtfText read() {
    result_.cut = !rtf_.starts_with("{\\rtf");
    while (at_ < rtf_.size() && !result_.cut) {
      const char c = rtf_[at_++];
      if (c == '{')
        open_group();
      else if (c == '}')
        close_group();
      else if (c == '\\')
        take_control();
      else if (c != '\r' && c != '\n')
        add_byte(c);
      result_.cut = result_.cut || result_.text.size() + bytes_.size() > most_bytes_;
    }
    flush();
    return std::move(result_);
  }

 private:
  void open_group() {
    fallback_left_ = 0;
    if (groups_.size() >= kDeepest) {
      result_.cut = true;
      return;
    }
    groups_.push_back(state_);
  }

  void close_group() {
    fallback_left_ = 0;
    if (groups_.empty()) return;
    flush();
    if (link_group_ != 0 && link_group_ == groups_.size()) {
      link_group_ = 0;
      add_text(" ");
    }
    state_ = groups_.back();
    groups_.pop_back();
  }

  void take_control() {
    if (at_ >= rtf_.size()) return;
    if (is_letter(rtf_[at_])) return take_word(read_word());
    const char c = rtf_[at_++];
    switch (c) {
      case '\'': return take_hex();
      case '*': starred_ = true; return;
      case '~': return add_byte(' ');
      case '_': return add_byte('-');
      case '\r':
      case '\n': return add_text("\r\n");
      case '-':
      case ':': return;
      default: return add_byte(c);
    }
  }

  ControlWord read_word() {
    ControlWord word;
    const std::size_t start = at_;
    while (at_ < rtf_.size() && is_letter(rtf_[at_])) ++at_;
    word.name = rtf_.substr(start, at_ - start);
    const bool negative = at_ + 1 < rtf_.size() && rtf_[at_] == '-' && is_digit(rtf_[at_ + 1]);
    if (negative) ++at_;
    std::int64_t number = 0;
    for (; at_ < rtf_.size() && is_digit(rtf_[at_]); ++at_) {
      word.has_number = true;
      number = std::min<std::int64_t>(number * 10 + (rtf_[at_] - '0'), 0x7FFFFFFF);
    }
    word.number = static_cast<int>(negative ? -number : number);
    if (at_ < rtf_.size() && rtf_[at_] == ' ') ++at_;
    return word;
  }

  void take_hex() {
    const int high = at_ + 1 < rtf_.size() ? hex_digit(rtf_[at_]) : -1;
    const int low = high >= 0 ? hex_digit(rtf_[at_ + 1]) : -1;
    if (low < 0) return;
    at_ += 2;
    add_byte(static_cast<char>(high * 16 + low));
  }

  void take_word(const ControlWord& word) {
    const bool starred = std::exchange(starred_, false);
    if (starred && !is_text_destination(word.name)) {
      state_.skipped = true;
      return;
    }
    if (word.name == "u") return take_unicode(word.number);
    if (word.name == "bin") return skip_binary(word.number);
    if (const std::string_view character = character_of(word.name); !character.empty())
      return add_text(character);
    if (is_other_destination(word.name)) state_.skipped = true;
    take_state(word);
    take_font(word);
  }

  void take_state(const ControlWord& word) {
    if (word.name == "fromhtml") result_.is_html = word.number != 0;
    if (word.name == "htmltag") state_.in_html_tag = true;
    if (word.name == "mhtmltag") state_.skipped = true;
    if (word.name == "htmlrtf") {
      flush();
      state_.html_hidden = !word.has_number || word.number != 0;
    }
    if (word.name == "uc")
      state_.fallback_length = static_cast<unsigned>(std::clamp(word.number, 0, 100));
    if (word.name == "fldinst" && !result_.is_html) {
      add_text(" ");
      link_group_ = groups_.size();
    }
  }

  void take_font(const ControlWord& word) {
    if (word.name == "ansicpg") code_page_ = static_cast<unsigned>(word.number);
    if (word.name == "deff") default_font_ = word.number;
    if (word.name == "fonttbl") state_.skipped = state_.in_font_table = true;
    if (word.name == "f") {
      flush();
      state_.font = word.number;
    }
    if (word.name == "plain") {
      flush();
      state_.font = -1;
    }
    if (word.name == "fcharset" && state_.in_font_table && fonts_.size() < kMostFonts)
      fonts_[state_.font] = code_page_of_font_charset(static_cast<unsigned>(word.number));
  }

  // 16 bits, signed; characters beyond them as two.
  void take_unicode(int number) {
    flush();
    const auto unit = static_cast<std::uint16_t>(number);
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    char32_t character = unit;
    if (is_low && high_surrogate_ != 0)
      character = 0x10000 + ((high_surrogate_ - 0xD800U) << 10U) + (unit - 0xDC00U);
    high_surrogate_ = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
    if (high_surrogate_ == 0) {
      std::string text;
      append_utf8(text, character);
      add_text(text);
    }
    fallback_left_ = state_.fallback_length;
  }

  void skip_binary(int length) {
    if (length > 0) at_ += std::min(rtf_.size() - at_, static_cast<std::size_t>(length));
  }

  bool is_shown() const {
    if (state_.skipped) return false;
    return !result_.is_html || state_.in_html_tag || !state_.html_hidden;
  }

  void add_byte(char c) {
    starred_ = false;
    if (fallback_left_ > 0) {
      --fallback_left_;
      return;
    }
    if (is_shown()) bytes_ += c;
  }
  void add_text(std::string_view text) {
    if (!is_shown()) return;
    flush();
    result_.text += text;
  }

  // Bytes are gathered while their charset is the same, since a character may have several.
  void flush() {
    if (bytes_.empty()) return;
    const auto font = fonts_.find(state_.font >= 0 ? state_.font : default_font_);
    const unsigned by_font = font == fonts_.end() ? 0 : font->second;
    const bool font_decides = by_font != 0 && (by_font != 1252 || code_page_ == 0);
    result_.text += to_utf8(bytes_, charset_of_code_page(font_decides ? by_font : code_page_));
    bytes_.clear();
  }

  std::string_view rtf_;
  std::size_t most_bytes_, at_ = 0;
  RtfText result_;
  std::string bytes_;
  std::vector<GroupState> groups_;
  GroupState state_;
  bool starred_ = false;
  unsigned fallback_left_ = 0;
  std::uint32_t high_surrogate_ = 0;
  std::size_t link_group_ = 0;  // depth of the open \fldinst; 0: none
  unsigned code_page_ = 0;
  int default_font_ = 0;
  std::map<int, unsigned> fonts_;
};

}  // namespace

RtfText read_rtf(std::string_view rtf, std::size_t most_bytes) {
  return RtfReader(rtf, most_bytes).read();
}

}  // namespace secondlook
