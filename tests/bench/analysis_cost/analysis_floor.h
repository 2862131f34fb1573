// The least that could be called an analysis: the report unwrapped, the structure read, fields and
// bodies decoded, and one pass of Hyperscan over each text for the strings that the rules require.
// No second reading, no HTML, no PCRE2, no rule decided.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/compiled_rules.h"
#include "analyzer/rule_engine/patterns/literal_database.h"

namespace secondlook {

class AnalysisFloor {
 public:
  // The strings of all patterns of `rules` that have rare ones, one database for each kind of text.
  static Result<AnalysisFloor> make(const CompiledRules& rules);

  // Decoded bytes; the number only keeps the work from being left out.
  std::size_t parse_and_decode(std::string_view report) const;

  // The texts of a message, joined: all fields, part fields, body, rawbody, uri, full.
  struct Texts {
    std::array<std::string, 6> by_kind;
    std::size_t bytes() const;
  };
  static Texts texts_of(const ParsedMessage& message);

  // Strings found.
  Result<std::size_t> scan(const Texts& texts);

  std::size_t strings() const { return strings_; }

 private:
  std::array<LiteralDatabase, 6> databases_;  // by TextKind
  std::unique_ptr<DatabaseScratch> scratch_ = std::make_unique<DatabaseScratch>();
  std::size_t strings_ = 0;
};

}  // namespace secondlook
