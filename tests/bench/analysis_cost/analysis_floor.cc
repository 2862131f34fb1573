#include "tests/bench/analysis_cost/analysis_floor.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "analyzer/message/body_decoder.h"
#include "analyzer/message/header_decoder.h"
#include "analyzer/message/journal_report.h"
#include "analyzer/message/mime_reader.h"
#include "analyzer/rule_engine/patterns/pattern_outline.h"
#include "analyzer/rule_engine/patterns/required_literals.h"

namespace secondlook {
namespace {

// As the engine has it (patterns/pattern_guards.cc): strings more frequent than this guard nothing.
constexpr double kUsableLiterals = 5e-3;

std::size_t place_of(TextKind kind) {
  return static_cast<std::size_t>(kind);
}

void append_fields(std::string& text, const std::vector<HeaderField>& fields) {
  for (const HeaderField& field : fields) {
    text += field.name;
    text += ": ";
    text += field.value;
    text += '\n';
  }
}

}  // namespace

Result<AnalysisFloor> AnalysisFloor::make(const CompiledRules& rules) {
  AnalysisFloor floor;
  std::array<std::set<std::string>, 6> wanted;
  for (const TextGroup& group : rules.groups) {
    for (const std::size_t number : group.patterns) {
      const CompiledPattern& pattern = rules.patterns[number];
      const PerlPattern& written = rules.rules[pattern.rule].definition.pattern;
      const auto literals = required_literals(outline_of(written, pattern.by_characters));
      if (literals.expected > kUsableLiterals) continue;
      wanted[place_of(group.source.kind)].insert(literals.strings.begin(), literals.strings.end());
    }
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].empty()) continue;
    floor.strings_ += wanted[i].size();
    auto database = LiteralDatabase::compile({wanted[i].begin(), wanted[i].end()});
    if (!database) return database.error();
    floor.databases_[i] = std::move(*database);
    if (auto grown = floor.scratch_->grow_for(floor.databases_[i]); !grown) return grown.error();
  }
  return floor;
}

std::size_t AnalysisFloor::parse_and_decode(std::string_view bytes) const {
  const auto report = unwrap_journal_report(bytes);
  const MimeTree tree = read_mime(report ? report->original : bytes, MessageLimits{});
  std::size_t decoded = 0;
  for (const RawField& field : tree.fields) decoded += decode_header(field.value).size();
  for (const MimeNode& node : tree.nodes) {
    if (node.has_children) continue;
    decoded += decode_body(node.body, transfer_encoding_named(node.transfer_encoding)).size();
  }
  return decoded;
}

std::size_t AnalysisFloor::Texts::bytes() const {
  std::size_t sum = 0;
  for (const std::string& text : by_kind) sum += text.size();
  return sum;
}

AnalysisFloor::Texts AnalysisFloor::texts_of(const ParsedMessage& message) {
  Texts texts;
  append_fields(texts.by_kind[place_of(TextKind::header)], message.headers);
  for (const MessagePart& part : message.parts)
    append_fields(texts.by_kind[place_of(TextKind::mimeheader)], part.headers);
  texts.by_kind[place_of(TextKind::body)] = message.body_text;
  texts.by_kind[place_of(TextKind::rawbody)] = message.raw_body;
  for (const std::string& uri : message.rule_uris)
    texts.by_kind[place_of(TextKind::uri)] += uri + '\n';
  texts.by_kind[place_of(TextKind::full)] = message.bytes;
  return texts;
}

Result<std::size_t> AnalysisFloor::scan(const Texts& texts) {
  std::size_t found = 0;
  const auto count = [&found](unsigned, std::uint64_t) { ++found; };
  for (std::size_t i = 0; i < databases_.size(); ++i) {
    if (databases_[i].is_empty() || texts.by_kind[i].empty()) continue;
    auto done = scratch_->scan(databases_[i], texts.by_kind[i], count);
    if (!done) return done.error();
  }
  return found;
}

}  // namespace secondlook
