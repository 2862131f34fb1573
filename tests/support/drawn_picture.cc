#include "tests/support/drawn_picture.h"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <ZXing/BarcodeFormat.h>
#include <ZXing/BitMatrix.h>
#include <ZXing/CharacterSet.h>
#include <ZXing/MultiFormatWriter.h>
#include <gif_lib.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>

namespace secondlook::test {
namespace {

std::size_t index_of(const GreyPicture& picture, int x, int y) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
         static_cast<std::size_t>(x);
}

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("cannot make a ") + what);
}

std::string png_of(const std::vector<std::uint8_t>& bytes, const GreyPicture& picture,
                   png_uint_32 format) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = format;
  png_alloc_size_t size = 0;
  require(png_image_write_get_memory_size(image, size, 0, bytes.data(), 0, nullptr) != 0, "PNG");
  std::string file(size, '\0');
  require(png_image_write_to_memory(&image, file.data(), &size, 0, bytes.data(), 0, nullptr) != 0,
          "PNG");
  file.resize(size);
  return file;
}

void append_number(std::string& bytes, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 255U);
}

int append_to(GifFileType* file, const GifByteType* bytes, int size) {
  static_cast<std::string*>(file->UserData)
      ->append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  return size;
}

std::string bmp_row(const GreyPicture& picture, int y, int bits) {
  std::string row;
  int byte = 0;
  for (int x = 0; x < picture.width; ++x) {
    const std::uint8_t grey = picture.grey[index_of(picture, x, y)];
    if (bits == 1) {
      byte = byte << 1 | (grey >= 128 ? 1 : 0);
      if (x % 8 == 7 || x + 1 == picture.width)
        row += static_cast<char>(byte << (x % 8 == 7 ? 0 : 7 - x % 8)), byte = 0;
    } else {
      row.append(static_cast<std::size_t>(bits / 8), static_cast<char>(grey));
    }
  }
  row.resize((row.size() + 3) / 4 * 4);
  return row;
}

}  // namespace

GreyPicture draw_qr_code(std::string_view text, int module) {
  auto writer = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode);
  writer.setMargin(4).setEncoding(ZXing::CharacterSet::UTF8);
  const ZXing::BitMatrix code = writer.encode(std::string(text), 0, 0);
  GreyPicture picture = blank_picture(code.width() * module, code.height() * module);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      if (code.get(x / module, y / module)) picture.grey[index_of(picture, x, y)] = 0;
  return picture;
}

GreyPicture blank_picture(int width, int height, std::uint8_t grey) {
  const auto pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  return {width, height, std::vector<std::uint8_t>(pixels, grey)};
}

GreyPicture negative(GreyPicture picture) {
  for (std::uint8_t& grey : picture.grey) grey = static_cast<std::uint8_t>(255 - grey);
  return picture;
}

void paste(const GreyPicture& small, int left, int top, GreyPicture& large) {
  for (int y = 0; y < small.height; ++y)
    std::copy_n(small.grey.begin() + static_cast<std::ptrdiff_t>(index_of(small, 0, y)),
                small.width,
                large.grey.begin() + static_cast<std::ptrdiff_t>(index_of(large, left, top + y)));
}

std::string as_png(const GreyPicture& picture) {
  return png_of(picture.grey, picture, PNG_FORMAT_GRAY);
}

std::string as_png_without(const GreyPicture& picture, std::uint8_t transparent) {
  std::vector<std::uint8_t> bytes;
  for (const std::uint8_t grey : picture.grey) {
    bytes.push_back(grey);
    bytes.push_back(grey == transparent ? 0 : 255);
  }
  return png_of(bytes, picture, PNG_FORMAT_GA);
}

