// Cuts rendered and raw text into the pieces that SpamAssassin's patterns see
// (Mail::SpamAssassin::Message, split_into_array_of_short_lines and …_short_paragraphs). Pieces
// follow each other without gaps and never cut a UTF-8 character.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/rule_engine/searched_text.h"

namespace secondlook {

inline constexpr std::size_t kLongestLine = 2048;

// Each line with its line feed; lines beyond 2 KiB are cut after their last blank before that.
std::vector<TextPiece> cut_paragraphs(std::string_view text);

// 2 to 4 KiB each, cut behind a line feed, else behind ">", else behind a blank.
// Starts: where parts of a mail begin, rising; no chunk reaches from one into the next.
std::vector<TextPiece> cut_chunks(std::string_view text,
                                  const std::vector<std::size_t>& starts = {});

}  // namespace secondlook
