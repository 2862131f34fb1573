#include "tests/support/stand_in_tenant/faults.h"

#include <nlohmann/json.hpp>

#include "tests/support/stand_in_tenant/rendering.h"

namespace secondlook::stand_in {

void Faults::add(Fault fault) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::take(const ServedRequest& request) {
  const std::scoped_lock lock(mutex_);
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    const bool matches = (fault->method.empty() || fault->method == request.method) &&
                         request.target.find(fault->path_contains) != std::string::npos;
    if (!matches) continue;
    const Fault taken = *fault;
    if (--fault->count == 0) faults_.erase(fault);
    return taken;
  }
  return std::nullopt;
}

ServedAnswer answer_of(const Fault& fault) {
  ServedAnswer answer = error_answer(fault.status, fault.code, "A fault on demand.");
  if (!fault.retry_after.empty()) answer.headers.emplace_back("Retry-After", fault.retry_after);
  answer.drop_connection = fault.drop;
  answer.delay = fault.delay;
  return answer;
}

Result<std::vector<Fault>> read_faults(std::string_view text) {
  using nlohmann::json;
  try {
    json parsed = json::parse(text);
    if (parsed.is_object()) parsed = json::array({parsed});
    std::vector<Fault> faults;
    for (const json& one : parsed) {
      Fault fault;
      fault.method = one.value("method", fault.method);
      fault.path_contains = one.value("path_contains", fault.path_contains);
      fault.count = std::max(one.value("count", 1U), 1U);
      fault.status = one.value("status", fault.status);
      fault.code = one.value("code", fault.code);
      fault.retry_after = one.value("retry_after", fault.retry_after);
      fault.after_effect = one.value("after_effect", false);
      fault.drop = one.value("drop", false);
      fault.delay = std::chrono::milliseconds{one.value("delay_ms", 0)};
      faults.push_back(std::move(fault));
    }
    return faults;
  } catch (const json::exception& failure) {
    return malformed(std::string("faults: ") + failure.what());
  }
}

}  // namespace secondlook::stand_in
