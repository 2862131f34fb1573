// What each rule takes in the flow of mails: of one mail in sixteen, counted by all workers in
// memory that the master made before it forked them. A worker that a mail took over can spoil these
// numbers, and nothing else: names are the master's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"
#include "base/result.h"
#include "schema/process_figures.h"

namespace secondlook {

class RuleTimes {
 public:
  static constexpr std::uint32_t kOneOf = 16;

  // Room for these rules, by their places in list_rules(). Zeros.
  static Result<std::shared_ptr<RuleTimes>> make(const CompiledRules& rules);
  ~RuleTimes();
  RuleTimes(const RuleTimes&) = delete;
  RuleTimes& operator=(const RuleTimes&) = delete;

  // Of this process's mails, whether the next is to be measured.
  bool is_turn() { return mails_seen_++ % kOneOf == 0; }
  // What was measured of one mail. By any process that was forked behind make().
  void add(const RuleCosts& costs);

  // The rules that took the most, dearest first; without those that took nothing.
  RuleTimeTable dearest() const;

 private:
  struct Shared;
  RuleTimes(std::vector<std::string> names, Shared* shared, std::size_t bytes);

  const std::vector<std::string> names_;
  Shared* shared_;
  const std::size_t bytes_;
  std::uint32_t mails_seen_ = 0;
};

}  // namespace secondlook
