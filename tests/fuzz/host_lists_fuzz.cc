#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/host_lists.h"
#include "analyzer/message/url.h"

// Any bytes as a host list: what is read is packed and read again as the same, and can be asked.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  HostLists lists;
  if (!lists.add("list", Timestamp{}, text)) return 0;
  lists.finish();
  const auto again = HostLists::unpack(lists.pack());
  if (!again || again->entries() != lists.entries()) std::abort();
  if (const auto url = resolve_url(text.substr(0, text.find('\n'))))
    if (lists.find(url->text, url->host) != again->find(url->text, url->host)) std::abort();
  [[maybe_unused]] const auto broken = HostLists::unpack(text);
  return 0;
}
