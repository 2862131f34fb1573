// In which colours and sizes an HTML text is written, by attributes and inline styles. Just enough
// for "this text cannot be read": no style sheets, no inheritance beyond the open elements, and
// bgcolor attributes do not count (nor do they in SpamAssassin 4.0).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/css_color.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {

struct HtmlInk {
  std::optional<std::uint32_t> text = 0x000000;        // nothing: an invalid colour was written
  std::optional<std::uint32_t> background = 0xffffff;  // the same
  int size = 3;                                        // 1 to 7, as of <font size>
};

class HtmlInks {
 public:
  HtmlInks();

  // Start and end tags of every element; those that say nothing of ink are passed over.
  void open(const HtmlToken& token);
  void close(const HtmlToken& token);

  const HtmlInk& current() const { return open_.back().ink; }
  int smallest_font() const { return smallest_; }
  int largest_font() const { return largest_; }

 private:
  struct Element {
    std::string name;
    HtmlInk ink;
  };

  void read_attribute(const HtmlToken& token, const HtmlAttribute& attribute, HtmlInk& ink);
  void read_style(std::string_view style, HtmlInk& ink);
  void read_size(std::string_view size, HtmlInk& ink);
  void close_cells(std::string_view name);
  void push(std::string name, const HtmlInk& ink);
  void pop();

  static constexpr std::size_t kDeepest = 10'000;  // what is opened deeper changes nothing

  std::vector<Element> open_;
  std::map<std::string, std::size_t, std::less<>> count_;  // of each name in open_
  int base_size_ = 3, smallest_ = 3, largest_ = 3;
};

}  // namespace secondlook
