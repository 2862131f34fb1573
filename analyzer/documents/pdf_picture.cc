#include "analyzer/documents/pdf_picture.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <qpdf/Pipeline.hh>

#include "analyzer/documents/pdf_limits.h"
#include "analyzer/documents/picture_pixels.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostSampleBytes = 64 << 20;

// Throws when it has enough: qpdf ends reading then.
class FirstBytes : public Pipeline {
 public:
  FirstBytes(std::string& out, std::size_t most)
      : Pipeline("bytes", nullptr), out_(out), most_(most) {}
  void write(unsigned char const* data, std::size_t size) override {
    if (PdfMeter* meter = PdfMeter::current()) meter->check_time();
    const std::size_t part = std::min(size, most_ - out_.size());
    out_.append(reinterpret_cast<const char*>(data), part);
    if (part < size) throw PdfLimitReached();
  }
  void finish() override {}

 private:
  std::string& out_;
  const std::size_t most_;
};

int integer_at(QPDFObjectHandle dictionary, const char* key, int otherwise) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isInteger() ? value.getIntValueAsInt() : otherwise;
}

std::vector<std::string> filters_of(QPDFObjectHandle stream) {
  QPDFObjectHandle filter = stream.getDict().getKey("/Filter");
  std::vector<std::string> names;
  if (filter.isName()) names.push_back(filter.getName());
  if (filter.isArray())
    for (QPDFObjectHandle item : filter.aitems())
      names.push_back(item.isName() ? item.getName() : std::string());
  return names;
}

// Those of pdf_stream_filters.h, and what qpdf does by itself. Else it would give the bytes as they
// stand.
bool is_decodable(QPDFObjectHandle stream) {
  constexpr std::array<std::string_view, 10> kKnown = {
      "/FlateDecode",   "/Fl",  "/RunLengthDecode", "/RL", "/DCTDecode", "/DCT",
      "/ASCII85Decode", "/A85", "/ASCIIHexDecode",  "/AHx"};
  const std::vector<std::string> filters = filters_of(stream);
  return std::all_of(filters.begin(), filters.end(), [&](std::string_view name) {
    return std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end();
  });
}

struct ColourSpace {
  int components = 0;                 // 0: none that is read here
  std::vector<std::uint8_t> palette;  // grey, of an indexed one
};

std::uint8_t grey_of_components(const std::uint8_t* values, int components) {
  if (components == 3) return grey_of(values[0], values[1], values[2]);
  if (components == 4)
    return static_cast<std::uint8_t>((255 - grey_of(values[0], values[1], values[2])) *
                                     (255 - values[3]) / 255);
  return values[0];
}

int components_of_name(const std::string& name) {
  if (name == "/DeviceGray" || name == "/CalGray" || name == "/Separation") return 1;
  if (name == "/DeviceRGB" || name == "/CalRGB") return 3;
  return name == "/DeviceCMYK" ? 4 : 0;
}

// Any but an indexed one.
int components_of(QPDFObjectHandle space) {
  if (space.isName()) return components_of_name(space.getName());
  if (!space.isArray() || space.getArrayNItems() < 2 || !space.getArrayItem(0).isName()) return 0;
  const std::string family = space.getArrayItem(0).getName();
  if (family != "/ICCBased") return components_of_name(family);
  QPDFObjectHandle profile = space.getArrayItem(1);
  const int components = profile.isStream() ? integer_at(profile.getDict(), "/N", 0) : 0;
  return components == 1 || components == 3 || components == 4 ? components : 0;
}

