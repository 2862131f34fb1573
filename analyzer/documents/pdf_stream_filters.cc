#include "analyzer/documents/pdf_stream_filters.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <libdeflate.h>
#include <qpdf/Pl_Flate.hh>
#include <qpdf/Pl_RunLength.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFStreamFilter.hh>

#include "analyzer/documents/pdf_limits.h"

namespace secondlook {
namespace {

// Hands on what the meter allows.
class CountedPipeline : public Pipeline {
 public:
  explicit CountedPipeline(Pipeline* sink) : Pipeline("counted", sink) {}
  void write(unsigned char const* data, std::size_t size) override {
    if (PdfMeter* meter = PdfMeter::current()) meter->spend_decoded(size);
    getNext()->write(data, size);
  }
  void finish() override { getNext()->finish(); }
};

// Gathers a stream and decompresses it as a whole by libdeflate, in a third of zlib's time; all of
// it is spent, also where the sink has enough of its beginning. What that does not take, damaged or
// longer than may be spent, qpdf's own filter gets, which hands on what comes before.
class InflatePipeline : public Pipeline {
 public:
  InflatePipeline(Pipeline* sink, Pipeline* counted)
      : Pipeline("inflate", sink), counted_(counted) {}

  void write(unsigned char const* data, std::size_t size) override {
    gathered_.append(reinterpret_cast<const char*>(data), size);
  }

  void finish() override {
    const std::string gathered = std::exchange(gathered_, {});
    const auto* const bytes = reinterpret_cast<const unsigned char*>(gathered.data());
    PdfMeter* const meter = PdfMeter::current();
    const std::size_t most = meter != nullptr ? std::min(kMostAtOnce, meter->left()) : kMostAtOnce;
    for (std::size_t room = std::max<std::size_t>(64 << 10, 8 * gathered.size()); room <= most;
         room *= 4) {
      // C++17's way to leave it uninitialised (CMakeLists.txt).
      const std::unique_ptr<unsigned char[]> out(new unsigned char[room]);
      std::size_t size = 0;
      const auto result = decompress(gathered, out.get(), room, size);
      if (result == LIBDEFLATE_INSUFFICIENT_SPACE) continue;
      if (result != LIBDEFLATE_SUCCESS) break;
      if (meter != nullptr) meter->spend_decoded(size);
      for (std::size_t at = 0; at < size; at += kPiece)
        getNext()->write(out.get() + at, std::min(kPiece, size - at));
      return getNext()->finish();
    }
    Pl_Flate inflate("inflate", counted_, Pl_Flate::a_inflate);
    inflate.write(bytes, gathered.size());
    inflate.finish();
  }

 private:
  // Handed on at once, so that the sink can have enough.
  static constexpr std::size_t kPiece = 64 << 10;
  static constexpr std::size_t kMostAtOnce = 64 << 20;

  static libdeflate_result decompress(std::string_view data, unsigned char* out, std::size_t room,
                                      std::size_t& size) {
    const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
        libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
    if (decompressor == nullptr) return LIBDEFLATE_BAD_DATA;
    return libdeflate_zlib_decompress(decompressor.get(), data.data(), data.size(), out, room,
                                      &size);
  }

  Pipeline* const counted_;  // before the sink
  std::string gathered_;
};

// ISO 32000-1, 7.4.4.4.
struct PredictorRow {
  int predictor = 1;
  int colours = 1, bits = 8, columns = 1;
  std::size_t bytes_per_pixel() const {
    return static_cast<std::size_t>(std::max(1, colours * bits / 8));
  }
  std::size_t bytes() const {
    return (static_cast<std::size_t>(columns) * static_cast<std::size_t>(colours * bits) + 7) / 8;
  }
  bool is_png() const { return predictor >= 10; }
  bool is_sound() const {
    constexpr int kMostColours = 32, kMostColumns = 1 << 20;
    const bool has_usual_bits = bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
    return colours >= 1 && colours <= kMostColours && columns >= 1 && columns <= kMostColumns &&
           has_usual_bits && (is_png() || predictor == 1 || (predictor == 2 && bits == 8));
  }
};

// PNG's filters (RFC 2083, 6) and, of TIFF's, the one for samples of 8 bits.
class PredictorPipeline : public Pipeline {
 public:
  PredictorPipeline(const PredictorRow& row, Pipeline* sink)
      : Pipeline("predictor", sink), row_(row), above_(row.bytes()) {}

  void write(unsigned char const* data, std::size_t size) override {
    const std::size_t whole = row_.bytes() + (row_.is_png() ? 1 : 0);
    while (size > 0) {
      const std::size_t part = std::min(size, whole - encoded_.size());
      encoded_.insert(encoded_.end(), data, data + part);
      data += part;
      size -= part;
      if (encoded_.size() == whole) decode_row();
    }
  }
  void finish() override {
    if (!encoded_.empty()) decode_row();
    getNext()->finish();
  }

