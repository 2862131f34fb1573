#include "graph_client/tenant_probe.h"

#include <algorithm>
#include <thread>

#include "graph_client/graph_answer.h"
#include "graph_client/graph_error.h"
#include "graph_client/graph_path.h"
#include "graph_client/graph_session.h"
#include "graph_client/retry_after.h"

namespace secondlook {
namespace {

constexpr unsigned kMostAtOnce = 16;

class GraphTenantProbe final : public TenantProbe {
 public:
  GraphTenantProbe(const GraphAccount& account, HttpTransport& transport, const Clock& clock,
                   RandomSource& random)
      : path_(account.graph_url), clock_(clock), session_(account, transport, clock, random) {}

  TenantHealth examine() override {
    TenantHealth health;
    const auto token = session_.token();
    if (!token) {
      health.sign_in_error = token.error().message;
      return health;
    }
    const auto answer = session_.send_beside_limits({"GET", path_.some_user(), "", ""});
    // Behind the question: a token of yesterday's grants was replaced by it.
    if (const auto current = session_.token()) health.roles = read_token_roles(*current);
    if (!answer) {
      health.directory_code = answer.error().message;
      return health;
    }
    health.directory_status = answer->status;
    if (answer->status >= 300)
      health.directory_code = read_graph_error(*answer, "", clock_.now()).code;
    if (const auto date = answer->headers.find("date"); date != answer->headers.end())
      if (const auto time = parse_http_date(date->second))
        health.ahead = std::chrono::floor<std::chrono::seconds>(clock_.now() - *time);
    return health;
  }

  GraphResult<CreatedMail> create_mail(const std::string& user_id, WellKnownFolder folder,
                                       const NewMail& mail) override {
    const std::string url = path_.new_message_in(user_id, well_known_name(folder));
    const auto body = session_.perform({"POST", url, user_id, write_mail(mail)});
    if (!body) return body.error();
    auto copy = read_message(*body);
    if (!copy) return no_usable_answer("unreadableAnswer", "no message");
    return CreatedMail{std::move(*copy), read_is_draft(*body)};
  }

  GraphResult<bool> delete_plainly(const std::string& user_id,
                                   const std::string& copy_id) override {
    const std::string url = path_.message_to_change(user_id, copy_id);
    const auto body = session_.perform({"DELETE", url, user_id, ""});
    if (!body) return body.error();
    return true;
  }

  GraphResult<bool> knows_address(std::string_view address) override {
    const auto body = session_.perform({"GET", path_.users_with_address(address), "", ""});
    if (!body) return body.error();
    const auto users = read_users(*body);
    if (!users) return no_usable_answer("unreadableAnswer", "no collection of users");
    return !users->empty();
  }

  std::vector<RawAnswer> burst(const std::string& user_id, unsigned requests) override {
    std::vector<RawAnswer> answers(std::min(requests, kMostAtOnce));
    (void)session_.token();  // once, before all want it
    std::vector<std::jthread> threads;
    for (RawAnswer& answer : answers) threads.emplace_back([&] { answer = search_once(user_id); });
    threads.clear();
    return answers;
  }

 private:
  RawAnswer search_once(const std::string& user_id) {
    const std::string url = path_.messages(user_id, "<nobody-sent-this@secondlook.invalid>");
    const auto answer = session_.send_beside_limits({"GET", url, user_id, ""});
    if (!answer) return {};
    RawAnswer raw{answer->status, "", std::nullopt};
    if (answer->status >= 300) raw.code = read_graph_error(*answer, "", clock_.now()).code;
    if (const auto field = answer->headers.find("retry-after"); field != answer->headers.end())
      raw.retry_after = field->second.substr(0, 64);
    return raw;
  }

  const GraphPath path_;
  const Clock& clock_;
  GraphSession session_;
};

}  // namespace

Result<std::unique_ptr<TenantProbe>> TenantProbe::make(GraphAccount account,
                                                       HttpTransport& transport, const Clock& clock,
                                                       RandomSource& random) {
  // What can be wrong with an account is told by the client that is made from the same one.
  if (auto client = MailboxClient::make(account, transport, clock, random); !client)
    return client.error();
  return std::unique_ptr<TenantProbe>(
      std::make_unique<GraphTenantProbe>(account, transport, clock, random));
}

}  // namespace secondlook
