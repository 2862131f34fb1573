// The SMTP session under arbitrary bytes: in one piece and in two it says the same and accepts the
// same reports. Seeds: tests/cases/smtp_dialogs.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "journal_ingest/smtp_session.h"

using namespace secondlook;

namespace {

class MemoryIntake final : public ReportIntake {
 public:
  bool has_room() const override { return true; }
  ReportBody make_body(std::uint64_t) override { return {files_, -1, 1 << 20}; }

 private:
  SystemFiles files_;
};

std::string converse(const JournalAddresses& addresses, std::string_view first,
                     std::string_view second) {
  const SessionSettings settings{"mx.archive.example", true, false, 10'000};
  MemoryIntake intake;
  SmtpSession session(settings, addresses, intake, "192.0.2.1");
  std::string said;
  for (std::string_view bytes : {first, second}) {
    while (!bytes.empty()) {
      bytes.remove_prefix(session.feed(bytes));
      for (const CompleteReport& report : session.take_reports()) {
        said += report.envelope.mail_from + "|" + std::string(report.body.bytes()) + "\n";
        session.answer(report.ticket, true);
      }
      said += session.take_output();
    }
  }
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const JournalAddresses addresses = [] {
    TenantSettings tenant;
    tenant.name = "t";
    tenant.journal_addresses = {"r@a.example"};
    return JournalAddresses({tenant});
  }();
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = size == 1 ? 0 : data[0] % size;
  if (converse(addresses, bytes, "") !=
      converse(addresses, bytes.substr(0, cut), bytes.substr(std::min(cut, bytes.size()))))
    std::abort();
  return 0;
}
