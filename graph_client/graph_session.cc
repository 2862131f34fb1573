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

}  // namespace

GraphSession::GraphSession(GraphAccount account, HttpTransport& transport, const Clock& clock,
                           RandomSource& random)
    : account_(account),
      transport_(transport),
      clock_(clock),
      random_(random),
      tokens_(account, transport, clock, random),
      gate_(std::max(account.requests_per_mailbox, 1U), std::max(account.requests_in_flight, 1U),
            clock, random) {}

GraphResult<std::string> GraphSession::perform(const GraphRequest& request) {
  auto pass = gate_.enter(request.mailbox, kLongestWaitForTurn);
  if (!pass) return pass.error();
  const auto token = tokens_.token();
  if (!token) {  // the login server's trouble, not Graph's
    ++sign_in_failed_;
    return token.error();
  }
  auto answer = perform_as(*token, request);
  if (answer)
    pass->answered();
  else
    pass->failed(answer.error());
  return answer;
}

Result<HttpResponse> GraphSession::send_beside_limits(const GraphRequest& request) {
  const auto token = tokens_.token();
  if (!token) return temporary(token.error().message);
  const std::string id = make_uuid(random_);
  auto answer = transport_.send(to_http(request, *token, id));
  if (!answer || answer->status != 401) return answer;
  tokens_.reject(*token, read_graph_error(*answer, id, clock_.now()).claims);
  const auto fresh = tokens_.token();
  if (!fresh || fresh->reveal() == token->reveal()) return answer;
  return transport_.send(to_http(request, *fresh, id));
}

GraphLoad GraphSession::load() const {
  GraphLoad load = gate_.load();
  load.sign_in_failed = sign_in_failed_;
  load.sent -= std::min(load.sent, load.sign_in_failed);  // they had their turn, and did not go
  return load;
}

GraphResult<std::string> GraphSession::perform_as(const Secret& token,
                                                  const GraphRequest& request) {
  auto answer = perform_with(token, request);
  if (answer || answer.error().status != 401) return answer;
  tokens_.reject(token, answer.error().claims);
  const auto fresh = tokens_.token();
  if (!fresh) return fresh.error();
  if (fresh->reveal() == token.reveal()) return answer;
  return perform_with(*fresh, request);
}

GraphResult<std::string> GraphSession::perform_with(const Secret& token,
                                                    const GraphRequest& request) {
  const std::string id = make_uuid(random_);
  HttpRequest http = to_http(request, token, id);
  if (!http.new_connection && leave_connection_.exchange(false)) http.new_connection = true;
  const auto answer = transport_.send(http);
  if (!answer) return no_usable_answer("noAnswer", answer.error().message);
  if (answer->status >= 200 && answer->status < 300) return answer->body;
  if (answer->status == 503) leave_connection_ = true;
  return read_graph_error(*answer, id, clock_.now());
}

}  // namespace secondlook
