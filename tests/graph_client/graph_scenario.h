// A Graph and login server whose answers a test writes down, and a client that talks to it over the
// real transport. Every request it got is remembered.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "graph_client/mailbox_client.h"
#include "tests/support/fixed_random.h"
#include "tests/support/http_server.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {

class GraphScenario {
 public:
  // `answer` is asked for everything but tokens, which are "token-1", "token-2" ... for an hour.
  explicit GraphScenario(HttpHandler answer);

  MailboxClient& client() { return *client_; }
  ManualClock& clock() { return clock_; }
  GraphAccount account() const;
  // What answers a token request instead (tests of refusals).
  void answer_tokens_with(HttpHandler answer);

  // Signs in with another credential; made from the server's URL.
  void use_credential(const std::function<GraphCredential(const std::string&)>& make);

  // Without token requests.
  std::vector<ServedRequest> requests() const;
  int tokens_issued() const;

 private:
  ServedAnswer serve(const ServedRequest& request);

  HttpHandler answer_;
  HttpHandler token_answer_;
  mutable std::mutex mutex_;
  std::vector<ServedRequest> requests_;
  int tokens_issued_ = 0;
  TemporaryDirectory directory_;
  ManualClock clock_;
  FixedRandom random_;
  std::unique_ptr<HttpTransport> transport_;
  std::unique_ptr<HttpServer> server_;  // ends before what its handler uses
  GraphCredential credential_;
  std::unique_ptr<MailboxClient> client_;

  void make_client();
};

ServedAnswer json_answer(int status, std::string body);
// {"error":{"code":...}}
ServedAnswer graph_error_answer(int status, const std::string& code);

}  // namespace secondlook
