#include "tests/end_to_end/graph_contract/scene.h"

#include <cstdio>

namespace secondlook::graph_contract {

GraphAccount Scene::account(GraphCredential credential) const {
  GraphAccount account;
  account.tenant_id = addresses.tenant_id;
  account.client_id = addresses.client_id;
  account.login_url = addresses.login;
  account.graph_url = addresses.graph;
  account.scope = "https://graph.microsoft.com/.default";
  account.credential = std::move(credential);
  return account;
}

std::unique_ptr<MailboxClient> Scene::client(const GraphAccount& account) {
  auto made = MailboxClient::make(account, transport, clock, random);
  check(made.has_value(), "a client is made");
  return made ? *std::move(made) : nullptr;
}

void Scene::check(bool good, std::string_view what) {
  ++checked;
  if (good) return;
  ++failed;
  std::fprintf(stderr, "FAILED: %.*s\n", static_cast<int>(what.size()), what.data());
}

void Scene::deliver(const std::string& message_id, std::string_view subject) {
  std::string mail =
      "From: Boss <boss@fabrikam.example>\r\nTo: alice@contoso.example\r\n"
      "Date: Sun, 22 Nov 2026 11:00:00 +0100\r\n"
      "Disposition-Notification-To: boss@fabrikam.example\r\n";
  mail += "Subject: " + std::string(subject) + "\r\n";
  if (!message_id.empty()) mail += "Message-ID: " + message_id + "\r\n";
  const auto delivered = control.deliver(mail + "\r\nHello\r\n", {"alice@contoso.example"}, {});
  check(delivered.has_value(), "a mail is delivered");
}

}  // namespace secondlook::graph_contract
