// The text after DATA (RFC 5321 4.1.1.4, 4.5.2): takes the dots off, finds the end. Only
// CRLF.CRLF ends it; a bare CR or LF is data like any other byte and begins no line, so that no
// two receivers can be made to see the end in different places ("SMTP smuggling").
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace secondlook {

class DataDecoder {
 public:
  // Appends what the message holds to `message`; returns how many bytes of `bytes` belong to it:
  // fewer than all only when done().
  std::size_t feed(std::string_view bytes, std::string& message);
  bool done() const { return state_ == State::done; }

  // What a record notes of the message: line ends kept as they came.
  bool saw_bare_cr() const { return bare_cr_; }
  bool saw_bare_lf() const { return bare_lf_; }
  bool saw_nul() const { return nul_; }

 private:
  enum class State {
    line_start,
    in_line,
    carriage_return,      // after CR in a line: held back
    dot,                  // after a dot that began a line: taken off
    dot_carriage_return,  // after such a dot and CR: held back
    done
  };
  std::size_t feed_line(std::string_view bytes, std::string& message);
  void feed_byte_held(char byte, std::size_t& place, std::string& message);

  State state_ = State::line_start;
  bool bare_cr_ = false;
  bool bare_lf_ = false;
  bool nul_ = false;
};

}  // namespace secondlook
