#include "graph_client/graph_session.h"

#include <algorithm>

#include "graph_client/graph_error.h"

namespace secondlook {

namespace {

constexpr std::chrono::seconds kLongestWaitForTurn{60};

HttpRequest to_http(const GraphRequest& request, const Secret& token, const std::string& id) {
  HttpRequest http;
  http.method = request.method;
  http.url = request.url;
  http.headers = {{"Authorization", "Bearer " + token.reveal()},
                  {"Accept", "application/json"},
                  {"Prefer", "IdType=\"ImmutableId\""},
                  {"User-Agent", "secondlook"},
                  {"client-request-id", id}};
  http.body = request.body;
  if (!request.body.empty()) http.content_type = "application/json";
  // A kept connection that the server has closed meanwhile fails a write halfway, or makes the
  // library send it a second time. Reads may be sent twice, writes take a connection of their own.
  http.new_connection = request.method != "GET";
  return http;
}

GraphError no_turn() {
  GraphError error;
  error.kind = GraphError::Kind::throttled;
  error.code = "localLimit";
  error.message = "localLimit: no turn within the limits of requests in flight";
  error.retry_after = std::chrono::seconds{1};
  return error;
}

}  // namespace

GraphSession::GraphSession(GraphAccount account, HttpTransport& transport, const Clock& clock,
                           RandomSource& random)
    : account_(account),
      transport_(transport),
      clock_(clock),
      random_(random),
      tokens_(account, transport, clock, random),
      limits_(std::max(account.requests_per_mailbox, 1U),
              std::max(account.requests_in_flight, 1U)) {}

GraphResult<std::string> GraphSession::perform(const GraphRequest& request) {
  const auto turn = limits_.wait_for_turn(request.mailbox, kLongestWaitForTurn);
  if (!turn) return no_turn();
  const auto token = tokens_.token();
  if (!token) return token.error();
  auto answer = perform_with(*token, request);
  if (answer || answer.error().status != 401) return answer;
  tokens_.reject(*token, answer.error().claims);
  const auto fresh = tokens_.token();
  if (!fresh) return fresh.error();
  if (fresh->reveal() == token->reveal()) return answer;
  return perform_with(*fresh, request);
}

GraphResult<std::string> GraphSession::perform_with(const Secret& token,
                                                    const GraphRequest& request) {
  const std::string id = make_uuid(random_);
  const auto answer = transport_.send(to_http(request, token, id));
  if (!answer) return no_usable_answer("noAnswer", answer.error().message);
  if (answer->status >= 200 && answer->status < 300) return answer->body;
  return read_graph_error(*answer, id, clock_.now());
}

}  // namespace secondlook
