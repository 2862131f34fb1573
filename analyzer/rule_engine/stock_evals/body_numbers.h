// What BodyEval's functions ask about the text as a whole: counted once a message.
#pragma once

#include <cstddef>

namespace secondlook {

class MailFacts;

struct BodyNumbers {
  // Of the words of a multipart/alternative's HTML, how many percent its plain text lacks: the
  // largest of all alternatives. Different words of the last one that has HTML.
  double alternative_percent = 0;
  std::size_t html_words = 0, text_words = 0;

  double capitals_percent = 0;  // of the letters; 0 for short texts and charsets that look like it
  int most_blanks = -1;         // for each hundred other bytes, in the paragraph that has most
};

BodyNumbers count_body(const MailFacts& facts);

}  // namespace secondlook
