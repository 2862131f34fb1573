#include "analyzer/documents/picture.h"

#include <memory>
#include <utility>

#include <turbojpeg.h>
#include <webp/decode.h>

#include "analyzer/documents/bmp_picture.h"
#include "analyzer/documents/gif_picture.h"
#include "analyzer/documents/picture_pixels.h"
#include "analyzer/documents/png_picture.h"
#include "analyzer/message/file_type.h"

namespace secondlook {
namespace {

// An honest progressive JPEG has about ten; each costs a walk over all coefficients.
constexpr int kMostScans = 64;

const unsigned char* bytes_of(std::string_view content) {
  return reinterpret_cast<const unsigned char*>(content.data());
}

Error too_large(PictureSize size) {
  return forbidden("picture of " + std::to_string(size.width) + " x " +
                   std::to_string(size.height) + " pixels not decoded");
}

bool is_too_large(PictureSize size, std::uint64_t most) {
  constexpr std::uint64_t kLongestSide = 65'535;
  return size.width > kLongestSide || size.height > kLongestSide || size.pixels() > most;
}

using JpegDecoder = std::unique_ptr<void, decltype(&tjDestroy)>;

JpegDecoder make_jpeg_decoder() {
  return {tjInitDecompress(), &tjDestroy};
}

struct JpegHeader {
  int width = 0, height = 0, subsampling = 0, colours = 0;
  PictureSize size() const {
    return {static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height)};
  }
};

std::optional<JpegHeader> read_jpeg_header(const JpegDecoder& decoder, std::string_view content) {
  JpegHeader header;
  if (decoder == nullptr ||
      tjDecompressHeader3(decoder.get(), bytes_of(content), content.size(), &header.width,
                          &header.height, &header.subsampling, &header.colours) != 0 ||
      header.width <= 0 || header.height <= 0)
    return {};
  return header;
}

std::optional<PictureSize> jpeg_size(std::string_view content) {
  const auto header = read_jpeg_header(make_jpeg_decoder(), content);
  if (!header) return {};
  return header->size();
}

struct JpegMarkers {
  int scans = 0;
  bool is_progressive = false;
};

// Those of an embedded preview are counted too.
JpegMarkers count_markers(std::string_view content) {
  JpegMarkers markers;
  for (auto at = content.find('\xFF'); at < content.size() - 1; at = content.find('\xFF', at + 1)) {
    if (content[at + 1] == '\xDA') ++markers.scans;
    if (content[at + 1] == '\xC2') markers.is_progressive = true;
  }
  return markers;
}

// libjpeg-turbo reduces by these while it decodes.
int jpeg_divisor(PictureSize size) {
  int divisor = 1;
  while (divisor < 8 && size.pixels() / static_cast<unsigned>(divisor * divisor) > kMostGreyPixels)
    divisor *= 2;
  return divisor;
}

// Adobe's programs write the inverse of ink, 255 for none; others are read by their negative.
GreyPicture grey_of_cmyk(const std::vector<std::uint8_t>& cmyk, int width, int height) {
  GreyPicture picture{width, height, {}};
  picture.grey.reserve(cmyk.size() / 4);
  for (std::size_t at = 0; at + 4 <= cmyk.size(); at += 4) {
    const int colours = (cmyk[at] + cmyk[at + 1] + cmyk[at + 2]) / 3;
    picture.grey.push_back(static_cast<std::uint8_t>(colours * cmyk[at + 3] / 255));
  }
  return picture;
}

Result<Picture> decode_jpeg(std::string_view content) {
  const JpegDecoder decoder = make_jpeg_decoder();
  const auto header = read_jpeg_header(decoder, content);
  if (!header) return malformed("no JPEG header");
  const JpegMarkers markers = count_markers(content);
  if (is_too_large(header->size(), markers.is_progressive ? kMostPixels : kMostJpegPixels))
    return too_large(header->size());
  if (markers.scans > kMostScans)
    return forbidden("JPEG of " + std::to_string(markers.scans) + " scans not decoded");

  const tjscalingfactor scale{1, jpeg_divisor(header->size())};
  const int width = TJSCALED(header->width, scale), height = TJSCALED(header->height, scale);
  const bool is_cmyk = header->colours == TJCS_CMYK || header->colours == TJCS_YCCK;
  std::vector<std::uint8_t> samples(
      static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * (is_cmyk ? 4 : 1), 255);
  // Of a damaged one the part before the damage is there, as in a browser.
  tjDecompress2(decoder.get(), bytes_of(content), content.size(), samples.data(), width, 0, height,
                is_cmyk ? TJPF_CMYK : TJPF_GRAY, TJFLAG_LIMITSCANS);
  if (is_cmyk) return Picture{grey_of_cmyk(samples, width, height), {}};
  return Picture{{width, height, std::move(samples)}, {}};
}

std::optional<PictureSize> webp_size(std::string_view content) {
  int width = 0, height = 0;
  if (WebPGetInfo(bytes_of(content), content.size(), &width, &height) == 0) return {};
  return PictureSize{static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height)};
}

