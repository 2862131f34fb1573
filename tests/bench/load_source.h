// What a load sends: numbered reports of a chosen size, or the reports of a directory. Every mail
// is told apart by its Message-ID.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

// One report: head, then `filler` (not owned: the source's) so many times, then tail. CRLF
// throughout and no line begins with a dot unless `may_need_stuffing`.
struct LoadMessage {
  std::string head;
  std::string_view filler;
  std::size_t repeats = 0;
  std::string tail;
  bool may_need_stuffing = false;

  std::size_t size() const { return head.size() + filler.size() * repeats + tail.size(); }
};

class LoadSource {
 public:
  virtual ~LoadSource() = default;
  // The next one to send; nothing when the load is to end.
  virtual std::optional<LoadMessage> next() = 0;
};

// Ends after `count` messages or at `seconds` after the first, whichever is set and comes first.
struct LoadBounds {
  std::uint64_t count = 0;                  // 0: unbounded
  std::chrono::duration<double> seconds{};  // 0: unbounded
};

// Reports as Exchange Online writes them, of about `bytes` (at least some 3,000), a text mail in
// each.
class NumberedReports final : public LoadSource {
 public:
  NumberedReports(std::size_t bytes, LoadBounds bounds);
  std::optional<LoadMessage> next() override;

 private:
  void make_template(std::size_t bytes);

  const LoadBounds bounds_;
  const std::string run_;
  LoadMessage template_;
  std::string filler_;
  std::vector<std::size_t> in_head_, in_tail_;  // where the number stands
  std::uint64_t number_ = 0;
  std::chrono::steady_clock::time_point end_{};
};

// Each regular file of a directory once, in the order of names; all are read into memory first.
class ReportFiles final : public LoadSource {
 public:
  static Result<ReportFiles> open(const std::string& directory);
  std::optional<LoadMessage> next() override;
  std::size_t size() const { return reports_.size(); }

 private:
  std::vector<std::string> reports_;
  std::size_t next_ = 0;
};

}  // namespace secondlook
