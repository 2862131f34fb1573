#include "analyzer/message/wide_urls.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/registrable_domain.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestUrl = 2048;

// One character of a URL: its ASCII form, 0 when it is none, and how many bytes it takes.
struct UrlCharacter {
  char ascii = 0;
  bool is_wide = false;
  std::size_t length = 0;
};

bool is_url_character(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-._~:/?#[]@!$&'*+,;=%").find(c) != std::string_view::npos;
}

// U+FF01 to U+FF5E are ASCII from ! to ~.
UrlCharacter character_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  if ((text[at] & '\x80') == 0) return {is_url_character(text[at]) ? text[at] : '\0', false, 1};
  if (at + 2 >= text.size() || text[at] != '\xEF') return {};
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const auto third = static_cast<unsigned char>(text[at + 2]);
  const unsigned low = (second & 0x3FU) << 6U | (third & 0x3FU);  // of U+Fxxx
  if (low < 0xF01 || low > 0xF5E) return {};
  const char ascii = static_cast<char>(low - 0xF01 + '!');
  // Full-width brackets and punctuation are the sentence's.
  const bool is_of_url =
      is_url_character(ascii) && std::string_view("()[],;!'").find(ascii) == std::string_view::npos;
  return {is_of_url ? ascii : '\0', true, 3};
}

// 。 and ｡ between the letters of a host are dots (UTS #46).
bool is_dot_of_host(std::string_view text, std::size_t at) {
  const std::string_view dot = text.substr(at, 3);
  if (dot != "\xE3\x80\x82" && dot != "\xEF\xBD\xA1") return false;
  const char after = character_at(text, at + 3).ascii;
  return is_letter(after) || is_digit(after);
}

class WideUrlReader {
 public:
  explicit WideUrlReader(std::string_view text) : text_(text) {}

  // The URL that begins at `at`; nothing when none does or when all of it is ASCII up to its path.
  std::optional<std::string> read(std::size_t at) {
    url_.clear();
    at_ = at;
    wide_ = false;
    if (!take_start()) return std::nullopt;
    const std::size_t start = url_.size();
    take_host(start);
    if (!wide_ || url_.size() == start || url_.find('.') == url_.npos) return std::nullopt;
    while (take_if([](char) { return true; })) {
    }
    while (std::string_view(".,:;!?'*_~").find(url_.back()) != std::string_view::npos)
      url_.pop_back();
    return url_;
  }

  std::size_t end() const { return at_; }

 private:
  template <typename Wanted>
  bool take_if(Wanted wanted) {
    const UrlCharacter next = character_at(text_, at_);
    if (next.ascii == 0 || url_.size() >= kLongestUrl || !wanted(next.ascii)) return false;
    url_ += next.ascii;
    wide_ = wide_ || next.is_wide;
    at_ += next.length;
    return true;
  }

  bool take_word(std::string_view word) {
    const std::size_t began = at_, size = url_.size();
    const bool wide = wide_;
    for (const char wanted : word) {
      if (take_if([&](char c) { return ascii_lower(c) == wanted; })) continue;
      at_ = began;
      url_.resize(size);
      wide_ = wide;
      return false;
    }
    return true;
  }

  bool take_start() { return take_word("https://") || take_word("http://") || take_word("www."); }

  void take_host(std::size_t start) {
    for (;;) {
      if (take_if([](char c) { return c != '/' && c != '?' && c != '#'; })) continue;
      if (!is_dot_of_host(text_, at_) ||
          has_known_suffix(to_ascii_lower(std::string_view(url_).substr(start))))
        return;
      url_ += '.';
      wide_ = true;
      at_ += 3;
    }
  }

  std::string_view text_;
  std::string url_;
  std::size_t at_ = 0;
  bool wide_ = false;
};

// h or w, in either width and case.
bool may_start(std::string_view text, std::size_t at) {
  const char c = ascii_lower(character_at(text, at).ascii);
  return c == 'h' || c == 'w';
}

}  // namespace

std::vector<std::string> wide_urls(std::string_view utf8, std::size_t most) {
  std::vector<std::string> urls;
  // No full-width colon, slash or dot: nothing to look for.
  constexpr std::string_view kBlock = "\xEF\xBC";
  if (utf8.find(kBlock) == utf8.npos && utf8.find("\xE3\x80\x82") == utf8.npos) return urls;
  WideUrlReader reader(utf8);
  char before = ' ';
  for (std::size_t at = 0; at < utf8.size() && urls.size() < most;) {
    const UrlCharacter here = character_at(utf8, at);
    const bool in_word = is_letter(before) || is_digit(before);
    before = here.ascii;
    const std::size_t next = at + std::max<std::size_t>(here.length, 1);
    if (!in_word && may_start(utf8, at)) {
      if (auto url = reader.read(at)) {
        urls.push_back(std::move(*url));
      }
      at = std::max(reader.end(), next);  // what was read as a host is not looked at again
      continue;
    }
    at = next;
  }
  return urls;
}

}  // namespace secondlook
