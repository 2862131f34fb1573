// The threads that carry steps out. All waiting is on the queue and on the client's gate; what a
// step does stands in removal.h and restoration.h.
#pragma once

#include <thread>
#include <vector>

#include "remediation/step_context.h"
#include "remediation/step_queue.h"
#include "schema/loop_watch.h"

namespace secondlook {

// One go of one step, whatever its kind (removal.h, verification.h, restoration.h): the executor's
// core, usable without threads. A step whose tenant is not configured any more fails, saying so.
// Steps that no longer wait are left alone.
Result<Step> run_step(const StepContext& context, StepId id);

class Executor {
 public:
  // The context's parts and the queue must outlive it.
  Executor(const StepContext& context, StepQueue& queue) : context_(context), queue_(queue) {}
  ~Executor();

  // `watch` must outlive the executor; null: nobody watches. A step that takes longer than
  // `longest_step` is stuck.
  void start(unsigned threads, LoopWatch* watch = nullptr,
             std::chrono::milliseconds longest_step = {});
  // Takes no more steps and waits for those under way. False when some are still under way after
  // `timeout`: they stand as `begun` and are resolved at the next start.
  bool stop(std::chrono::milliseconds timeout);

 private:
  void work(WatchedLoop* loop);

  StepContext context_;
  StepQueue& queue_;
  std::vector<std::jthread> threads_;
};

}  // namespace secondlook
