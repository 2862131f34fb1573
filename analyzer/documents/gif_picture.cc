#include "analyzer/documents/gif_picture.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <gif_lib.h>

#include "analyzer/documents/picture_pixels.h"

namespace secondlook {
namespace {

int read_from(GifFileType* file, GifByteType* out, int most) {
  auto& rest = *static_cast<std::string_view*>(file->UserData);
  const std::size_t count = std::min(rest.size(), static_cast<std::size_t>(std::max(most, 0)));
  std::copy_n(rest.begin(), count, out);
  rest.remove_prefix(count);
  return static_cast<int>(count);
}

struct CloseGif {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, CloseGif>;

constexpr std::size_t kHeaderBytes = 10;

int little_endian_16(std::string_view bytes) {
  return static_cast<unsigned char>(bytes[0]) | static_cast<unsigned char>(bytes[1]) << 8;
}

// Up to the first frame. `transparent`: the index of the colour that shows what is behind, or -1.
bool find_first_frame(GifFileType& gif, int& transparent) {
  for (GifRecordType record{}; DGifGetRecordType(&gif, &record) == GIF_OK;) {
    if (record == IMAGE_DESC_RECORD_TYPE) return DGifGetImageDesc(&gif) == GIF_OK;
    if (record != EXTENSION_RECORD_TYPE) return false;
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(&gif, &code, &block) != GIF_OK) return false;
    GraphicsControlBlock control{};
    if (code == GRAPHICS_EXT_FUNC_CODE && block != nullptr &&
        DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
      transparent = control.TransparentColor;
    while (block != nullptr)
      if (DGifGetExtensionNext(&gif, &block) != GIF_OK) return false;
  }
  return false;
}

// GIF89a, appendix E: every 8th row, those between, every 4th, every 2nd.
std::vector<int> order_of_rows(int height, bool is_interlaced) {
  constexpr int kPasses[][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  std::vector<int> rows;
  rows.reserve(static_cast<std::size_t>(height));
  if (!is_interlaced)
    for (int row = 0; row < height; ++row) rows.push_back(row);
  else
    for (const auto& [first, step] : kPasses)
      for (int row = first; row < height; row += step) rows.push_back(row);
  return rows;
}

void put_row(const std::vector<GifPixelType>& line, const GifFileType& gif, int row,
             int transparent, GreyAlpha& canvas) {
  const ColorMapObject& colours =
      gif.Image.ColorMap != nullptr ? *gif.Image.ColorMap : *gif.SColorMap;
  const int y = gif.Image.Top + row;
  if (y >= canvas.height) return;
  for (int i = 0; i < gif.Image.Width && gif.Image.Left + i < canvas.width; ++i) {
    const int index = line[static_cast<std::size_t>(i)];
    if (index == transparent || index >= colours.ColorCount) continue;
    const GifColorType& colour = colours.Colors[index];
    canvas.set(static_cast<std::size_t>(y) * static_cast<std::size_t>(canvas.width) +
                   static_cast<std::size_t>(gif.Image.Left + i),
               grey_of(colour.Red, colour.Green, colour.Blue), 255);
  }
}

}  // namespace

std::optional<PictureSize> gif_size(std::string_view content) {
  if (content.size() < kHeaderBytes) return {};
  return PictureSize{static_cast<std::uint64_t>(little_endian_16(content.substr(6))),
                     static_cast<std::uint64_t>(little_endian_16(content.substr(8)))};
}

Result<Picture> decode_gif(std::string_view content) {
  const Gif gif(DGifOpen(&content, read_from, nullptr));
  if (gif == nullptr) return malformed("no GIF header");
  int transparent = NO_TRANSPARENT_COLOR;
  if (!find_first_frame(*gif, transparent)) return malformed("GIF without a frame");
  const GifImageDesc& frame = gif->Image;
  if (frame.ColorMap == nullptr && gif->SColorMap == nullptr)
    return malformed("GIF without colours");
  // Browsers make the canvas as large as the first frame.
  const PictureSize canvas{
      static_cast<std::uint64_t>(std::max(gif->SWidth, frame.Left + frame.Width)),
      static_cast<std::uint64_t>(std::max(gif->SHeight, frame.Top + frame.Height))};
  if (frame.Width <= 0 || frame.Height <= 0) return malformed("empty GIF");
  if (canvas.pixels() > kMostPixels) return forbidden("GIF with a frame of too many pixels");
  GreyAlpha pixels(static_cast<int>(canvas.width), static_cast<int>(canvas.height));
  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  for (const int row : order_of_rows(frame.Height, frame.Interlace)) {
    if (DGifGetLine(gif.get(), line.data(), frame.Width) != GIF_OK) break;
    put_row(line, *gif, row, transparent, pixels);
  }
  return picture_of(std::move(pixels));
}

}  // namespace secondlook