std::vector<std::uint8_t> read_palette(QPDFObjectHandle indexed) {
  constexpr std::size_t kMostColours = 256;
  const int components = components_of(indexed.getArrayItem(1));
  QPDFObjectHandle table = indexed.getArrayItem(3);
  std::string bytes;
  if (table.isString()) bytes = table.getStringValue();
  if (table.isStream()) bytes = stream_bytes(table, kMostColours * 4);
  std::vector<std::uint8_t> palette;
  if (components == 0) return palette;
  const auto step = static_cast<std::size_t>(components);
  for (std::size_t at = 0; at + step <= bytes.size() && palette.size() < kMostColours; at += step)
    palette.push_back(
        grey_of_components(reinterpret_cast<const std::uint8_t*>(bytes.data()) + at, components));
  return palette;
}

ColourSpace colour_space_of(QPDFObjectHandle dictionary) {
  QPDFObjectHandle mask = dictionary.getKey("/ImageMask");
  if (mask.isBool() && mask.getBoolValue()) return {1, {}};
  QPDFObjectHandle space = dictionary.getKey("/ColorSpace");
  if (!space.isArray() || space.getArrayNItems() < 4 ||
      !space.getArrayItem(0).isNameAndEquals("/Indexed"))
    return {components_of(space), {}};
  ColourSpace indexed{1, read_palette(space)};
  if (indexed.palette.empty()) indexed.components = 0;
  return indexed;
}

// Samples of `bits` bits in rows that begin at whole bytes (8.9.3).
class SampleRow {
 public:
  SampleRow(std::string_view bytes, std::size_t bits) : bytes_(bytes), bits_(bits) {}

  std::size_t raw(std::size_t index) const {
    const std::size_t at = index * bits_ / 8;
    const auto byte = at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0U;
    if (bits_ >= 8) return byte;  // of 16 the high ones
    return byte >> (8 - bits_ - index * bits_ % 8) & ((1U << bits_) - 1);
  }
  std::uint8_t scaled(std::size_t index) const {
    if (bits_ >= 8) return static_cast<std::uint8_t>(raw(index));
    return static_cast<std::uint8_t>(raw(index) * 255 / ((1U << bits_) - 1));
  }

 private:
  const std::string_view bytes_;
  const std::size_t bits_;
};

// Samples of eight bits, as most pictures have them. What a short row lacks is black.
void put_bytes(std::string_view bytes, int components, std::size_t width,
               std::vector<std::uint8_t>& grey) {
  const auto step = static_cast<std::size_t>(components);
  const std::size_t begin = grey.size(), whole = std::min(width, bytes.size() / step);
  const auto* values = reinterpret_cast<const std::uint8_t*>(bytes.data());
  grey.resize(begin + width, 0);
  std::uint8_t* row = grey.data() + begin;
  for (std::size_t x = 0; x < whole; ++x)
    row[x] = grey_of_components(values + x * step, components);
}

void put_row(std::string_view bytes, std::size_t bits, const ColourSpace& space, std::size_t width,
             std::vector<std::uint8_t>& grey) {
  if (bits == 8 && space.palette.empty()) return put_bytes(bytes, space.components, width, grey);
  const SampleRow row(bytes, bits);
  std::array<std::uint8_t, 4> values{};
  const auto components = static_cast<std::size_t>(space.components);
  for (std::size_t x = 0; x < width; ++x) {
    if (!space.palette.empty()) {
      const std::size_t index = row.raw(x);
      grey.push_back(index < space.palette.size() ? space.palette[index] : 255);
      continue;
    }
    for (std::size_t i = 0; i < components; ++i) values[i] = row.scaled(x * components + i);
    grey.push_back(grey_of_components(values.data(), space.components));
  }
}

// Makes rows of samples grey as they are decoded, so that the samples are never held as a whole.
// Throws when it has enough.
class GreyRows : public Pipeline {
 public:
  GreyRows(const ColourSpace& space, std::size_t bits, const PictureSize& size)
      : Pipeline("rows", nullptr),
        space_(space),
        bits_(bits),
        width_(size.width),
        row_bytes_((size.width * static_cast<std::size_t>(space.components) * bits + 7) / 8),
        left_(std::min<std::size_t>(row_bytes_ * size.height, kMostSampleBytes)) {
    grey_.reserve(size.pixels());
  }

