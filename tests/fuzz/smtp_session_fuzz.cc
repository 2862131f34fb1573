// The SMTP session under arbitrary bytes: in one piece and in two it says the same and accepts the
// same reports. The first byte is the place of the cut. Seeds: tests/cases/smtp_dialogs.
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/smtp_conversation.h"

using namespace secondlook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SessionSettings settings{"mx.archive.example", true, false, 10'000};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (converse(settings, bytes, data[0] % size) != converse(settings, bytes, 0)) std::abort();
  return 0;
}
