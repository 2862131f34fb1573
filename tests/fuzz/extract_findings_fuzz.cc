// What an extractor that a file took over may answer: what is read is written the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "analyzer/extract/extract_protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondlook;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const InspectionAllowance before;
  auto findings = decode_findings(input, before);
  if (!findings) return 0;
  if (encode_findings(*findings) != input) std::abort();
  if (findings->allowance().pixels > before.pixels) std::abort();
  return 0;
}
