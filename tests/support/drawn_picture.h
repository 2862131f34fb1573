// Pictures and PDFs for tests, made in memory: QR codes by ZXing's writer, files by the libraries
// whose other half decodes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/picture.h"

namespace secondlook::test {

// A code of `text` with a quiet zone of four modules, each module `module` pixels wide.
GreyPicture draw_qr_code(std::string_view text, int module = 4);
GreyPicture blank_picture(int width, int height, std::uint8_t grey = 255);
GreyPicture negative(GreyPicture picture);
// Puts `small` into `large` with its upper left corner there.
void paste(const GreyPicture& small, int left, int top, GreyPicture& large);

std::string as_png(const GreyPicture& picture);
// Pixels of that grey let the page show through.
std::string as_png_without(const GreyPicture& picture, std::uint8_t transparent);
std::string as_jpeg(const GreyPicture& picture, bool progressive = false, bool cmyk = false);
std::string as_gif(const GreyPicture& picture, bool interlaced = false);
std::string as_webp(const GreyPicture& picture);
// bits: 1, 8, 24 or 32.
std::string as_bmp(const GreyPicture& picture, int bits);

// A PDF of these objects, numbered from 1, of which the first is the catalogue.
std::string make_pdf(const std::vector<std::string>& objects);
// "<< dictionary /Length … >> stream …"
std::string pdf_stream(std::string_view dictionary, std::string_view content);
std::string deflated(std::string_view bytes);

}  // namespace secondlook::test
