#include "analyzer/documents/png_picture.h"

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <span>
#include <utility>

#include <png.h>

#include "analyzer/documents/picture_pixels.h"
#include "analyzer/documents/stored_png.h"

namespace secondlook {
namespace {

// Four channels of eight bits, and each row's filter.
constexpr std::size_t kMostStoredBytes = 4 * kMostPixels + 65'535;

// Bytes that stand in pieces, and how far they are read.
struct Source {
  const std::string_view* next;
  std::size_t left;
  std::string_view piece = {};
};

void read_bytes(png_structp png, png_bytep out, std::size_t size) {
  auto& source = *static_cast<Source*>(png_get_io_ptr(png));
  while (size > 0) {
    if (source.piece.empty()) {
      if (source.left == 0) png_error(png, "ends early");
      source.piece = *source.next++;
      --source.left;
    }
    const std::size_t part = std::min(size, source.piece.size());
    std::memcpy(out, source.piece.data(), part);
    source.piece.remove_prefix(part);
    out += part;
    size -= part;
  }
}

[[noreturn]] void leave(png_structp png, png_const_charp) {
  png_longjmp(png, 1);
}
void pass_over(png_structp, png_const_charp) {}

// libpng leaves its functions by longjmp, past all destructors: what is called between setjmp and
// there holds nothing that needs one.
class PngReader {
 public:
  explicit PngReader(std::span<const std::string_view> pieces)
      : source_{pieces.data(), pieces.size()} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, &leave, &pass_over);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  // False: there is no picture.
  bool read_header() {
    if (info_ == nullptr || setjmp(png_jmpbuf(png_)) != 0) return false;  // NOLINT(cert-err52-cpp)
    png_set_read_fn(png_, &source_, &read_bytes);
    png_set_option(png_, PNG_IGNORE_ADLER32, PNG_OPTION_ON);
    png_set_crc_action(png_, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
    // Each with the zero behind it.
    static constexpr unsigned char kUnread[] =
        "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0"
        "tIME\0zTXt";
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kUnread, sizeof kUnread / 5);
    png_read_info(png_, info_);
    png_set_expand(png_);
    png_set_strip_16(png_);
    passes_ = png_set_interlace_handling(png_);
    // What comes in passes is held as a whole: in grey, not to be too much.
    if (passes_ > 1) png_set_rgb_to_gray_fixed(png_, 1, -1, -1);
    png_read_update_info(png_, info_);
    return true;
  }

  PictureSize size() const {
    return {png_get_image_width(png_, info_), png_get_image_height(png_, info_)};
  }
  std::size_t channels() const { return png_get_channels(png_, info_); }
  std::size_t row_bytes() const { return png_get_rowbytes(png_, info_); }
  bool is_interlaced() const { return passes_ > 1; }

  // Gives each row in turn to `take`, until the damage. `row` is room for one, or for all of an
  // interlaced picture, whose rows it then holds itself.
  template <typename Take>
  void read_rows(unsigned char* row, Take& take) {
    if (setjmp(png_jmpbuf(png_)) != 0) return;  // NOLINT(cert-err52-cpp)
    const std::size_t height = png_get_image_height(png_, info_);
    for (int pass = 0; pass < passes_; ++pass)
      for (std::size_t y = 0; y < height; ++y) {
        png_read_row(png_, is_interlaced() ? row + y * row_bytes() : row, nullptr);
        if (!is_interlaced()) take(row, y);
      }
  }

 private:
  Source source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  int passes_ = 1;
};

// `channels` bytes a pixel to one, or with opacity to two.
void to_grey(const unsigned char* row, std::size_t channels, std::size_t width, std::uint8_t* out) {
  switch (channels) {
    case 1:
    case 2: std::copy_n(row, width * channels, out); break;
    case 3:
      for (std::size_t x = 0; x < width; ++x, row += 3) out[x] = grey_of(row[0], row[1], row[2]);
      break;
    default:
      for (std::size_t x = 0; x < width; ++x, row += 4) {
        out[2 * x] = grey_of(row[0], row[1], row[2]);
        out[2 * x + 1] = row[3];
      }
  }
}

void read_grey(PngReader& reader, std::uint8_t* grey) {
  const std::size_t width = reader.size().width, height = reader.size().height;
  const std::size_t channels = reader.channels(), out_bytes = width * (channels % 2 == 0 ? 2 : 1);
  std::vector<unsigned char> rows(reader.row_bytes() * (reader.is_interlaced() ? height : 1), 255);
  auto take = [&](const unsigned char* row, std::size_t y) {
    to_grey(row, channels, width, grey + y * out_bytes);
  };
  reader.read_rows(rows.data(), take);
  if (reader.is_interlaced())
    for (std::size_t y = 0; y < height; ++y) take(rows.data() + y * reader.row_bytes(), y);
}

}  // namespace

std::optional<PictureSize> png_size(std::string_view content) {
  if (content.size() < 24 || content.substr(12, 4) != "IHDR") return {};
  return PictureSize{png_number(content.substr(16)), png_number(content.substr(20))};
}

Result<Picture> decode_png(std::string_view content) {
  const auto stored = StoredPng::of(content, kMostStoredBytes);
  PngReader reader(stored ? std::span(stored->pieces()) : std::span(&content, 1));
  if (!reader.read_header()) return malformed("no picture behind a PNG's header");
  const PictureSize size = reader.size();
  const int width = static_cast<int>(size.width), height = static_cast<int>(size.height);
  if (reader.channels() % 2 == 0) {
    GreyAlpha pixels(width, height);
    read_grey(reader, pixels.bytes.data());
    return picture_of(std::move(pixels));
  }
  Picture picture{{width, height, std::vector<std::uint8_t>(size.pixels(), 255)}, {}};
  read_grey(reader, picture.on_white.grey.data());
  reduce(picture.on_white);
  return picture;
}

}  // namespace secondlook
