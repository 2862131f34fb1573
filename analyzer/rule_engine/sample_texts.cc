#include "analyzer/rule_engine/sample_texts.h"

#include <array>
#include <cstdint>

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 48> kWords = {
    "the",      "your",     "account", "please",   "of",      "invoice", "and",     "to",
    "password", "meeting",  "a",       "we",       "you",     "is",      "payment", "for",
    "click",    "here",     "in",      "bank",     "this",    "on",      "with",    "have",
    "message",  "free",     "offer",   "not",      "are",     "from",    "2026",    "report",
    "urgent",   "deliver",  "$1,500",  "customer", "support", "team",    "notice",  "will",
    "be",       "attached", "verify",  "office",   "mailbox", "money",   "100%",    "Dear"};

// A small generator of its own: the standard's distributions differ from library to library.
class Dice {
 public:
  std::size_t below(std::size_t limit) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>((state_ >> 33) % limit);
  }
  std::string_view word() { return kWords[below(kWords.size())]; }

 private:
  std::uint64_t state_ = 2026;
};

std::string sentences(Dice& dice, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += dice.word();
    const std::size_t sign = dice.below(12);
    text += sign == 0 ? ". " : sign == 1 ? ", " : sign == 2 ? "! " : " ";
  }
  return text;
}

std::string link(Dice& dice) {
  std::string text = dice.below(2) == 0 ? "http://" : "https://www.";
  text += std::string(dice.word()) + "-" + std::string(dice.word()) + ".example.com/";
  for (std::size_t i = 0; i < 1 + dice.below(5); ++i) {
    text += std::string(dice.word()) + (dice.below(2) == 0 ? "/" : ".php?id=");
    text += std::to_string(dice.below(1'000'000)) + "&u=";
  }
  return text + "user@example.org";
}

std::string markup(Dice& dice, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    text += "<td style=\"color:#" + std::to_string(100000 + dice.below(900000)) +
            ";font-size:12px\"><a href=\"" + link(dice) + "\">" + sentences(dice, 30) +
            "</a></td>\n";
  }
  return text;
}

std::string encoded(Dice& dice, std::size_t size) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  while (text.size() < size) text += kSigns[dice.below(kSigns.size())];
  return text;
}

std::string repeated(std::string_view unit, std::size_t size) {
  std::string text;
  while (text.size() < size) text += unit;
  return text;
}

}  // namespace

void add_pieces(std::string_view text, std::vector<std::string>& pieces) {
  for (std::size_t at = 0; at < text.size(); at += kLongestSample) {
    pieces.emplace_back(text.substr(at, kLongestSample));
  }
}

std::vector<std::string> sample_texts() {
  Dice dice;
  std::vector<std::string> texts;
  for (int i = 0; i < 24; ++i) add_pieces(sentences(dice, 1800), texts);
  for (int i = 0; i < 120; ++i) texts.push_back(link(dice));
  for (int i = 0; i < 120; ++i) texts.push_back(sentences(dice, 60));
  for (int i = 0; i < 12; ++i) add_pieces(markup(dice, 1800), texts);
  for (int i = 0; i < 6; ++i) add_pieces(encoded(dice, 1800), texts);
  for (const std::string_view unit :
       {"a", "A", " ", "0", ".", "-", "=", "_", "\n", "<", "((", "a b ", "1,", "&nbsp;", "<div>",
        "http://", "a.a@", "\xe3\x81\x82", "\xc2\xa0"}) {
    texts.push_back(repeated(unit, 1800));
  }
  return texts;
}

}  // namespace secondlook
