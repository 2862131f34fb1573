#include "tests/end_to_end/graph_contract/refereed_transport.h"

#include <utility>

namespace secondlook::graph_contract {

Result<HttpResponse> RefereedTransport::send(const HttpRequest& request) {
  auto answer = inner_->send(request);
  const std::scoped_lock lock(mutex_);
  ++requests_;
  if (!answer) return answer;
  const auto type = answer->headers.find("content-type");
  const bool is_problem =
      type != answer->headers.end() && type->second.find("problem+json") != std::string::npos;
  const bool is_no_json = answer->body.find("\"invalid_json\"") != std::string::npos;
  if (is_problem || is_no_json)
    violations_.push_back(request.method + " " + request.url + ": " + answer->body);
  return answer;
}

std::vector<std::string> RefereedTransport::take_violations() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(violations_, {});
}

unsigned RefereedTransport::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

}  // namespace secondlook::graph_contract
