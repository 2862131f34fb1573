#include "tests/support/stand_in_tenant/server.h"

#include <mutex>

#include "tests/support/http_server.h"
#include "tests/support/stand_in_tenant/chaos.h"
#include "tests/support/stand_in_tenant/control_service.h"
#include "tests/support/stand_in_tenant/graph_service.h"
#include "tests/support/stand_in_tenant/throttle.h"

namespace secondlook::stand_in {

struct Server::State {
  State(ServerOptions options, const Clock& clock, RandomSource& random)
      : tenant(clock, random),
        login(std::move(options.credentials), options.token_lifetime, clock, random),
        throttle(options.requests_per_mailbox, options.latency),
        graph(tenant, std::move(options.public_url)),
        chaos(random),
        control(tenant, graph, login, throttle, faults, chaos) {
    for (User& user : options.users) tenant.add_user(std::move(user));
    for (Fault& fault : options.faults) faults.add(std::move(fault));
  }

  ServedAnswer answer(const ServedRequest& request);
  ServedAnswer answer_graph(const ServedRequest& request, const WebTarget& target);
  ServedAnswer answer_in_turn(const ServedRequest& request, const WebTarget& target,
                              const std::string& mailbox);
  std::string mailbox_of(const WebTarget& target);

  std::mutex mutex;  // the tenant's
  Tenant tenant;
  Login login;
  Throttle throttle;
  Faults faults;
  GraphService graph;
  Chaos chaos;
  ControlService control;
  std::unique_ptr<HttpServer> http;  // last: it stops before what it answers with goes
};

ServedAnswer Server::State::answer(const ServedRequest& request) {
  const WebTarget target = read_target(request.target);
  if (!target.segments.empty() && target.segments[0] == "stand-in") {
    const std::scoped_lock lock(mutex);
    return control.answer(request, target);
  }
  const auto fault = faults.take(request);
  if (fault && !fault->after_effect) return answer_of(*fault);
  auto signed_in = login.answer(request, target);
  ServedAnswer answer = signed_in ? *std::move(signed_in) : answer_graph(request, target);
  return fault ? answer_of(*fault) : answer;
}

ServedAnswer Server::State::answer_graph(const ServedRequest& request, const WebTarget& target) {
  ++control.graph_requests;
  if (auto refused = login.refusal(request)) return *std::move(refused);
  if (target.segments.size() < 2 || target.segments[0] != "v1.0") {
    return error_answer(400, "BadRequest", "Invalid version.");
  }
  const std::string mailbox = mailbox_of(target);
  if (mailbox.empty()) return answer_in_turn(request, target, mailbox);
  ++control.mailbox_requests;
  const auto struck = chaos.take(request);
  if (struck && !struck->after_effect) return answer_of(*struck);
  ServedAnswer answer = answer_in_turn(request, target, mailbox);
  return struck ? answer_of(*struck) : answer;
}

ServedAnswer Server::State::answer_in_turn(const ServedRequest& request, const WebTarget& target,
                                           const std::string& mailbox) {
  return throttle.run(mailbox, [&] {
    const std::scoped_lock lock(mutex);
    if (Mailbox* const known = tenant.find_by_id_or_principal_name(mailbox); known != nullptr)
      chaos.disturb(tenant, *known);
    return graph.answer(request, target);
  });
}

// Whose turn a request takes; directory requests take none.
std::string Server::State::mailbox_of(const WebTarget& target) {
  const bool is_about_mailbox = target.segments.size() > 3 && target.segments[1] == "users";
  return is_about_mailbox ? target.segments[2] : "";
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const Clock& clock,
                                              RandomSource& random) {
  const std::uint16_t port = options.port;
  auto state = std::make_unique<State>(std::move(options), clock, random);
  auto http = HttpServer::start(
      port, [raw = state.get()](const ServedRequest& request) { return raw->answer(request); });
  if (!http) return std::move(http).error();
  state->http = *std::move(http);
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const {
  return state_->http->port();
}
std::string Server::url() const {
  return state_->http->url();
}

}  // namespace secondlook::stand_in
