#include <cstdint>
#include <cstdlib>
#include <string>

#include "analyzer/message/journal_report.h"

// No input may give a recipient without an address. The bytes stand behind a report's own header
// field, so that the fuzzer need not find it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes = "X-MS-Journal-Report:\nContent-Type: multipart/mixed; boundary=b\n";
  bytes.append(reinterpret_cast<const char*>(data), size);
  const auto report = secondlook::unwrap_journal_report(bytes);
  if (!report) return 0;
  for (const secondlook::Recipient& recipient : report->recipients) {
    if (recipient.address.empty()) std::abort();
  }
  return 0;
}
