// Many journal reports over a few kept-open SMTP sessions, remembering which were acknowledged. A
// report that was not answered is sent again, the same bytes, until it is or time runs out: what
// Exchange does, only faster.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "tests/support/journal_load/numbered_mail.h"
#include "tests/support/smtp_client.h"

namespace secondlook {

struct LoadOptions {
  std::string host, port;  // of the SMTP server
  std::string journal_address = "journal@secondlook.example";
  std::string report_from = "journal-ndr@contoso.example";
  std::string tenant_url;  // of a stand-in tenant that gets the copies first; empty: none
  std::vector<std::string> recipients{"alice@contoso.example"};  // taken in turn
  unsigned sessions = 4;
  unsigned count = 1000;
  unsigned per_second = 0;       // in all, evenly; 0: as fast as it goes
  unsigned first = 1;            // number of the first mail
  unsigned malicious_every = 0;  // each K-th mail is malicious; 0: none
  unsigned resend_every = 0;     // each K-th report is sent a second time after its 250; 0: none
  std::string run = "run";
  std::string malicious_template;
  std::size_t body_bytes = 2'000;
  std::chrono::milliseconds give_up_after{30'000};  // for one report
  bool use_tls = true;
  std::string acknowledged_file;  // a Message-ID a line, appended after its 250
};

struct LoadResult {
  unsigned acknowledged = 0;  // 250s, resent ones too
  unsigned given_up = 0;
  unsigned refusals = 0;  // 4xx and 5xx
  unsigned lost_sessions = 0;
  double seconds = 0;
  std::string last_problem;
};

class ReportLoad {
 public:
  explicit ReportLoad(LoadOptions options) : options_(std::move(options)) {}

  // Blocks until every report is acknowledged or given up. Call once.
  Result<LoadResult> run();

 private:
  struct Report {
    std::string message_id, bytes;
  };
  struct Session;

  void run_session();
  void wait_for_turn(unsigned number) const;
  Result<Report> make_report(unsigned number) const;
  bool send_until_acknowledged(Session& session, const Report& report);
  bool try_once(Session& session, const Report& report);
  void remember(const std::string& message_id);
  void note(const std::string& problem, unsigned LoadResult::*counter);

  const LoadOptions options_;
  std::atomic<unsigned> next_ = 0;
  std::chrono::steady_clock::time_point start_;
  std::mutex mutex_;
  LoadResult result_;
  FileDescriptor acknowledged_;
};

}  // namespace secondlook
