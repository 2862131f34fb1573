// The links of a message, from HTML and from plain text, as a browser would resolve them, and
// whether one says that it leads elsewhere.
#pragma once

#include <string_view>
#include <vector>

#include "analyzer/message/html_text.h"
#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Bare URLs of running text: http, https, ftp and www., in any case; punctuation behind them and
// unpaired closing brackets are not theirs. `hxxp` is left alone: nobody can click it. In the path
// a URL ends where ASCII ends (Japanese runs on without a blank). Those in full-width characters
// (wide_urls.h) stand behind the others. Appends until `most` are in `links`.
void find_plain_links(std::string_view text, std::string_view part, std::size_t most,
                      std::vector<FoundLink>& links);

// The links of one rendered HTML part; those without a target outside the mail are left out.
void add_html_links(const HtmlText& html, std::string_view part, std::size_t most,
                    std::vector<FoundLink>& links);

// The text is itself a URL or host name of another registrable domain than the target's host.
bool shows_other_host(std::string_view visible_text, std::string_view target_host);

}  // namespace secondlook
