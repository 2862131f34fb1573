// A session under a fuzzer: bytes in, fed in two pieces, and all that came out of it. Nothing is
// beneath it but an intake that keeps reports in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal_ingest/smtp_session.h"

namespace secondlook {

class MemoryIntake final : public ReportIntake {
 public:
  bool has_room() const override { return true; }
  ReportBody make_body(std::uint64_t) override { return {files_, -1, 1 << 20}; }

 private:
  SystemFiles files_;
};

struct HeardReport {
  std::string mail_from, recipients, notes, bytes;  // recipients: each followed by a space
  bool operator==(const HeardReport&) const = default;
};

struct Conversation {
  std::string said;  // all replies
  std::vector<HeardReport> reports;
  bool operator==(const Conversation&) const = default;
};

// The address of the dialogs in tests/cases/smtp_dialogs, so that these are seeds.
inline JournalAddresses dialog_addresses() {
  TenantSettings tenant;
  tenant.name = "contoso";
  tenant.journal_addresses = {"reports@archive.example", "second@archive.example"};
  return JournalAddresses({tenant});
}

// `bytes`, cut at `cut`; every report is answered with 250 at once.
inline Conversation converse(const SessionSettings& settings, std::string_view bytes,
                             std::size_t cut) {
  static const JournalAddresses addresses = dialog_addresses();
  MemoryIntake intake;
  SmtpSession session(settings, addresses, intake, "192.0.2.1");
  Conversation heard;
  for (std::string_view piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
    while (!piece.empty()) {
      piece.remove_prefix(session.feed(piece));
      for (const CompleteReport& report : session.take_reports()) {
        const RecordEnvelope& envelope = report.envelope;
        std::string recipients;
        for (const std::string& one : envelope.recipients) recipients += one + " ";
        heard.reports.push_back(
            {envelope.mail_from, recipients, envelope.notes, std::string(report.body.bytes())});
        session.answer(report.ticket, true);
      }
      heard.said += session.take_output();
    }
  }
  return heard;
}

}  // namespace secondlook
