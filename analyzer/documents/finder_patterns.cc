#include "analyzer/documents/finder_patterns.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace secondlook {
namespace {

constexpr int kModules = 7;
constexpr std::array<int, 5> kProportions{1, 1, 3, 1, 1};

// The last five runs of one colour along a line.
class Runs {
 public:
  void add(int length) {
    std::rotate(lengths_.begin(), lengths_.begin() + 1, lengths_.end());
    lengths_.back() = length;
    ++count_;
  }

  // Of all five, when they have the proportions: half a module may be missing and half a pixel,
  // times `patience`; else 0.
  int finder_width(int patience) const {
    if (count_ < 5) return 0;
    const int middle = lengths_[2];
    if (middle < std::max(lengths_[1], lengths_[3])) return 0;
    int total = 0;
    for (const int length : lengths_) total += length;
    if (total < kModules) return 0;
    for (std::size_t i = 0; i < lengths_.size(); ++i)
      if (2 * std::abs(lengths_[i] * kModules - kProportions[i] * total) >
          (total + kModules) * patience)
        return 0;
    return total;
  }

 private:
  std::array<int, 5> lengths_{};
  int count_ = 0;
};

// Where the run that covers `from` ends.
int end_of_run(const std::uint8_t* row, int from, int width) {
  const std::uint8_t colour = row[from];
  int at = from + 1;
  constexpr int kAtOnce = 8;
  std::uint64_t same = 0, bytes = 0;
  std::memset(&same, colour, kAtOnce);
  while (at + kAtOnce <= width) {
    std::memcpy(&bytes, row + at, kAtOnce);
    if (const std::uint64_t differences = bytes ^ same; differences != 0)
      return at + std::countr_zero(differences) / 8;
    at += kAtOnce;
  }
  while (at < width && row[at] == colour) ++at;
  return at;
}
static_assert(std::endian::native == std::endian::little);

struct Place {
  int x, y, width;
};

// The places seen, each once.
class Places {
 public:
  void add(const Place& place) {
    if (std::ranges::any_of(all_,
                            [&](const Place& other) { return !stand_apart(place, other, 1); }))
      return;
    // Of so many among noise nobody can say; ZXing is to look.
    has_three_ = all_.size() >= kMost || makes_three(place);
    all_.push_back(place);
  }
  bool has_three() const { return has_three_; }

 private:
  static constexpr std::size_t kMost = 128;

  // The corners of the smallest code are 14 modules apart, each 7 wide; perspective brings them
  // nearer.
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
  explicit FinderSearch(const BinaryPicture& picture) : picture_(picture) {}

  bool look() {
    for (int y = 0; y < picture_.height && !places_.has_three(); ++y) look_along(y);
    return places_.has_three();
  }

 private:
  void look_along(int y) {
    const std::uint8_t* row = picture_.row(y);
    Runs runs;
    for (int x = 0; x < picture_.width && !places_.has_three();) {
      const int end = end_of_run(row, x, picture_.width);
      runs.add(end - x);
      if (row[x] == BinaryPicture::kInk) take(runs.finder_width(1), end, y);
      x = end;
    }
  }

  void take(int width, int end, int y) {
    if (width == 0) return;
    const int x = end - (width + 1) / 2;
    if (stands_across(x, y, width)) places_.add({x, y, width});
  }

  // Whether a line down through that place has the proportions too, at a width that is similar.
  bool stands_across(int x, int y, int width) const {
    const int first = std::max(0, y - width), last = std::min(picture_.height, y + width + 1);
    Runs runs;
    int begin = first;
    for (int at = first + 1; at <= last; ++at) {
      if (at < last && picture_.row(at)[x] == picture_.row(begin)[x]) continue;
      runs.add(at - begin);
      const int height = picture_.row(begin)[x] == BinaryPicture::kInk ? runs.finder_width(2) : 0;
      if (height * 2 >= width && height <= width * 2 &&
          std::abs(at - height / 2 - y) <= width / 3 + 1)
        return true;
      begin = at;
    }
    return false;
  }

  const BinaryPicture& picture_;
  Places places_;
};

}  // namespace

bool has_finder_patterns(const BinaryPicture& picture) {
  return FinderSearch(picture).look();
}

}  // namespace secondlook
