#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "analyzer/message/normalised_text.h"
#include "analyzer/message/wide_urls.h"

// Lines stay lines, what grows is bounded, and URLs come out in ASCII.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 1 << 16, kLongestLine = 12 * (64 << 10);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const secondlook::NormalisedText normalised = secondlook::normalised_text(bytes, kMost);
  if (normalised.text.size() > kMost + kLongestLine) std::abort();
  const auto lines = std::ranges::count(bytes, '\n');
  if (!normalised.cut && std::ranges::count(normalised.text, '\n') != lines) std::abort();
  for (const std::string& url : secondlook::wide_urls(bytes, 100)) {
    if (url.empty() || url.size() > 2048) std::abort();
    for (const char c : url)
      if (c <= 0x20 || c == 0x7F) std::abort();
  }
  return 0;
}
