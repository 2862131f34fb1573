#include <cstdint>
#include <cstdlib>
#include <vector>

#include "analyzer/message/links.h"

// Tokens are at most as many as bytes, and links are resolved without harm.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const secondlook::HtmlText html = secondlook::render_html(bytes, 1 << 20, 1000);
  if (html.tokens > 2 * size + 1) std::abort();
  std::vector<secondlook::FoundLink> links;
  secondlook::add_html_links(html, "1", 1000, links);
  for (const secondlook::FoundLink& link : links) {
    if (link.link.url.size() > 2048 || link.link.text.size() > 200) std::abort();
  }
  return 0;
}
