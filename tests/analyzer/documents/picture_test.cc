#include "analyzer/documents/picture.h"

#include <catch2/catch.hpp>

#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace secondlook::test;

namespace {

// A black square in the upper left quarter of a white picture.
GreyPicture drawing() {
  GreyPicture picture = blank_picture(37, 24);
  paste(blank_picture(12, 10, 0), 0, 0, picture);
  return picture;
}

// Black in the upper left corner, white in the lower right one.
bool shows_drawing(const GreyPicture& picture) {
  return picture.width == 37 && picture.height == 24 && picture.grey.size() == 37 * 24 &&
         picture.grey[5 * 37 + 5] < 60 && picture.grey[20 * 37 + 30] > 195 &&
         picture.grey[20 * 37 + 5] > 195 && picture.grey[5 * 37 + 30] > 195;
}

void check_drawing(const std::string& file) {
  const auto size = picture_size(file);
  REQUIRE(size);
  CHECK(size->width == 37);
  CHECK(size->height == 24);
  const auto picture = decode_picture(file);
  REQUIRE(picture);
  CHECK(shows_drawing(picture->on_white));
  CHECK_FALSE(picture->on_black);
}

}  // namespace

TEST_CASE("pictures of every kind are read") {
  check_drawing(as_png(drawing()));
  check_drawing(as_jpeg(drawing()));
  check_drawing(as_jpeg(drawing(), true));
  check_drawing(as_jpeg(drawing(), false, true));
  check_drawing(as_gif(drawing()));
  check_drawing(as_gif(drawing(), true));
  check_drawing(as_webp(drawing()));
  for (const int bits : {1, 8, 24, 32}) check_drawing(as_bmp(drawing(), bits));
}

TEST_CASE("what is transparent shows the page, which may be white or black") {
  const auto picture = decode_picture(as_png_without(drawing(), 255));
  REQUIRE(picture);
  CHECK(shows_drawing(picture->on_white));
  REQUIRE(picture->on_black);
  CHECK(picture->on_black->grey.back() == 0);
}

TEST_CASE("of a damaged picture what stands before the damage is there") {
  GreyPicture whole = blank_picture(400, 400, 0);
  for (std::size_t i = 400 * 20; i < whole.grey.size(); ++i)
    whole.grey[i] = static_cast<std::uint8_t>(i * i >> 7U);
  for (const std::string& file : {as_png(whole), as_jpeg(whole), as_gif(whole)}) {
    const auto picture = decode_picture(file.substr(0, file.size() / 2));
    REQUIRE(picture);
    CHECK(picture->on_white.width == 400);
    CHECK(picture->on_white.grey[400 * 3 + 3] < 60);
  }
}

TEST_CASE("what no client shows is malformed") {
  for (const std::string& file : {as_png(drawing()), as_jpeg(drawing()), as_webp(drawing())})
    for (std::size_t size = 0; size < 16; ++size)
      CHECK(decode_picture(file.substr(0, size)).error().kind == Error::Kind::malformed);
  CHECK(decode_picture("<svg/>").error().kind == Error::Kind::malformed);
}

TEST_CASE("every file cut anywhere, and with any byte changed, is read or refused") {
  const GreyPicture picture = drawing();
  for (const std::string& file : {as_png(picture), as_jpeg(picture, true), as_gif(picture),
                                  as_webp(picture), as_bmp(picture, 1)})
    for (std::size_t at = 0; at < file.size(); ++at) {
      std::string changed = file;
      changed[at] = static_cast<char>(changed[at] ^ 0x55);
      for (const std::string& bytes : {file.substr(0, at), changed})
        if (const auto read = decode_picture(bytes)) {
          const auto pixels = static_cast<std::size_t>(read->on_white.width) *
                              static_cast<std::size_t>(read->on_white.height);
          CHECK(read->on_white.grey.size() == pixels);
        }
    }
}

TEST_CASE("a picture that says it is huge is refused before memory is asked for") {
  std::string png = as_png(drawing());
  png[16] = png[20] = '\x40';  // 2^30 and more on each side
  CHECK(decode_picture(png).error().kind == Error::Kind::forbidden);
  std::string gif = as_gif(drawing());
  gif.replace(6, 4, "\xFF\xFF\xFF\xFF");
  CHECK(decode_picture(gif).error().kind == Error::Kind::forbidden);
  std::string bmp = as_bmp(drawing(), 24);
  bmp.replace(18, 8, std::string("\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F", 8));
  CHECK(decode_picture(bmp).error().kind == Error::Kind::forbidden);
}

TEST_CASE("a JPEG of more scans than honest programs write is refused") {
  std::string jpeg = as_jpeg(drawing(), true);
  for (int i = 0; i < 100; ++i) jpeg += "\xFF\xDA";
  CHECK(decode_picture(jpeg).error().kind == Error::Kind::forbidden);
}

TEST_CASE("large pictures are reduced") {
  const GreyPicture large = blank_picture(3000, 2000, 200);
  const auto png = decode_picture(as_png(large));
  REQUIRE(png);
  CHECK(png->on_white.width == 1500);
  CHECK(png->on_white.grey.size() == 1500 * 1000);
  CHECK(png->on_white.grey.back() == 200);
  const auto jpeg = decode_picture(as_jpeg(large));
  REQUIRE(jpeg);
  CHECK(jpeg->on_white.width == 1500);
}
