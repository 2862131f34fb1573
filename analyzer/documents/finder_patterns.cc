#include "analyzer/documents/finder_patterns.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace secondlook {
namespace {

// Larger pictures are looked at in every second row: their modules have more than one pixel.
constexpr std::size_t kSmallPicture = 300'000;

// Lengths of the runs of one brightness along a line; a run ends where the grey has moved by more than
// `step` from its extreme, whatever the light.
class Runs {
 public:
  explicit Runs(int step) : step_(step) {}

  void begin(int grey) {
    lowest_ = highest_ = grey;
    count_ = length_ = 0;
    is_known_ = false;
  }

  // True when a run has ended before this pixel.
  bool add(int grey) {
    lowest_ = std::min(lowest_, grey);
    highest_ = std::max(highest_, grey);
    const bool gets_light = grey > lowest_ + step_, gets_dark = grey < highest_ - step_;
    const bool ends = is_known_ ? (is_light_ ? gets_dark : gets_light) : gets_light || gets_dark;
    if (ends) {
      is_known_ = true;
      is_light_ = gets_light;
      end();
      lowest_ = highest_ = grey;
    } else if (is_known_) {
      // Within a run only its own extreme counts.
      (is_light_ ? lowest_ : highest_) = grey;
    }
    ++length_;
    return ends;
  }

  void end() {
    lengths_[static_cast<std::size_t>(count_++) % lengths_.size()] = length_;
    length_ = 0;
  }

  // Of the last five runs, when they have the proportions; else 0.
  int finder_width() const {
    constexpr int kModules = 7;
    if (count_ < 5) return 0;
    int total = 0;
    for (int back = 1; back <= 5; ++back) total += at(back);
    if (total < kModules) return 0;
    // In 7ths of a pixel: six tenths of a module may be missing, and a pixel.
    for (int back = 1; back <= 5; ++back) {
      const int modules = back == 3 ? 3 : 1;
      if (std::abs(at(back) * kModules - modules * total) > total * 6 * modules / 10 + kModules)
        return 0;
    }
    return total;
  }

 private:
  int at(int back) const { return lengths_[static_cast<std::size_t>(count_ - back) % lengths_.size()]; }

  const int step_;
  int lowest_ = 0, highest_ = 0, count_ = 0, length_ = 0;
  bool is_known_ = false, is_light_ = false;
  std::array<int, 8> lengths_{};
};

struct Place {
  int x, y, width;
};

// The places seen of one brightness, each once.
class Places {
 public:
  // Whether it makes three with two others.
  void add(const Place& place) {
    if (has_three_ || std::any_of(all_.begin(), all_.end(), [&](const Place& other) {
          return !stand_apart(place, other, 1);
        }))
      return;
    // Of so many among noise nobody can say; ZXing is to look.
    has_three_ = all_.size() >= kMost || makes_three(place);
    all_.push_back(place);
  }
  bool has_three() const { return has_three_; }

 private:
  static constexpr std::size_t kMost = 128;

  // The corners of the smallest code are 14 modules apart, each 7 wide; perspective brings them nearer.
  static bool may_belong(const Place& a, const Place& b) {
    return a.width <= 2 * b.width && b.width <= 2 * a.width && stand_apart(a, b, 2);
  }
  // By so many halves of a width.
  static bool stand_apart(const Place& a, const Place& b, int halves) {
    const int least = halves * std::max(a.width, b.width) / 2;
    return std::abs(a.x - b.x) > least || std::abs(a.y - b.y) > least;
  }
  bool makes_three(const Place& place) const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!may_belong(place, all_[i])) continue;
      for (std::size_t j = 0; j < i; ++j)
        if (may_belong(place, all_[j]) && may_belong(all_[i], all_[j])) return true;
    }
    return false;
  }

  std::vector<Place> all_;
  bool has_three_ = false;
};

class FinderSearch {
 public:
  FinderSearch(const GreyPicture& picture, int step) : picture_(picture), step_(step) {}

  FinderPatterns look() {
    const int rows_between = picture_.grey.size() < kSmallPicture ? 1 : 2;
    for (int y = 0; y < picture_.height; y += rows_between) {
      look_along(y);
      if (dark_.has_three() && light_.has_three()) break;
    }
    return {dark_.has_three(), light_.has_three()};
  }

 private:
  int grey(int x, int y) const {
    return picture_.grey[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture_.width) +
                         static_cast<std::size_t>(x)];
  }

  void look_along(int y) {
    Runs runs(step_);
    runs.begin(grey(0, y));
    for (int x = 0; x <= picture_.width; ++x) {
      const bool is_over = x == picture_.width;
      if (is_over) runs.end();
      if (!is_over && !runs.add(grey(x, y))) continue;
      const int width = runs.finder_width();
      if (width == 0 || !stands_across(x - width / 2, y, width)) continue;
      const int middle = grey(x - width / 2, y);
      const int ring = grey(std::max(0, x - width / 2 - width * 2 / 7), y);
      (middle < ring ? dark_ : light_).add({x - width / 2, y, width});
    }
  }

  // Whether a line down through that place has the proportions too, at a width that is similar.
  bool stands_across(int x, int y, int width) const {
    const int first = std::max(0, y - width), last = std::min(picture_.height, y + width + 1);
    Runs runs(step_);
    runs.begin(grey(x, first));
    for (int at = first; at <= last; ++at) {
      const bool is_over = at == last;
      if (is_over) runs.end();
      if (!is_over && !runs.add(grey(x, at))) continue;
      const int height = runs.finder_width();
      if (height * 2 >= width && height <= width * 2 &&
          std::abs(at - height / 2 - y) <= width / 3 + 1)
        return true;
    }
    return false;
  }

  const GreyPicture& picture_;
  const int step_;
  Places dark_, light_;
};

}  // namespace

FinderPatterns look_for_finder_patterns(const GreyPicture& picture) {
  if (picture.grey.empty()) return {};
  // For pale codes, and for those among noise. Light codes are drawn on dark pages, where nothing is pale.
  constexpr int kPale = 24, kStrong = 64;
  const FinderPatterns strong = FinderSearch(picture, kStrong).look();
  return {strong.dark || FinderSearch(picture, kPale).look().dark, strong.light};
}

}  // namespace secondlook