  void write(unsigned char const* data, std::size_t size) override {
    if (PdfMeter* meter = PdfMeter::current()) meter->check_time();
    std::string_view bytes(reinterpret_cast<const char*>(data), std::min(size, left_));
    const bool is_all = bytes.size() == size;
    left_ -= bytes.size();
    if (!begun_.empty()) {
      const std::string_view rest = bytes.substr(0, row_bytes_ - begun_.size());
      begun_ += rest;
      bytes.remove_prefix(rest.size());
      if (begun_.size() == row_bytes_) end();
    }
    for (; bytes.size() >= row_bytes_; bytes.remove_prefix(row_bytes_))
      put(bytes.substr(0, row_bytes_));
    begun_ += bytes;
    if (!is_all) throw PdfLimitReached();
  }
  void finish() override {}

  // What is there of a last row.
  void end() {
    if (!begun_.empty()) put(begun_);
    begun_.clear();
  }
  std::vector<std::uint8_t> take() { return std::move(grey_); }

 private:
  void put(std::string_view row) { put_row(row, bits_, space_, width_, grey_); }

  const ColourSpace& space_;
  const std::size_t bits_, width_, row_bytes_;
  std::size_t left_;
  std::string begun_;  // less than a row
  std::vector<std::uint8_t> grey_;
};

// What was decoded before an error is there; what it answers does not tell that from nothing
// decoded.
void decode_into(QPDFObjectHandle stream, Pipeline& sink) {
  if (is_decodable(stream)) stream.pipeStreamData(&sink, 0, qpdf_dl_all, true);
}

Result<Picture> picture_of_samples(QPDFObjectHandle picture, const PictureSize& size) {
  QPDFObjectHandle dictionary = picture.getDict();
  const ColourSpace space = colour_space_of(dictionary);
  const int bits = integer_at(dictionary, "/BitsPerComponent", 1);
  if (space.components == 0) return forbidden("a rare colour space");
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16)
    return malformed("samples of " + std::to_string(bits) + " bits");
  GreyRows rows(space, static_cast<std::size_t>(bits), size);
  decode_into(picture, rows);
  rows.end();
  GreyPicture result{static_cast<int>(size.width), static_cast<int>(size.height), rows.take()};
  if (result.grey.empty()) return malformed("no samples");
  result.grey.resize(size.pixels(), 255);
  reduce(result);
  return Picture{std::move(result), {}};
}

}  // namespace

std::string stream_bytes(QPDFObjectHandle stream, std::size_t most) {
  std::string bytes;
  FirstBytes sink(bytes, most);
  decode_into(stream, sink);
  return bytes;
}

bool is_pdf_picture(QPDFObjectHandle object) {
  return object.isStream() && object.getDict().getKey("/Subtype").isNameAndEquals("/Image");
}

PictureSize pdf_picture_size(QPDFObjectHandle picture) {
  const auto side = [&](const char* key) {
    return static_cast<std::uint64_t>(std::max(integer_at(picture.getDict(), key, 0), 0));
  };
  return {side("/Width"), side("/Height")};
}

Result<Picture> decode_pdf_picture(QPDFObjectHandle picture) {
  const std::vector<std::string> filters = filters_of(picture);
  const std::string filter = filters.empty() ? std::string() : filters.back();
  if (filter == "/DCTDecode" || filter == "/DCT")
    return decode_picture(stream_bytes(picture, kMostSampleBytes));
  if (!is_decodable(picture)) return forbidden(filter.empty() ? "no filter" : filter.substr(1));
  const PictureSize size = pdf_picture_size(picture);
  if (size.pixels() == 0) return malformed("no size");
  if (size.width > 65'535 || size.height > 65'535 || size.pixels() > kMostPixels)
    return forbidden("too many pixels");
  return picture_of_samples(picture, size);
}

}  // namespace secondlook
