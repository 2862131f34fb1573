// Rules written down in a test, loaded as the product loads them and tried on a message made by
// hand.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook::test {

Result<LoadedRules> load_text(const std::string& rules, const SignalTable& signals = {},
                              const RuleOptions& options = {});

// A message with these header fields ("Name: value") and this rendered text.
ParsedMessage message_with(const std::vector<std::string>& fields, const std::string& body = "");
void add_link(ParsedMessage& message, const std::string& url);

ScanOutcome scan_with(const LoadedRules& rules, const ParsedMessage& message,
                      const std::string& envelope_sender = "");

// Names of the rules that hit, sorted, separated by blanks.
std::string names_of_hits(const std::string& rules, const ParsedMessage& message);

}  // namespace secondlook::test
