#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "schema/directory_rule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rule = parse_directory_rule(text);
  if (!rule) return 0;
  if (rule->conditions.empty()) std::abort();
  std::array<std::string, 15> attributes;
  attributes.fill(std::string(text));
  const std::vector<std::string> groups = {std::string(text)};
  (void)is_met(*rule, {attributes, groups});
  return 0;
}
