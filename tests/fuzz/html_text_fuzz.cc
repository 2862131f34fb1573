#include <cstdint>
#include <cstdlib>
#include <vector>

#include "analyzer/message/links.h"
#include "analyzer/message/rule_uris.h"

// Tokens are at most as many as bytes, and links are resolved without harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const secondlook::HtmlText html = secondlook::render_html(bytes, 1 << 20, 1000);
  if (html.tokens > 2 * size + 1) std::abort();
  if (html.for_rules.size() > (1 << 20) + 3 * size) std::abort();
  secondlook::RuleUris uris(1000);
  for (const secondlook::HtmlLink& link : html.links) uris.add_target(link.target, html.base);
  uris.add_from_text(html.for_rules);
  for (const std::string& uri : uris.take()) {
    if (uri.size() > 2048) std::abort();
  }
  std::vector<secondlook::FoundLink> links;
  secondlook::add_html_links(html, "1", 1000, links);
  for (const secondlook::FoundLink& link : links) {
    if (link.link.url.size() > 2048 || link.link.text.size() > 200) std::abort();
  }
  return 0;
}
