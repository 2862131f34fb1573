// JSON written straight into one string, member by member, in the order of the calls. For objects
// that are made for every mail, where a tree of values would cost more than the values; smaller
// things are made with nlohmann's tree. Its form is that of nlohmann's dump(), to the byte: no
// blanks, "\u001f" in lower case, only ", \ and control characters escaped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace secondlook {

// The caller opens and closes in pairs and names every member of an object; commas come of
// themselves.
class JsonLine {
 public:
  void open_object() { begin('{'); }
  void close_object() { line_ += '}'; }
  void open_list() { begin('['); }
  void close_list() { line_ += ']'; }

  // Of the member that comes next: of ours, without anything to escape.
  JsonLine& name(std::string_view name);

  // As bounded_utf8() has it (utf8_text.h): bytes that are no UTF-8 are replaced, then at most
  // `most_bytes` are taken, before escaping.
  void text(std::string_view text, std::size_t most_bytes);
  void text_or_null(std::string_view text, std::size_t most_bytes);
  void number(std::uint64_t value);
  void number(int value);
  // null where it is not finite.
  void number(double value);
  void truth(bool value);
  void null();

  std::string take() { return std::move(line_); }

 private:
  void separate();
  void begin(char sign);
  void append_escaped(std::string_view character);

  std::string line_;
};

}  // namespace secondlook
