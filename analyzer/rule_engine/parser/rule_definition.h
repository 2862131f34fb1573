// What the parser gives: each rule as it stands after all files were read, later lines laid over
// earlier ones. Plain values; nothing is compiled yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/parser/perl_pattern.h"
#include "schema/verdict.h"

namespace secondlook {

enum class RuleKind { header, body, rawbody, uri, uri_detail, full, mimeheader, meta, eval };
std::string_view name_of(RuleKind kind);

// What a uri_detail rule asks of one URI (Mail::SpamAssassin::Plugin::URIDetail).
enum class UriKey { raw, type, cleaned, text, domain, host };

struct UriCondition {
  UriKey key = UriKey::raw;
  bool negated = false;  // !~
  PerlPattern pattern;   // its offset is its column in the file
};

struct RuleDefinition {
  std::string name;
  RuleKind kind = RuleKind::body;
  std::string file;
  std::size_t line = 0;

  // header, mimeheader
  std::string field;                    // as written, with its modifiers: "From:addr"
  bool exists = false;                  // exists:Field, no pattern
  bool negated = false;                 // !~
  std::optional<std::string> if_unset;  // the text to search when the field is absent

  // header, body, rawbody, uri, full, mimeheader
  PerlPattern pattern;
  std::size_t pattern_column = 0;  // in the file; of the expression's first byte

  // uri_detail: all must hold for one URI; each key once.
  std::vector<UriCondition> uri_conditions;

  // meta
  std::string expression;
  std::size_t expression_column = 0;

  // eval
  std::string function;
  std::vector<std::string> arguments;

  // From lines of their own.
  double score = 1.0;
  bool has_score_line = false;
  Disposition disposition = Disposition::spam;
  std::string description, description_ja;  // the latter of `lang ja describe`
  bool multiple = false;                    // tflags multiple: every match counts
  std::uint32_t most_hits = UINT32_MAX;     // tflags maxhits=N
  bool no_subject = false;                  // tflags nosubject
  bool normalised = false;                  // tflags normalised (searched_text.h)
  bool switched_off = false;                // score NAME 0: never run, 0 in metas
  std::string unsupported;                  // why this rule is left out; empty: it is not

  // Rules named __X take part in metas only and never in the score.
  bool is_part() const { return name.starts_with("__"); }
};

}  // namespace secondlook
