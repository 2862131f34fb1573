#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "analyzer/domain_name.h"
#include "analyzer/known_brands.h"
#include "analyzer/message/ascii.h"

namespace {

using namespace secondlook;

// What own() says, asked of each domain.
bool is_within_one(std::string_view host, const std::vector<BrandDomain>& brands) {
  for (const BrandDomain& brand : brands)
    if (is_within(host, readable_domain(brand.domain))) return true;
  return false;
}

}  // namespace

// Lines: first the brands' domains, behind an empty line the hosts that are asked for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<BrandDomain> brands;
  std::vector<std::string> hosts;
  bool are_hosts = false;
  while (!text.empty() && brands.size() + hosts.size() < 50) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = to_ascii_lower(text.substr(0, std::min<std::size_t>(end, 300)));
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.empty()) are_hosts = true;
    if (line.empty()) continue;
    if (are_hosts)
      hosts.push_back(readable_domain(line));
    else
      brands.push_back({"Brand", readable_domain(line), line.front() == '='});
  }
  const KnownBrands known(brands);
  for (const std::string& host : hosts) {
    if (known.own(host) != is_within_one(host, brands)) std::abort();
    const auto likeness = known.imitated_by(host);
    if (likeness && (likeness->brand->brand != "Brand" || name_of(likeness->way).empty()))
      std::abort();
  }
  return 0;
}
