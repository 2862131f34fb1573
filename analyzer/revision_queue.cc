#include "analyzer/revision_queue.h"

#include <string>
#include <utility>

namespace secondlook {

Result<void> RevisionQueue::ask(JudgeAgain request) {
  const std::uint64_t sequence = request.sequence;
  if (requests_.size() >= kMostJudgedAgain)
    return malformed("more than " + std::to_string(kMostJudgedAgain) +
                     " reports asked for once more");
  if (!requests_.emplace(sequence, std::move(request)).second)
    return malformed("record " + std::to_string(sequence) + " asked for twice");
  waiting_.push_back(sequence);
  return {};
}

std::optional<JudgeAgain> RevisionQueue::begin_next() {
  if (waiting_.empty()) return std::nullopt;
  const std::uint64_t sequence = waiting_.front();
  waiting_.pop_front();
  return requests_.at(sequence);
}

void RevisionQueue::put_back(std::uint64_t sequence) {
  waiting_.push_front(sequence);
}

JudgeAgain RevisionQueue::finish(std::uint64_t sequence) {
  return std::move(requests_.extract(sequence).mapped());
}

}  // namespace secondlook
