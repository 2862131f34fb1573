// Where in one message patterns may match: what the guards found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace secondlook {

// Reused from message to message.
class Proposals {
 public:
  // Matches may begin at `from`, at `to` and between; bytes of the pattern's text, in one piece.
  struct Window {
    std::uint32_t piece = 0, from = 0, to = 0;
    auto operator<=>(const Window&) const = default;
  };

  static constexpr std::uint32_t kNoEnd = std::numeric_limits<std::uint32_t>::max();

  // Beyond this many the guards say nothing: every pattern is tried everywhere.
  static constexpr std::size_t kMost = 4'000'000;
  // More windows in one piece become one.
  static constexpr std::size_t kMostOfPiece = 64;

  // Forgets the last message. `patterns`: their number.
  void begin_message(std::size_t patterns);
  // Windows of one pattern that overlap, or nearly so, become one.
  void add(std::uint32_t pattern, const Window& window);

  bool is_full() const { return all_.size() >= kMost; }

  const std::vector<std::uint32_t>& patterns() const { return proposed_; }
  // In ascending order, apart from one another. Valid until the next call.
  const std::vector<Window>& windows_of(std::uint32_t pattern);

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct Link {
    Window window;
    std::uint32_t before = kNone;  // the same pattern's window before this one
  };
  struct Last {
    std::uint32_t link = kNone;
    std::uint32_t in_piece = 0;  // its windows in the piece of the last
  };
  std::vector<Link> all_;
  std::vector<Last> last_;  // by pattern
  std::vector<std::uint32_t> proposed_;
  std::vector<Window> sorted_;
};

}  // namespace secondlook
