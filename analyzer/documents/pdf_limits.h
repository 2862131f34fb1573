// Bounds on what qpdf does with a hostile file: it decodes streams of objects and cross-references
// by itself, into memory, before anybody can ask how long they get. So its decoders are ours, and
// count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string_view>

class InputSource;

namespace secondlook {

struct PdfLimits {
  std::size_t most_bytes_to_open = 8 << 20;     // decoded until the cross-references are read
  std::size_t most_decoded_bytes = 128 << 20;   // in all
  std::size_t most_bytes_of_stream = 64 << 20;  // of one
  std::size_t most_objects = 500'000;
  double most_seconds = 3;  // of CPU time
};

// The limits of the one document that this thread has open. From its construction on qpdf decodes
// within them; what goes beyond throws PdfLimitReached, and everything after it too.
class PdfMeter {
 public:
  explicit PdfMeter(const PdfLimits& limits);
  ~PdfMeter();
  PdfMeter(const PdfMeter&) = delete;
  PdfMeter& operator=(const PdfMeter&) = delete;

  void document_is_open();  // from here on most_decoded_bytes counts
  void spend_decoded(std::size_t bytes);
  std::size_t left() const {
    return exhausted_ ? 0 : most_decoded_ - decoded_;
  }                   // that may be spent
  void check_time();  // now and then asks the clock
  void note_undecodable() { undecodable_ = true; }
  bool is_exhausted() const { return exhausted_; }
  bool met_undecodable() const { return undecodable_; }  // a stream of objects among them

  static PdfMeter* current();

 private:
  [[noreturn]] void stop();

  const PdfLimits limits_;
  std::size_t decoded_ = 0, most_decoded_;
  std::uint32_t calls_ = 0;
  double started_;
  bool exhausted_ = false, undecodable_ = false;
};

struct PdfLimitReached : std::runtime_error {
  PdfLimitReached() : std::runtime_error("limit reached") {}
};

// The file in memory; reading it asks the meter. `content` must outlive it.
std::shared_ptr<InputSource> metered_input(std::string_view content);

}  // namespace secondlook
