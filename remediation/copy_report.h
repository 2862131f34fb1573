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
  CopyReport(const ControlContext& context, const ItemSink& sink, const ItemSink& progress)
      : context_(context), sink_(sink), progress_(progress) {}

  // One copy, as it stands.
  void tell(const Step& step);

  // Tells the steps of a command as they end, until all have, until those left wait for a later
  // try, or until none ended for `longest_wait`; then tells what is still waiting. Steps that are
  // planned meanwhile, and further copies found on the way, are told as well. `seen` is
  // queue.changes() from before the command was planned. `stays` false: tells what there is.
  Result<void> follow(std::int64_t command, std::uint64_t seen, bool stays);

  // {"copies": n, "states": {"removed": 3, ...}, "waiting": n}, and "command" when one was
  // followed.
  std::string done() const;

 private:
  Result<void> take_in_new_steps();
  Result<void> take_in(StepId id);
  Result<void> look_at(const std::vector<StepId>& steps);
  Result<std::uint64_t> wait_for_more(std::uint64_t seen);
  bool is_worth_waiting(Timestamp now) const;
  void tell_progress();

  const ControlContext& context_;
  const ItemSink& sink_;
  const ItemSink& progress_;
  bool sink_is_open_ = true;
  HandCommand command_;
  StepId last_taken_in_ = 0;
  std::map<StepId, Step> watched_;
  std::map<std::string, std::uint64_t> states_;
  std::uint64_t copies_ = 0, waiting_ = 0;
  std::string last_progress_;
};

}  // namespace secondlook
