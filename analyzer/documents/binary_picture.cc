#include "analyzer/documents/binary_picture.h"

#include <algorithm>

namespace secondlook {
namespace {

constexpr int kNeighbourhood = 5;
// A block with less has one colour.
constexpr int kLeastContrast = 24;

// What these loops read and write is told apart by __restrict, so that the compiler makes them
// wide.
void take_in(const std::uint8_t* __restrict row, std::size_t size, std::uint8_t* __restrict lowest,
             std::uint8_t* __restrict highest, std::uint16_t* __restrict sums) {
  for (std::size_t x = 0; x < size; ++x) {
    lowest[x] = std::min(lowest[x], row[x]);
    highest[x] = std::max(highest[x], row[x]);
    sums[x] = static_cast<std::uint16_t>(sums[x] + row[x]);
  }
}

void compare(const std::uint8_t* __restrict row, const std::uint8_t* __restrict thresholds,
             std::size_t size, std::uint8_t flip, std::uint8_t* __restrict result) {
  for (std::size_t x = 0; x < size; ++x)
    result[x] = static_cast<std::uint8_t>(row[x] ^ flip) <= thresholds[x] ? BinaryPicture::kInk
                                                                          : BinaryPicture::kPaper;
}

}  // namespace

LocalThresholds::LocalThresholds(const GreyPicture& picture, int block)
    : picture_(picture),
      block_(block),
      across_((picture.width + block - 1) / block),
      down_((picture.height + block - 1) / block) {
  if (across_ < kNeighbourhood || down_ < kNeighbourhood) return;
  blocks_.resize(static_cast<std::size_t>(across_) * static_cast<std::size_t>(down_));
  for (int y = 0; y < down_; ++y) measure_blocks(y);
}

// The last block overlaps with the one before it.
int LocalThresholds::first_pixel_of(int block, int side) const {
  return std::min(block * block_, side - block_);
}

void LocalThresholds::measure_blocks(int block_row) {
  const auto width = static_cast<std::size_t>(picture_.width);
  std::vector<std::uint8_t> lowest(width, 255), highest(width, 0);
  std::vector<std::uint16_t> sums(width, 0);
  const auto first_row = static_cast<std::size_t>(first_pixel_of(block_row, picture_.height));
  const auto side = static_cast<std::size_t>(block_);
  for (std::size_t y = first_row; y < first_row + side; ++y)
    take_in(picture_.grey.data() + y * width, width, lowest.data(), highest.data(), sums.data());

  Block* block =
      blocks_.data() + static_cast<std::size_t>(block_row) * static_cast<std::size_t>(across_);
  for (int column = 0; column < across_; ++column, ++block) {
    const auto left = static_cast<std::size_t>(first_pixel_of(column, picture_.width));
    int sum = 0;
    for (std::size_t x = left; x < left + side; ++x) {
      block->lowest = std::min(block->lowest, lowest[x]);
      block->highest = std::max(block->highest, highest[x]);
      sum += sums[x];
    }
    block->mean = sum / (block_ * block_);
  }
}

// A block of one colour is paper, unless it is darker than its neighbours: the inside of large
// modules.
std::vector<int> LocalThresholds::block_means(Ink ink) const {
  std::vector<int> means(blocks_.size());
  const auto across = static_cast<std::size_t>(across_);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const Block& block = blocks_[i];
    if (block.highest - block.lowest > kLeastContrast) {
      means[i] = ink == Ink::dark ? block.mean : 255 - block.mean;
      continue;
    }
    const int darkest = ink == Ink::dark ? block.lowest : 255 - block.highest;
    means[i] = darkest / 2;
    if (i < across || i % across == 0) continue;
    const int around = (means[i - across] + 2 * means[i - 1] + means[i - across - 1]) / 4;
    if (darkest < around) means[i] = around;
  }
  return means;
}

std::vector<std::uint8_t> LocalThresholds::thresholds(const std::vector<int>& means,
                                                      int block_row) const {
  constexpr int kReach = kNeighbourhood / 2;
  const int top = std::clamp(block_row, kReach, down_ - 1 - kReach) - kReach;
  std::vector<int> columns(static_cast<std::size_t>(across_), 0);
  for (int y = top; y < top + kNeighbourhood; ++y)
    for (int x = 0; x < across_; ++x)
      columns[static_cast<std::size_t>(x)] += means[static_cast<std::size_t>(y * across_ + x)];

  std::vector<std::uint8_t> row(static_cast<std::size_t>(picture_.width));
  for (int block = 0; block < across_; ++block) {
    const int left = std::clamp(block, kReach, across_ - 1 - kReach) - kReach;
    int sum = 0;
    for (int x = left; x < left + kNeighbourhood; ++x) sum += columns[static_cast<std::size_t>(x)];
    std::fill_n(row.begin() + first_pixel_of(block, picture_.width), block_,
                static_cast<std::uint8_t>(sum / (kNeighbourhood * kNeighbourhood)));
  }
  return row;
}

BinaryPicture LocalThresholds::apply(Ink ink) const {
  BinaryPicture result{picture_.width, picture_.height, {}};
  if (blocks_.empty()) {
    result.pixels.assign(picture_.grey.size(), BinaryPicture::kPaper);
    return result;
  }
  result.pixels.resize(picture_.grey.size());
  const auto width = static_cast<std::size_t>(picture_.width);
  const std::uint8_t flip = ink == Ink::dark ? 0 : 255;
  const std::vector<int> means = block_means(ink);
  for (int block = 0; block < down_; ++block) {
    const std::vector<std::uint8_t> row = thresholds(means, block);
    const auto first = static_cast<std::size_t>(first_pixel_of(block, picture_.height));
    for (std::size_t y = first; y < first + static_cast<std::size_t>(block_); ++y)
      compare(picture_.grey.data() + y * width, row.data(), width, flip,
              result.pixels.data() + y * width);
  }
  return result;
}

}  // namespace secondlook
