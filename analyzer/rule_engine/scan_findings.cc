#include "analyzer/rule_engine/scan_findings.h"

#include <algorithm>
#include <bit>
#include <set>
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
  if (rules_ != &rules) {
    rules_ = &rules;
    ranges_ = rules.at_rest;
    changed_.clear();
  }
  for (const std::size_t rule : changed_) ranges_[rule] = rules.at_rest[rule];
  changed_.clear();
  open_metas_.assign(rules.metas.size() / 64 + 1, 0);
  evidence_.resize(rules.rules.size());
  for (const std::size_t rule : with_evidence_) evidence_[rule].clear();
  with_evidence_.clear();
  evidence_bytes_ = 0;
  evidence_cut_ = false;
  errors_.clear();
}

void ScanFindings::set_range(std::size_t rule, const ValueRange& range) {
  if (ranges_[rule] == range) return;
  change(rule, range);
  for (const std::size_t place : rules_->rules[rule].metas) {
    open_metas_[place / 64] |= std::uint64_t{1} << (place % 64);
  }
}

bool ScanFindings::has_room_for_evidence(std::size_t rule) {
  if (evidence_[rule].size() >= kMostEvidence) return false;
  evidence_cut_ = evidence_cut_ || evidence_bytes_ >= kMostEvidenceOfMail;
  return evidence_bytes_ < kMostEvidenceOfMail;
}

void ScanFindings::add_evidence(std::size_t rule, std::string_view where, std::uint64_t offset,
                                std::string_view text) {
  if (!has_room_for_evidence(rule)) return;
  std::vector<Evidence>& places = evidence_[rule];
  if (places.empty()) with_evidence_.push_back(rule);
  places.push_back({std::string(cut_text(where, kMostEvidenceBytes)), offset,
                    std::string(cut_text(text, kMostEvidenceBytes))});
  evidence_bytes_ += kRoomOfPlace + places.back().where.size() + places.back().text.size();
}

void ScanFindings::note_error(std::string error) {
  if (errors_.size() < kMostErrors) errors_.push_back(std::move(error));
}

// What a meta changes stands behind it.
void ScanFindings::narrow_metas() {
  for (std::size_t word = 0; word < open_metas_.size(); ++word) {
    while (open_metas_[word] != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(open_metas_[word]));
      open_metas_[word] &= open_metas_[word] - 1;
      const std::size_t meta = rules_->metas[word * 64 + bit];
      set_range(meta, answer(meta).range);
    }
  }
}

MetaExpression::Answer ScanFindings::answer(std::size_t meta) const {
  const CompiledRule& rule = rules_->rules[meta];
  for (const std::size_t part : rule.needs) {
    if (ranges_[part].is_zero()) return {};
  }
  return rule.meta.answer(rule.asks, ranges_);
}

std::vector<Evidence> ScanFindings::evidence_of(std::size_t rule) const {
  std::vector<Evidence> places;
  std::set<std::size_t> seen;
  std::vector<std::size_t> open = {rule};
  while (!open.empty() && places.size() < kMostEvidence) {
    const std::size_t index = open.back();
    open.pop_back();
    if (!has_hit(index) || !seen.insert(index).second) continue;
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
  for (const std::size_t index : rules_->scored) {
    if (!has_hit(index)) continue;
    const RuleDefinition& rule = rules_->rules[index].definition;
    outcome.hits.push_back(
        {rule.name, rule.score, rule.disposition, rule.description, evidence_of(index)});
  }
  std::stable_sort(
      outcome.hits.begin(), outcome.hits.end(),
      [](const RuleHit& left, const RuleHit& right) { return left.score > right.score; });
  outcome.errors = std::exchange(errors_, {});
  outcome.evidence_cut = evidence_cut_;
  return outcome;
}

}  // namespace secondlook
