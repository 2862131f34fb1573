// What the name of an HTML element says to those who read HTML here (tokenizer, renderer, rules'
// text, counter, inks). Each tag is looked up once, by the tokenizer; the others ask for bits.
#pragma once

#include <cstdint>
#include <string_view>

namespace secondlook {

enum class HtmlTrait : std::uint32_t {
  html4 = 1U << 0U,          // of HTML 4.01 and XHTML 1.0, and two that mailers use
  tolerated = 1U << 1U,      // taken seriously though no element of HTML 4
  raw_text = 1U << 2U,       // no tags inside: RCDATA, RAWTEXT, script data (HTML §13.2.6)
  no_end = 1U << 3U,         // void: never has an end tag
  block = 1U << 4U,          // ends a line when it is rendered
  closes_itself = 1U << 5U,  // an open one ends where the next begins
  line_gap = 1U << 6U,       // what it puts between texts for rules: a line feed,
  paragraph_gap = 1U << 7U,  // two of them,
  word_gap = 1U << 8U,       // or a blank
  parts_words = 1U << 9U,    // letters before and behind it are no one word
  changes_ink = 1U << 10U,   // may say in which colour or size its text is
  takes_style = 1U << 11U    // with a style attribute that says so
};

struct HtmlElement {
  std::uint32_t traits = 0;
  std::uint8_t number = 0;  // of its name, from 1 on; 0: a name with no traits

  constexpr bool has(HtmlTrait trait) const {
    return (traits & static_cast<std::uint32_t>(trait)) != 0;
  }
};

// More than the largest number.
inline constexpr std::size_t kHtmlElements = 160;

// name: lower case.
HtmlElement html_element(std::string_view name);

}  // namespace secondlook
