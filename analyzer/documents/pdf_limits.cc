#include "analyzer/documents/pdf_limits.h"

#include <ctime>

#include <qpdf/BufferInputSource.hh>

namespace secondlook {
namespace {

thread_local PdfMeter* current_meter = nullptr;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class MeteredInput : public BufferInputSource {
 public:
  explicit MeteredInput(Buffer* content) : BufferInputSource("attachment", content, true) {}

  std::size_t read(char* out, std::size_t length) override {
    if (PdfMeter* meter = PdfMeter::current()) meter->check_time();
    return BufferInputSource::read(out, length);
  }
  qpdf_offset_t findAndSkipNextEOL() override {
    if (PdfMeter* meter = PdfMeter::current()) meter->check_time();
    return BufferInputSource::findAndSkipNextEOL();
  }
};

}  // namespace

PdfMeter::PdfMeter(const PdfLimits& limits)
    : limits_(limits), most_decoded_(limits.most_bytes_to_open), started_(cpu_seconds()) {
  current_meter = this;
}

PdfMeter::~PdfMeter() {
  current_meter = nullptr;
}

PdfMeter* PdfMeter::current() {
  return current_meter;
}

void PdfMeter::document_is_open() {
  most_decoded_ = limits_.most_decoded_bytes;
}

void PdfMeter::stop() {
  exhausted_ = true;
  throw PdfLimitReached();
}

void PdfMeter::spend_decoded(std::size_t bytes) {
  if (exhausted_ || bytes > most_decoded_ - decoded_) stop();
  decoded_ += bytes;
  check_time();
}

void PdfMeter::check_time() {
  constexpr std::uint32_t kCallsBetweenLooks = 64;
  if (exhausted_) stop();
  if (++calls_ % kCallsBetweenLooks == 0 && cpu_seconds() - started_ > limits_.most_seconds) stop();
}

std::shared_ptr<InputSource> metered_input(std::string_view content) {
  // qpdf only reads it.
  auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(content.data()));
  return std::make_shared<MeteredInput>(new Buffer(bytes, content.size()));
}

}  // namespace secondlook
