// Verdicts into the database: a batch becomes one transaction of reports, messages and planned
// steps. Nothing is acknowledged before it returns. Whatever the workers wrote is hostile text.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "remediation/revisions.h"
#include "remediation/step_context.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

// A verdict frame or an attempt frame, cut at its first line end.
struct Delivery {
  bool is_attempt = false;
  VerdictStamp stamp;
  std::string content;  // the worker's JSON, or the attempt's reason
};

// malformed when the stamp is not one: the master writes it, so the stream is broken.
Result<Delivery> parse_delivery(VerdictFrame type, std::string_view payload);

struct RecordedBatch {
  std::vector<std::uint64_t> sequences;  // to acknowledge, in the order of arrival; no revisions
  bool has_steps = false;                // the executor has something to do
};

class Recorder {
 public:
  // All must outlive it.
  // Without `revisions` nothing is judged once more, and nobody asks whether a revision was wanted.
  Recorder(SharedStore& store, const Tenants& tenants, const Clock& clock,
           Revisions* revisions = nullptr)
      : store_(store), tenants_(tenants), clock_(clock), revisions_(revisions) {}

  // All or nothing. A verdict that cannot be read is recorded `unscanned` with the reason; a report
  // that came the wrong way is recorded `forged_report`; a report known under the same name with
  // other content is an alarm and an error (forbidden): the batch is not acknowledged.
  Result<RecordedBatch> record(const std::vector<Delivery>& batch);

  // Verdicts recorded since the start, by tenant and disposition. Callable from any thread.
  using Counts = std::map<std::pair<std::string, Disposition>, std::uint64_t>;
  Counts counts() const;

 private:
  struct FreshVerdict {
    std::string tenant;
    Disposition disposition;
    std::string report;  // report_position()
    MessageRowId message;
  };
  // Adds to `fresh` what was not recorded before.
  Result<bool> record_one(Store& store, const Delivery& delivery, std::vector<FreshVerdict>& fresh);
  void count(const std::vector<FreshVerdict>& fresh);
  // False: the verdict that stands stays.
  Result<bool> may_record(Store& store, const RecordedReport& report);
  Verdict read_verdict(const Delivery& delivery) const;
  Result<bool> plan(Store& store, const MessageRow& message, const RecordedReport& report);

  SharedStore& store_;
  const Tenants& tenants_;
  const Clock& clock_;
  Revisions* revisions_;
  mutable std::mutex counts_mutex_;
  Counts counts_;
};

}  // namespace secondlook
