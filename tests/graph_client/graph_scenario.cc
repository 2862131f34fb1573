#include "tests/graph_client/graph_scenario.h"

#include <stdexcept>

namespace secondlook {

GraphScenario::GraphScenario(HttpHandler answer)
    : answer_(std::move(answer)), transport_(make_cpprest_transport()) {
  directory_.write("secret", "s3cret&=\n");
  auto server =
      HttpServer::start(0, [this](const ServedRequest& request) { return serve(request); });
  if (!server) throw std::runtime_error(server.error().message);
  server_ = *std::move(server);
  credential_ = SecretFile{directory_.file("secret")};
  make_client();
}

void GraphScenario::make_client() {
  auto client = MailboxClient::make(account(), *transport_, clock_, random_);
  if (!client) throw std::runtime_error(client.error().message);
  client_ = *std::move(client);
}

void GraphScenario::use_credential(const std::function<GraphCredential(const std::string&)>& make) {
  credential_ = make(server_->url());
  make_client();
}

GraphAccount GraphScenario::account() const {
  GraphAccount account;
  account.tenant_id = "tenant-1";
  account.client_id = "client-1";
  account.login_url = server_->url();
  account.graph_url = server_->url();
  account.scope = "https://graph.example/.default";
  account.credential = credential_;
  return account;
}

void GraphScenario::answer_tokens_with(HttpHandler answer) {
  const std::scoped_lock lock(mutex_);
  token_answer_ = std::move(answer);
}

std::vector<ServedRequest> GraphScenario::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

int GraphScenario::tokens_issued() const {
  const std::scoped_lock lock(mutex_);
  return tokens_issued_;
}

ServedAnswer GraphScenario::serve(const ServedRequest& request) {
  if (request.target == "/tenant-1/oauth2/v2.0/token" ||
      request.target.starts_with("/msi/token?")) {
    const std::scoped_lock lock(mutex_);
    ++tokens_issued_;
    if (token_answer_) return token_answer_(request);
    return json_answer(200, R"({"token_type":"Bearer","expires_in":3599,"access_token":"token-)" +
                                std::to_string(tokens_issued_) + R"("})");
  }
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
  }
  return answer_(request);
}

ServedAnswer json_answer(int status, std::string body) {
  ServedAnswer answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/json"}};
  answer.body = std::move(body);
  return answer;
}

ServedAnswer graph_error_answer(int status, const std::string& code) {
  return json_answer(status, R"({"error":{"code":")" + code + R"(","message":"words"}})");
}

}  // namespace secondlook