Result<Picture> decode_webp(std::string_view content) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return internal("libwebp of another version");
  if (WebPGetFeatures(bytes_of(content), content.size(), &config.input) != VP8_STATUS_OK)
    return malformed("no WebP header");
  if (config.input.has_animation != 0) return forbidden("animated WebP not decoded");
  const int width = config.input.width, height = config.input.height;
  const PictureSize size{static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height)};
  if (is_too_large(size, kMostPixels)) return too_large(size);
  std::vector<std::uint8_t> rgba(size.pixels() * 4);
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {rgba.data(), width * 4, rgba.size()};
  if (const auto status = WebPDecode(bytes_of(content), content.size(), &config);
      status != VP8_STATUS_OK && status != VP8_STATUS_SUSPENDED &&
      status != VP8_STATUS_NOT_ENOUGH_DATA)
    return malformed("damaged WebP");
  GreyAlpha pixels(width, height);
  for (std::size_t i = 0; i < size.pixels(); ++i)
    pixels.set(i, grey_of(rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]), rgba[4 * i + 3]);
  return picture_of(std::move(pixels));
}

}  // namespace

bool is_picture(std::string_view type) {
  return type == "image/png" || type == "image/jpeg" || type == "image/gif" ||
         type == "image/bmp" || type == "image/webp";
}

std::optional<PictureSize> picture_size(std::string_view content) {
  const std::string_view type = detect_file_type(content);
  std::optional<PictureSize> size;
  if (type == "image/png") size = png_size(content);
  if (type == "image/jpeg") size = jpeg_size(content);
  if (type == "image/gif") size = gif_size(content);
  if (type == "image/bmp") size = bmp_size(content);
  if (type == "image/webp") size = webp_size(content);
  if (size && size->pixels() == 0) return {};
  return size;
}

Result<Picture> decode_picture(std::string_view content) {
  const auto size = picture_size(content);
  if (!size) return malformed("no header of a picture");
  const std::string_view type = detect_file_type(content);
  if (is_too_large(*size, kMostJpegPixels)) return too_large(*size);
  if (type == "image/jpeg") return decode_jpeg(content);
  if (is_too_large(*size, kMostPixels)) return too_large(*size);
  if (type == "image/png") return decode_png(content);
  if (type == "image/gif") return decode_gif(content);
  if (type == "image/bmp") return decode_bmp(content);
  return decode_webp(content);
}

void reduce(GreyPicture& picture) {
  while (static_cast<std::uint64_t>(picture.width) * static_cast<std::uint64_t>(picture.height) >
             kMostGreyPixels &&
         picture.width > 1 && picture.height > 1) {
    const auto width = static_cast<std::size_t>(picture.width);
    const std::size_t half_width = width / 2,
                      half_height = static_cast<std::size_t>(picture.height) / 2;
    std::vector<std::uint8_t>& grey = picture.grey;
    for (std::size_t y = 0; y < half_height; ++y)
      for (std::size_t x = 0; x < half_width; ++x) {
        const std::size_t at = 2 * y * width + 2 * x;
        grey[y * half_width + x] = static_cast<std::uint8_t>(
            (grey[at] + grey[at + 1] + grey[at + width] + grey[at + width + 1] + 2) / 4);
      }
    grey.resize(half_width * half_height);
    picture.width = static_cast<int>(half_width);
    picture.height = static_cast<int>(half_height);
  }
}

}  // namespace secondlook
