#include "analyzer/worker_job.h"

#include <nlohmann/json.hpp>

namespace secondlook {

std::string to_json(const WorkerJob& job) {
  auto companions = nlohmann::json::array();
  for (const auto& companion : job.companions)
    companions.push_back({{"offset", companion.offset}, {"length", companion.length}});
  const nlohmann::json json = {{"id", job.id},
                               {"offset", job.offset},
                               {"length", job.length},
                               {"attempt", job.attempt},
                               {"tenant", job.tenant},
                               {"mail_from", job.mail_from},
                               {"peer", job.peer},
                               {"tls_version", job.tls_version},
                               {"received_at", job.received_at},
                               {"has_history", job.has_history},
                               {"has_lists", job.has_lists},
                               {"companions", std::move(companions)}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<WorkerJob> parse_worker_job(std::string_view json) {
  try {
    const auto parsed = nlohmann::json::parse(json);
    WorkerJob job;
    parsed.at("id").get_to(job.id);
    parsed.at("offset").get_to(job.offset);
    parsed.at("length").get_to(job.length);
    parsed.at("attempt").get_to(job.attempt);
    parsed.at("tenant").get_to(job.tenant);
    parsed.at("mail_from").get_to(job.mail_from);
    parsed.at("peer").get_to(job.peer);
    parsed.at("tls_version").get_to(job.tls_version);
    parsed.at("received_at").get_to(job.received_at);
    parsed.at("has_history").get_to(job.has_history);
    parsed.at("has_lists").get_to(job.has_lists);
    for (const auto& companion : parsed.at("companions"))
      job.companions.push_back({companion.at("offset").get<std::uint64_t>(),
                                companion.at("length").get<std::uint64_t>()});
    return job;
  } catch (const nlohmann::json::exception& problem) {
    return malformed(std::string("worker job: ") + problem.what());
  }
}

}  // namespace secondlook
