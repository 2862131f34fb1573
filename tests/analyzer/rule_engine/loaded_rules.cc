#include "tests/analyzer/rule_engine/loaded_rules.h"

#include <algorithm>
#include <memory>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

namespace secondlook::test {

Result<LoadedRules> load_text(const std::string& rules, const SignalTable& signals,
                              const RuleOptions& options) {
  const TemporaryDirectory directory;
  return load_rules({directory.write("test.cf", rules)}, signals, "", options);
}

ParsedMessage message_with(const std::vector<std::string>& fields, const std::string& body) {
  auto bytes = std::make_shared<std::string>();
  for (const std::string& field : fields) *bytes += field + "\r\n";
  *bytes += "\r\n" + body;
  ParsedMessage message;
  message.storage = bytes;
  message.bytes = *bytes;
  std::size_t begin = 0;
  for (const std::string& field : fields) {
    const std::string_view line = message.bytes.substr(begin, field.size());
    const std::size_t colon = line.find(':');
    HeaderField& parsed = message.headers.emplace_back();
    parsed.name = line.substr(0, colon);
    parsed.raw = line.substr(std::min(colon + 2, line.size()));
    parsed.value = parsed.raw;
    begin += field.size() + 2;
  }
  message.body_text = message.raw_body = body;
  return message;
}

void add_link(ParsedMessage& message, const std::string& url) {
  FoundLink found;
  found.link.url = url;
  message.links.push_back(found);
  message.rule_uris.push_back(found.link.url);
}

ScanOutcome scan_with(const LoadedRules& rules, const ParsedMessage& message,
                      const std::string& envelope_sender) {
  const std::vector<Recipient> nobody;
  RuleScanner scanner(rules.rules);
  Result<ScanOutcome> outcome = scanner.scan({message, {}, envelope_sender, nobody});
  REQUIRE(outcome);
  return *outcome;
}

std::string names_of_hits(const std::string& rules, const ParsedMessage& message) {
  const Result<LoadedRules> loaded = load_text(rules);
  INFO((loaded ? "" : loaded.error().message));
  REQUIRE(loaded);
  std::vector<std::string> names;
  for (const RuleHit& hit : scan_with(*loaded, message).hits) names.push_back(hit.rule);
  std::sort(names.begin(), names.end());
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : " ") + name;
  return joined;
}

}  // namespace secondlook::test