 private:
  void decode_row() {
    const unsigned char kind = row_.is_png() ? encoded_.front() : 1;
    std::vector<unsigned char> row(encoded_.begin() + (row_.is_png() ? 1 : 0), encoded_.end());
    encoded_.clear();
    row.resize(row_.bytes());
    const std::size_t step = row_.bytes_per_pixel();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int left = i >= step ? row[i - step] : 0;
      const int corner = i >= step ? above_[i - step] : 0;
      row[i] = static_cast<unsigned char>(row[i] + predicted(kind, left, above_[i], corner));
    }
    getNext()->write(row.data(), row.size());
    above_ = std::move(row);
  }

  static int predicted(unsigned char kind, int left, int above, int corner) {
    switch (kind) {
      case 1: return left;
      case 2: return above;
      case 3: return (left + above) / 2;
      case 4: return nearest(left, above, corner);
      default: return 0;
    }
  }

  // The Paeth predictor (RFC 2083, 6.6).
  static int nearest(int left, int above, int corner) {
    const int guess = left + above - corner;
    const int to_left = std::abs(guess - left), to_above = std::abs(guess - above);
    const int to_corner = std::abs(guess - corner);
    if (to_left <= to_above && to_left <= to_corner) return left;
    return to_above <= to_corner ? above : corner;
  }

  const PredictorRow row_;
  std::vector<unsigned char> encoded_, above_;
};

class FlateFilter : public QPDFStreamFilter {
 public:
  bool setDecodeParms(QPDFObjectHandle parameters) override {
    if (parameters.isDictionary()) {
      const auto take = [&](const char* name, int& value) {
        QPDFObjectHandle given = parameters.getKey(name);
        if (given.isInteger()) value = given.getIntValueAsInt();
      };
      take("/Predictor", row_.predictor);
      take("/Colors", row_.colours);
      take("/BitsPerComponent", row_.bits);
      take("/Columns", row_.columns);
    }
    if (row_.is_sound()) return true;
    if (PdfMeter* meter = PdfMeter::current()) meter->note_undecodable();
    return false;
  }

  Pipeline* getDecodePipeline(Pipeline* next) override {
    if (row_.predictor != 1) {
      predictor_ = std::make_unique<PredictorPipeline>(row_, next);
      next = predictor_.get();
    }
    counted_ = std::make_unique<CountedPipeline>(next);
    inflate_ = std::make_unique<InflatePipeline>(next, counted_.get());
    return inflate_.get();
  }

 private:
  PredictorRow row_;
  std::unique_ptr<PredictorPipeline> predictor_;
  std::unique_ptr<CountedPipeline> counted_;
  std::unique_ptr<InflatePipeline> inflate_;
};

class RunLengthFilter : public QPDFStreamFilter {
 public:
  bool setDecodeParms(QPDFObjectHandle) override { return true; }
  Pipeline* getDecodePipeline(Pipeline* next) override {
    counted_ = std::make_unique<CountedPipeline>(next);
    decode_ = std::make_unique<Pl_RunLength>("runs", counted_.get(), Pl_RunLength::a_decode);
    return decode_.get();
  }

 private:
  std::unique_ptr<CountedPipeline> counted_;
  std::unique_ptr<Pl_RunLength> decode_;
};

class JpegFilter : public QPDFStreamFilter {
 public:
  bool setDecodeParms(QPDFObjectHandle) override { return true; }
  Pipeline* getDecodePipeline(Pipeline* next) override {
    counted_ = std::make_unique<CountedPipeline>(next);
    return counted_.get();
  }

 private:
  std::unique_ptr<CountedPipeline> counted_;
};

class RefusedFilter : public QPDFStreamFilter {
 public:
  bool setDecodeParms(QPDFObjectHandle) override {
    if (PdfMeter* meter = PdfMeter::current()) meter->note_undecodable();
    return false;
  }
  Pipeline* getDecodePipeline(Pipeline* next) override { return next; }
};

template <typename Filter>
void register_as(const char* name) {
  QPDF::registerStreamFilter(name, [] { return std::make_shared<Filter>(); });
}

}  // namespace

void register_metered_filters() {
  static std::once_flag once;
  std::call_once(once, [] {
    register_as<FlateFilter>("/FlateDecode");
    register_as<RunLengthFilter>("/RunLengthDecode");
    register_as<JpegFilter>("/DCTDecode");
    register_as<RefusedFilter>("/LZWDecode");
  });
}

}  // namespace secondlook
