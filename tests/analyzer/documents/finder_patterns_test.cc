#include "analyzer/documents/finder_patterns.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace secondlook::test;

namespace {

// On a light page, turned about its middle, a pixel as it lies nearest.
GreyPicture turned(const GreyPicture& code, double degrees, int side) {
  GreyPicture page = blank_picture(side, side, 230);
  const double angle = degrees * M_PI / 180, sine = std::sin(angle), cosine = std::cos(angle);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const double dx = x - side / 2.0, dy = y - side / 2.0;
      const int from_x = static_cast<int>(std::lround(dx * cosine + dy * sine + code.width / 2.0));
      const int from_y = static_cast<int>(std::lround(dy * cosine - dx * sine + code.height / 2.0));
      if (from_x < 0 || from_y < 0 || from_x >= code.width || from_y >= code.height) continue;
      page.grey[static_cast<std::size_t>(y * side + x)] =
          code.grey[static_cast<std::size_t>(from_y * code.width + from_x)];
    }
  return page;
}

void add_noise(GreyPicture& picture, int strength) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> noise(-strength, strength);
  for (std::uint8_t& grey : picture.grey)
    grey = static_cast<std::uint8_t>(std::clamp(grey + noise(random), 0, 255));
}

// As a photo: greys that change slowly, and fine grain.
GreyPicture photo(int side) {
  GreyPicture picture = blank_picture(side, side);
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      picture.grey[static_cast<std::size_t>(y * side + x)] = static_cast<std::uint8_t>(
          128 + 60 * std::sin(x / 40.0) * std::cos(y / 55.0) + 40 * std::sin((x + y) / 90.0));
  add_noise(picture, 3);
  return picture;
}

bool shows_dark(const GreyPicture& picture) {
  return has_finder_patterns(LocalThresholds(picture, 8).with_dark_ink());
}
bool shows_light(const GreyPicture& picture) {
  return has_finder_patterns(LocalThresholds(picture, 8).with_light_ink());
}
bool shows_any(const GreyPicture& picture) {
  return shows_dark(picture) || shows_light(picture);
}

}  // namespace

TEST_CASE("the corners of a code are seen at any angle and size, dark or light") {
  for (const int module : {3, 5, 9})
    for (int degrees = 0; degrees < 90; degrees += 6) {
      const GreyPicture code = draw_qr_code("https://evil.example/login", module);
      GreyPicture page = turned(code, degrees, code.width * 3 / 2 + 50);
      INFO(module << " pixels a module, " << degrees << " degrees");
      CHECK(shows_dark(page));
      CHECK(shows_light(negative(page)));
    }
}

TEST_CASE("they are seen among noise") {
  for (const int noise : {10, 30, 50}) {
    const GreyPicture code = draw_qr_code("https://evil.example/login", 6);
    GreyPicture page = turned(code, 12, 400);
    add_noise(page, noise);
    INFO(noise);
    CHECK(shows_dark(page));
  }
}

TEST_CASE("a code in a photo is seen") {
  GreyPicture picture = photo(900);
  paste(draw_qr_code("https://evil.example/login", 5), 400, 300, picture);
  CHECK(shows_dark(picture));
}

TEST_CASE("photos, blank pages and stripes have none, and need no thorough look") {
  CHECK_FALSE(shows_any(photo(900)));
  CHECK_FALSE(shows_any(blank_picture(500, 500)));
  CHECK_FALSE(shows_any(blank_picture(1, 1)));
  CHECK_FALSE(shows_any(blank_picture(300, 1)));
  GreyPicture stripes = blank_picture(400, 400);
  for (std::size_t i = 0; i < stripes.grey.size(); ++i) stripes.grey[i] = i % 8 < 4 ? 0 : 255;
  CHECK_FALSE(shows_any(stripes));
}
