// Any bytes as an HTML source: counted in linear time and bounded memory.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/message/html_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  const secondlook::HtmlFacts facts = secondlook::count_html(html);
  if (facts.elements > facts.tags || facts.elements_seen > facts.tags_seen) std::abort();
  if (facts.text.size() > secondlook::kMostHtmlText + size) std::abort();
  return 0;
}
