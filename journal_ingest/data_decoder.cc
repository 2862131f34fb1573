#include "journal_ingest/data_decoder.h"

#include <algorithm>

namespace secondlook {

std::size_t DataDecoder::feed(std::string_view bytes, std::string& message) {
  std::size_t place = 0;
  while (place < bytes.size() && state_ != State::done) {
    if (state_ == State::in_line)
      place += feed_line(bytes.substr(place), message);
    else
      feed_byte_held(bytes[place], place, message);
  }
  nul_ = nul_ || bytes.substr(0, place).find('\0') != std::string_view::npos;
  return place;
}

// Up to and with the next CR (held back) or bare LF, or all.
std::size_t DataDecoder::feed_line(std::string_view bytes, std::string& message) {
  const auto line_feed = bytes.find('\n');
  const std::string_view line = bytes.substr(0, line_feed);
  const auto carriage_return = line.find('\r');
  if (carriage_return != std::string_view::npos) {
    message.append(line.substr(0, carriage_return));
    state_ = State::carriage_return;
    return carriage_return + 1;
  }
  message.append(line);
  if (line_feed == std::string_view::npos) return line.size();
  message += '\n';
  bare_lf_ = true;
  return line.size() + 1;
}

// One byte in a state that holds something back; a byte that ends the state without belonging to it
// is not taken: `place` stays.
void DataDecoder::feed_byte_held(char byte, std::size_t& place, std::string& message) {
  const State before = state_;
  state_ = State::in_line;
  if (before == State::line_start && byte == '.') {
    state_ = State::dot;
    ++place;
  } else if (before == State::dot && byte == '\r') {
    state_ = State::dot_carriage_return;
    ++place;
  } else if (before == State::dot_carriage_return && byte == '\n') {
    state_ = State::done;
    ++place;
  } else if (before == State::carriage_return && byte == '\n') {
    message += "\r\n";
    state_ = State::line_start;
    ++place;
  } else if (before == State::carriage_return || before == State::dot_carriage_return) {
    message += '\r';
    bare_cr_ = true;
  }
}

}  // namespace secondlook
