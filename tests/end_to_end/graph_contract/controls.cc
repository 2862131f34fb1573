#include "graph_client/token_request.h"
#include "tests/end_to_end/graph_contract/scene.h"

namespace secondlook::graph_contract {

namespace {

void must_be_noticed(Scene& scene, const std::string& what, const HttpRequest& request) {
  (void)scene.transport.send(request);
  scene.check(!scene.transport.take_violations().empty(), "the referee notices " + what);
}

HttpRequest to_graph(Scene& scene, const char* method, const std::string& path,
                     const std::string& body = "") {
  HttpRequest request;
  request.method = method;
  request.url = scene.addresses.graph + "/v1.0" + path;
  request.headers = {{"Authorization", "Bearer any"}, {"Accept", "application/json"}};
  request.body = body;
  if (!body.empty()) request.content_type = "application/json";
  request.new_connection = true;
  return request;
}

}  // namespace

void wake_the_referee(Scene& scene) {
  must_be_noticed(scene, "an unknown path", to_graph(scene, "GET", "/users/a/mesages"));
  must_be_noticed(scene, "a misspelt property",
                  to_graph(scene, "PATCH", "/users/a/messages/b", R"({"isread":true})"));
  must_be_noticed(scene, "a wrong type",
                  to_graph(scene, "PATCH", "/users/a/messages/b", R"({"isRead":"yes"})"));
  must_be_noticed(scene, "a move without destination",
                  to_graph(scene, "POST", "/users/a/messages/b/move", "{}"));
  must_be_noticed(scene, "JSON that is none",
                  to_graph(scene, "POST", "/users/a/messages/b/move", "{"));
  HttpRequest anonymous = to_graph(scene, "GET", "/users/a/messages");
  anonymous.headers.erase(anonymous.headers.begin());
  must_be_noticed(scene, "a request without a token", anonymous);
  GraphAccount account = scene.account(scene.secret());
  account.scope = "https://elsewhere.example/.default";
  const auto token = make_token_request(account, "", scene.clock.now(), scene.random);
  scene.check(token.has_value(), "a token request is made");
  if (token) must_be_noticed(scene, "a wrong scope", token->http);
  // A fault with a good status: the stand-in answers a list with an error's body.
  scene.check(scene.control.ask("POST", "faults", R"({"status":200})").has_value(),
              "a fault is set");
  must_be_noticed(scene, "a wrong answer of the stand-in",
                  to_graph(scene, "GET", "/users/a/messages"));
}

}  // namespace secondlook::graph_contract
