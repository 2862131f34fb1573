// What the rules of one message captured for others, by name (parser/captured_text.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook {

// Reused from message to message.
class CapturedTexts {
 public:
  // Forgets the last message. `names`: their number.
  void begin_message(std::size_t names);

  // Each text once, empty ones never. False: too long or too many, and left out.
  bool add(std::size_t name, std::string_view text);

  const std::vector<std::string>& of(std::size_t name) const { return texts_[name]; }

 private:
  std::vector<std::vector<std::string>> texts_;
};

}  // namespace secondlook
