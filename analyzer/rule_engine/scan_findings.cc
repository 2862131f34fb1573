#include "analyzer/rule_engine/scan_findings.h"

#include <algorithm>
#include <utility>

namespace secondlook {
namespace {

// At most `limit` bytes, cut at a UTF-8 character's edge.
std::string_view cut_text(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  while (end > limit - 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void ScanFindings::begin_message(const CompiledRules& rules) {
  rules_ = &rules;
  values_.assign(rules.rules.size(), 0);
  evidence_.resize(rules.rules.size());
  for (const std::size_t rule : with_evidence_) evidence_[rule].clear();
  with_evidence_.clear();
  errors_.clear();
}

void ScanFindings::add_evidence(std::size_t rule, std::string_view where, std::uint64_t offset,
                                std::string_view text) {
  std::vector<Evidence>& places = evidence_[rule];
  if (places.size() >= kMostEvidence) return;
  if (places.empty()) with_evidence_.push_back(rule);
  places.push_back({std::string(cut_text(where, kMostEvidenceBytes)), offset,
                    std::string(cut_text(text, kMostEvidenceBytes))});
}

void ScanFindings::note_error(std::string error) {
  if (errors_.size() < kMostErrors) errors_.push_back(std::move(error));
}

void ScanFindings::evaluate_metas() {
  for (const std::size_t index : rules_->metas) {
    const CompiledRule& rule = rules_->rules[index];
    const bool is_idle = std::none_of(rule.asks.begin(), rule.asks.end(), [&](std::size_t part) {
      return part != kNoRule && values_[part] != 0;
    });
    values_[index] = rule.value_if_nothing;
    if (is_idle) continue;
    values_[index] = rule.meta.evaluate([&](std::size_t name) {
      const std::size_t part = rule.asks[name];
      return part == kNoRule ? 0 : values_[part];
    });
  }
}

std::vector<Evidence> ScanFindings::evidence_of(std::size_t rule) const {
  std::vector<Evidence> places;
  std::vector<bool> seen(values_.size());
  std::vector<std::size_t> open = {rule};
  while (!open.empty() && places.size() < kMostEvidence) {
    const std::size_t index = open.back();
    open.pop_back();
    if (seen[index] || values_[index] == 0) continue;
    seen[index] = true;
    const std::vector<Evidence>& own = evidence_[index];
    const std::size_t room = kMostEvidence - places.size();
    places.insert(places.end(), own.begin(),
                  own.begin() + static_cast<std::ptrdiff_t>(std::min(own.size(), room)));
    const std::vector<std::size_t>& parts = rules_->rules[index].asks;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
      if (*part != kNoRule) open.push_back(*part);
    }
  }
  return places;
}

ScanOutcome ScanFindings::outcome() {
  ScanOutcome outcome;
  for (std::size_t index = 0; index < values_.size(); ++index) {
    const RuleDefinition& rule = rules_->rules[index].definition;
    if (values_[index] == 0 || rule.score == 0) continue;
    outcome.hits.push_back(
        {rule.name, rule.score, rule.disposition, rule.description, evidence_of(index)});
  }
  std::stable_sort(
      outcome.hits.begin(), outcome.hits.end(),
      [](const RuleHit& left, const RuleHit& right) { return left.score > right.score; });
  outcome.errors = std::exchange(errors_, {});
  return outcome;
}

}  // namespace secondlook