std::string as_jpeg(const GreyPicture& picture, bool progressive, bool cmyk) {
  std::vector<std::uint8_t> samples;
  for (const std::uint8_t grey : picture.grey) samples.insert(samples.end(), cmyk ? 4 : 1, grey);
  const std::unique_ptr<void, decltype(&tjDestroy)> encoder(tjInitCompress(), &tjDestroy);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int done = tjCompress2(
      encoder.get(), samples.data(), picture.width, 0, picture.height, cmyk ? TJPF_CMYK : TJPF_GRAY,
      &bytes, &size, cmyk ? TJSAMP_444 : TJSAMP_GRAY, 85, progressive ? TJFLAG_PROGRESSIVE : 0);
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owned(bytes, &tjFree);
  require(done == 0, "JPEG");
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string as_gif(const GreyPicture& picture, bool interlaced) {
  std::string file;
  int error = 0;
  GifFileType* gif = EGifOpen(&file, append_to, &error);
  require(gif != nullptr, "GIF");
  const GifColorType colours[2] = {{0, 0, 0}, {255, 255, 255}};
  ColorMapObject* map = GifMakeMapObject(2, colours);
  EGifPutScreenDesc(gif, picture.width, picture.height, 2, 0, map);
  EGifPutImageDesc(gif, 0, 0, picture.width, picture.height, interlaced, nullptr);
  std::vector<GifPixelType> line(static_cast<std::size_t>(picture.width));
  const auto put_row = [&](int y) {
    for (int x = 0; x < picture.width; ++x)
      line[static_cast<std::size_t>(x)] = picture.grey[index_of(picture, x, y)] >= 128 ? 1 : 0;
    require(EGifPutLine(gif, line.data(), picture.width) == GIF_OK, "row of a GIF");
  };
  const int passes[][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  if (interlaced)
    for (const auto& [first, step] : passes)
      for (int y = first; y < picture.height; y += step) put_row(y);
  else
    for (int y = 0; y < picture.height; ++y) put_row(y);
  GifFreeMapObject(map);
  require(EGifCloseFile(gif, &error) == GIF_OK, "GIF");
  return file;
}

std::string as_webp(const GreyPicture& picture) {
  std::vector<std::uint8_t> rgb;
  for (const std::uint8_t grey : picture.grey) rgb.insert(rgb.end(), 3, grey);
  std::uint8_t* bytes = nullptr;
  const std::size_t size =
      WebPEncodeLosslessRGB(rgb.data(), picture.width, picture.height, 3 * picture.width, &bytes);
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> owned(bytes, &WebPFree);
  require(size > 0, "WebP");
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string as_bmp(const GreyPicture& picture, int bits) {
  const std::uint32_t colours = bits == 1 ? 2 : bits == 8 ? 256 : 0;
  std::string pixels;
  for (int y = picture.height; y-- > 0;) pixels += bmp_row(picture, y, bits);
  std::string file = "BM";
  append_number(file, static_cast<std::uint32_t>(54 + 4 * colours + pixels.size()), 4);
  append_number(file, 0, 4);
  append_number(file, 54 + 4 * colours, 4);
  append_number(file, 40, 4);
  append_number(file, static_cast<std::uint32_t>(picture.width), 4);
  append_number(file, static_cast<std::uint32_t>(picture.height), 4);
  append_number(file, 1, 2);
  append_number(file, static_cast<std::uint32_t>(bits), 2);
  for (int i = 0; i < 6; ++i) append_number(file, 0, 4);
  for (std::uint32_t i = 0; i < colours; ++i)
    append_number(file, (colours == 2 ? 255 * i : i) * 0x010101U, 4);
  return file + pixels;
}

std::string make_pdf(const std::vector<std::string>& objects) {
  std::string file = "%PDF-1.7\n", places;
  char line[32];
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::snprintf(line, sizeof line, "%010zu 00000 n \n", file.size());
    places += line;
    file += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::size_t table = file.size();
  const std::string count = std::to_string(objects.size() + 1);
  file += "xref\n0 " + count + "\n0000000000 65535 f \n" + places;
  return file + "trailer\n<< /Size " + count + " /Root 1 0 R >>\nstartxref\n" +
         std::to_string(table) + "\n%%EOF\n";
}

std::string pdf_stream(std::string_view dictionary, std::string_view content) {
  return "<< " + std::string(dictionary) + " /Length " + std::to_string(content.size()) +
         " >>\nstream\n" + std::string(content) + "\nendstream";
}

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int done =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()), 9);
  require(done == Z_OK, "deflated text");
  out.resize(size);
  return out;
}

}  // namespace secondlook::test
