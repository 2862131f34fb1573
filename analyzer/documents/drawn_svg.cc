#include "analyzer/documents/drawn_svg.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "analyzer/documents/picture_pixels.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/css_color.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

// Without those of the background, and with equal neighbours joined, the smallest code needs about
// so many.
constexpr std::size_t kFewestRectangles = 60;
constexpr std::size_t kMostRectangles = 100'000, kMostDrawings = 10;
// Pixels, those of rectangles upon each other counted again.
constexpr std::size_t kMostPainted = 20'000'000;
constexpr double kMostSteps = 200, kLargest = 1e6;

struct Rectangle {
  double x = 0, y = 0, width = 0, height = 0;
  std::uint8_t grey = 0;
};

std::string_view value_of(const HtmlToken& token, std::string_view name) {
  const HtmlAttribute* attribute = token.attribute(name);
  return attribute != nullptr ? trim(attribute->value) : std::string_view();
}

double number_of(const HtmlToken& token, std::string_view name) {
  const std::string_view text = value_of(token, name);
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_share = read.ptr != text.data() + text.size() && *read.ptr == '%';
  return read.ec != std::errc() || is_share || !(std::abs(number) < kLargest) ? 0 : number;
}

// Black where nothing is said, as SVG has it; nothing for "none".
std::optional<std::uint8_t> grey_in(const HtmlToken& token, std::optional<std::uint8_t> inherited) {
  std::string_view fill = value_of(token, "fill");
  const std::string_view style = value_of(token, "style");
  if (const std::size_t at = style.find("fill:"); at != style.npos)
    fill = style.substr(at + 5, style.find(';', at) - std::min(style.find(';', at), at + 5));
  if (fill.empty()) return inherited;
  if (equals_ignoring_case(trim(fill), "none")) return {};
  const auto color = parse_color(fill);
  if (!color) return inherited;
  return grey_of(*color >> 16U & 255U, *color >> 8U & 255U, *color & 255U);
}

// Later rectangles lie on earlier ones.
std::optional<GreyPicture> painted(const std::vector<Rectangle>& rectangles, bool& is_cut) {
  if (rectangles.size() < kFewestRectangles) return {};
  double step = kLargest, left = kLargest, top = kLargest, right = -kLargest, bottom = -kLargest;
  for (const Rectangle& one : rectangles) {
    step = std::min({step, one.width, one.height});
    left = std::min(left, one.x), top = std::min(top, one.y);
    right = std::max(right, one.x + one.width), bottom = std::max(bottom, one.y + one.height);
  }
  const double columns = std::round((right - left) / step),
               rows = std::round((bottom - top) / step);
  if (!(columns >= 21 && columns <= kMostSteps && rows >= 21 && rows <= kMostSteps)) return {};
  constexpr int kPixels = 4, kMargin = 4 * kPixels;
  GreyPicture picture{static_cast<int>(columns) * kPixels + 2 * kMargin,
                      static_cast<int>(rows) * kPixels + 2 * kMargin,
                      {}};
  const auto width = static_cast<std::size_t>(picture.width);
  picture.grey.assign(width * static_cast<std::size_t>(picture.height), 255);
  const auto pixel = [&](double length) {
    return static_cast<std::size_t>(std::lround(length / step * kPixels)) + kMargin;
  };
  std::size_t pixels = 0;
  for (const Rectangle& one : rectangles) {
    const std::size_t from = pixel(one.x - left), to = pixel(one.x + one.width - left);
    const std::size_t last = pixel(one.y + one.height - top);
    pixels += (to - from) * (last - pixel(one.y - top));
    if (pixels > kMostPainted) {
      is_cut = true;
      return {};
    }
    for (std::size_t y = pixel(one.y - top); y < last; ++y)
      std::fill(picture.grey.begin() + static_cast<std::ptrdiff_t>(y * width + from),
                picture.grey.begin() + static_cast<std::ptrdiff_t>(y * width + to), one.grey);
  }
  return picture;
}

}  // namespace

bool may_hold_svg_drawing(std::string_view svg) {
  std::size_t found = 0;
  for (auto at = svg.find("<rect"); at != svg.npos; at = svg.find("<rect", at + 1))
    if (++found >= kFewestRectangles) return true;
  return false;
}

std::vector<GreyPicture> svg_drawings(std::string_view svg, bool& is_cut) {
  std::vector<GreyPicture> drawings;
  std::vector<Rectangle> rectangles;
  std::size_t seen = 0;
  std::optional<std::uint8_t> fill = 0;
  const auto end_drawing = [&] {
    auto picture = painted(rectangles, is_cut);
    rectangles.clear();
    if (!picture) return;
    if (drawings.size() < kMostDrawings)
      drawings.push_back(std::move(*picture));
    else
      is_cut = true;
  };
  HtmlTokenizer tokenizer(svg);
  for (HtmlToken token; tokenizer.next(token);) {
    if (token.name == "svg") end_drawing();
    if (token.kind != HtmlToken::Kind::start_tag) continue;
    if (token.name == "svg" || token.name == "g") fill = grey_in(token, 0);
    if (token.name != "rect") continue;
    if (++seen > kMostRectangles) {
      is_cut = true;
      break;
    }
    const auto grey = grey_in(token, fill);
    const Rectangle one{number_of(token, "x"), number_of(token, "y"), number_of(token, "width"),
                        number_of(token, "height"), grey.value_or(255)};
    if (grey && one.width > 0 && one.height > 0) rectangles.push_back(one);
  }
  end_drawing();
  return drawings;
}

}  // namespace secondlook
