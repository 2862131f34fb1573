// Any bytes as a rule file: complained about or read, tags and metas and patterns included.
#include <cstddef>
#include <cstdint>
#include <string>

#include "analyzer/rule_engine/parser/meta_expression.h"
#include "analyzer/rule_engine/parser/rule_parser.h"
#include "analyzer/rule_engine/patterns/pattern_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const secondlook::ParsedRules parsed =
      secondlook::parse_rules({{"fuzz.cf", std::string(data, data + size)}});
  for (const secondlook::RuleDefinition& rule : parsed.rules) {
    static_cast<void>(secondlook::wants_characters(rule.pattern.expression));
    static_cast<void>(secondlook::parse_meta_expression(rule.expression));
  }
  return 0;
}
