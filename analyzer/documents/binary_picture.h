// Grey pictures made black and white, as a reader of codes wants them: each pixel is compared with
// the mean of its neighbourhood, so that shades across a photo do no harm. The method is that of
// ZXing's HybridBinarizer; here the statistics are taken once for dark and light codes, and in
// whole rows.
#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook {

struct BinaryPicture {
  static constexpr std::uint8_t kInk = 0, kPaper = 255;
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  // rows from the top, no padding

  const std::uint8_t* row(int y) const {
    return pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
  }
};

class LocalThresholds {
 public:
  // `picture` has to outlive this. Blocks of `block` × `block` pixels, of which five by five are a
  // neighbourhood; a picture with fewer gives pictures that are all paper.
  LocalThresholds(const GreyPicture& picture, int block);

  BinaryPicture with_dark_ink() const { return apply(Ink::dark); }
  BinaryPicture with_light_ink() const { return apply(Ink::light); }

 private:
  enum class Ink { dark, light };
  // Of one block; as of the negative where the ink is light.
  struct Block {
    std::uint8_t lowest = 255, highest = 0;
    int mean = 0;
  };

  void measure_blocks(int block_row);
  int first_pixel_of(int block, int side) const;
  std::vector<int> block_means(Ink ink) const;
  std::vector<std::uint8_t> thresholds(const std::vector<int>& means, int block_row) const;
  BinaryPicture apply(Ink ink) const;

  const GreyPicture& picture_;
  const int block_, across_, down_;
  std::vector<Block> blocks_;
};

}  // namespace secondlook
