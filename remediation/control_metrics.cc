// `metrics`: counters and gauges that live in this process's memory, and the few of the database
// that one row answers.
#include <nlohmann/json.hpp>

#include "graph_client/signing_certificate.h"
#include "remediation/control_commands.h"

namespace secondlook {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<Timestamp>& time) {
  return time ? json(format_rfc3339(*time)) : json(nullptr);
}

json graph_of(const std::string& tenant, const GraphLoad& load) {
  return {{"tenant", tenant},
          {"sent", load.sent},
          {"throttled", load.throttled},
          {"failed", load.failed},
          {"denied", load.denied},
          {"sign_in_failed", load.sign_in_failed},
          {"refused_here", load.refused_here},
          {"in_flight", load.in_flight},
          {"may_be_in_flight", load.may_be_in_flight},
          {"paused_mailboxes", load.paused_mailboxes},
          {"paused", load.paused},
          {"circuit_open", load.circuit_open}};
}

// Read anew each time, for it may be replaced while we run. Null: a credential of another kind, or
// one that cannot be read, which signing in complains of.
json certificate_expiry(const GraphSettings& graph) {
  if (graph.certificate_file.empty()) return nullptr;
  const auto certificate =
      SigningCertificate::load({graph.certificate_file, graph.key_file, AssertionAlgorithm::ps256});
  return certificate ? json(format_rfc3339(certificate->expires_at())) : json(nullptr);
}

json verdicts_of(const Recorder* recorder) {
  json verdicts = json::array();
  if (recorder == nullptr) return verdicts;
  for (const auto& [key, count] : recorder->counts())
    verdicts.push_back(
        {{"tenant", key.first}, {"disposition", name_of(key.second)}, {"count", count}});
  return verdicts;
}

}  // namespace

Result<std::string> answer_metrics(const ControlContext& context) {
  json tenants = json::array(), graph = json::array();
  for (const auto& [name, access] : context.tenants) {
    tenants.push_back({{"name", name},
                       {"enforce", access.settings.policy.enforce},
                       {"certificate_expires_at", certificate_expiry(access.settings.graph)}});
    if (access.client != nullptr) graph.push_back(graph_of(name, access.client->load()));
  }
  const auto brake = context.store.with([&](Store& store) -> Result<BrakeState> {
    for (json& tenant : tenants) {
      const auto state = store.directory().state(tenant["name"].get<std::string>());
      if (!state) return state.error();
      tenant["directory_synced_at"] = time_or_null(state->synced_at);
    }
    return store.brake();
  });
  if (!brake) return brake.error();
  const auto reception = context.reception.values();
  const json answer = {{"log", reception.log},
                       {"durable", reception.durable},
                       {"recorded", reception.recorded},
                       {"analyzer_connected", reception.analyzer_connected},
                       {"brake_engaged", brake->engaged},
                       {"tenants", std::move(tenants)},
                       {"graph", std::move(graph)},
                       {"verdicts", verdicts_of(context.recorder)}};
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace secondlook
