// Which patterns may match in which pieces of one text: what the guards found, each pair once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace secondlook {

// Reused from text to text.
class Proposals {
 public:
  struct Proposal {
    std::uint32_t pattern = 0, piece = 0;
    auto operator<=>(const Proposal&) const = default;
  };

  // Beyond this many the guards say nothing about the text: every pattern is tried everywhere.
  static constexpr std::size_t kMost = 4'000'000;

  // `patterns`: their number, in all texts.
  void begin_text(std::size_t patterns);
  void add(std::uint32_t pattern, std::uint32_t piece);

  bool is_full() const { return all_.size() >= kMost; }

  // By pattern, then by piece; no pair twice.
  const std::vector<Proposal>& sorted();

 private:
  std::vector<Proposal> all_;
  std::vector<std::uint32_t> last_piece_;  // by pattern; one more than the piece, 0: none
  std::vector<std::uint32_t> touched_;
};

}  // namespace secondlook
