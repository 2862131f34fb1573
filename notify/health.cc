#include "notify/health.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "notify/stage_lag.h"

namespace secondlook {
namespace {

std::string state_of(const Observations& seen, std::string_view name) {
  if (!seen.processes) return "its state is not known: " + seen.processes.error().message;
  const ProcessEntry* const entry = seen.process(name);
  if (entry == nullptr) return "is not among the processes";
  const std::string state(seen.supervised() ? name_of(entry->state) : name_of(ProcessState::lost));
  return "is " + state + (entry->detail.empty() ? "" : ": " + entry->detail);
}

}  // namespace

std::vector<std::string> not_healthy_because(const Observations& seen) {
  std::vector<std::string> because;
  if (!seen.figures.ingest || !seen.figures.analyzer)
    because.emplace_back("figures: not started by secondlook serve");
  if (!seen.supervised())
    because.push_back("processes: " + (seen.processes ? std::string("serve does not run")
                                                      : seen.processes.error().message));
  if (!seen.service) because.push_back("service: " + seen.service.error().message);
  if (!seen.tallies) because.push_back("database: " + seen.tallies.error().message);
  if (seen.alerts && !*seen.alerts) because.push_back("alerts: " + seen.alerts->error().message);
  return because;
}

std::vector<std::string> not_ready_because(const Observations& seen) {
  std::vector<std::string> because;
  if (!seen.is_ready("secondlook-ingest"))
    because.push_back("secondlook-ingest " + state_of(seen, "secondlook-ingest"));
  if (!seen.service)
    because.push_back("secondlook-remediation does not answer: " + seen.service.error().message);
  if (seen.figures.ingest) {
    const std::uint64_t bytes = seen.figures.ingest->unrecorded_bytes.get();
    const std::uint64_t limit = seen.figures.ingest->unrecorded_limit.get();
    if (limit > 0 && bytes >= limit)
      because.push_back("the journal log is over its bound: " + std::to_string(bytes) + " of " +
                        std::to_string(limit) + " bytes, reports are deferred");
  }
  const StageLags lags = stage_lags(seen);
  const double waited = std::max(lags.analysis.seconds, lags.recording.seconds);
  if (waited > std::chrono::duration<double>(kMostLag).count())
    because.push_back("reports wait for their verdict, the oldest for " +
                      std::to_string(static_cast<std::uint64_t>(waited)) +
                      " s; secondlook-analyzer " + state_of(seen, "secondlook-analyzer"));
  return because;
}

HttpAnswer health_answer(const std::string& name, const std::vector<std::string>& because,
                         const std::string& accept) {
  HttpAnswer answer;
  answer.status = because.empty() ? 200 : 503;
  if (accept.find("application/json") != std::string::npos) {
    answer.content_type = "application/json";
    const nlohmann::ordered_json json = {{name, because.empty()}, {"because", because}};
    answer.body =
        json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    return answer;
  }
  answer.body = because.empty() ? name + "\n" : "not " + name + "\n";
  for (const std::string& reason : because) answer.body += "- " + reason + "\n";
  return answer;
}

}  // namespace secondlook
