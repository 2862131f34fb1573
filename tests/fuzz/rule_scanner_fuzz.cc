// Any bytes as a mail, searched by Debian's stock rules, or by ours where those are not installed:
// an outcome for each, within libFuzzer's time-out. Loading takes some seconds, once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"
#include "analyzer/rule_engine/rule_engine.h"

using namespace secondlook;

namespace {

LoadedRules load() {
  const std::string stock = "/usr/share/spamassassin";
  auto loaded = load_rules({std::filesystem::exists(stock) ? stock : "deploy/rules"}, {}, "");
  if (!loaded) std::abort();
  return std::move(*loaded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const LoadedRules rules = load();
  static RuleScanner scanner(rules.rules);
  const ParsedMessage message =
      parse_message(std::string_view(reinterpret_cast<const char*>(data), size));
  const std::vector<Recipient> nobody;
  if (!scanner.scan({message, {}, "", nobody})) std::abort();
  return 0;
}
