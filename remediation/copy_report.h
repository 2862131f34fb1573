// Tells an operator how the steps of his command end, copy by copy, as they end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "remediation/control_commands.h"

namespace secondlook {

// The `item` object of one step. Steps not yet in the store have id 0.
std::string copy_item(const Step& step);

class CopyReport {
 public:
  CopyReport(const ControlContext& context, const ItemSink& sink)
      : context_(context), sink_(sink) {}

  // Final steps (and, for a dry run, all) are told at once; the others are watched.
  void add(const Step& step);
  void tell(const Step& step);

  // Tells the watched steps as they end, until all have, until those left wait for a later try, or
  // for `longest_wait`. Further copies found on the way are watched as well. `seen` is
  // queue.changes() from before the steps were planned. Then tells what is still waiting.
  void follow(std::uint64_t seen);

  // {"copies": n, "states": {"removed": 3, ...}, "waiting": n}
  std::string done() const;

 private:
  void look_at(StepId id);
  void look_for_further_copies(const Step& step);
  bool is_worth_waiting(Timestamp now) const;

  const ControlContext& context_;
  const ItemSink& sink_;
  bool sink_is_open_ = true;
  std::map<StepId, Step> watched_;
  std::map<std::string, std::uint64_t> states_;
  std::uint64_t copies_ = 0, waiting_ = 0;
};

}  // namespace secondlook
