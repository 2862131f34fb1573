// How texts are written into the full-text index and looked up in it, the same way on both sides:
// NFKC, case folded, zero-width characters gone, and a space around each character of a script
// that is written without spaces, so that a word of two characters is found as a phrase. The same
// text gives the same words for ever: characters that Unicode has assigned since version 15 are
// read as spaces, since another version of ICU might fold them otherwise, and what was indexed must
// be said again to be deleted.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

// Bytes that are no UTF-8 are replaced first; at most `most_bytes` of the result are kept.
std::string indexed_text(std::string_view text, std::size_t most_bytes = 1 << 20);

// A phrase of FTS5's MATCH that finds `text` in the indexed texts, quoted so that no character of
// it has a meaning. Empty when `text` holds no letter and no digit: nothing could be found.
std::string match_phrase(std::string_view text);

// ASCII only: addresses, domains, names of rules.
std::string lower_ascii(std::string_view text);

// A domain as it stands in links and addresses: lower case, IDNA A-labels. Unchanged but lower
// case when it is no possible name.
std::string domain_key(std::string_view domain);

}  // namespace secondlook
