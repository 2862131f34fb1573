// What BodyEval's functions ask about the text as a whole, each counted when it is first asked.
#pragma once

#include <cstddef>
#include <string_view>

namespace secondlook {

class MailFacts;

// Of the words of a multipart/alternative's HTML, how many percent its plain text lacks: the
// largest of all alternatives. Different words of the last one that has HTML.
struct AlternativeNumbers {
  double percent = 0;
  std::size_t html_words = 0, text_words = 0;
};

AlternativeNumbers compare_alternatives(const MailFacts& facts);

// Percent of the letters that are capitals; 0 for short texts and charsets that look like them.
double capitals_percent(const MailFacts& facts);

// For each hundred other bytes, in the paragraph that has most; -1 without paragraphs.
int most_blanks(std::string_view text);

}  // namespace secondlook
