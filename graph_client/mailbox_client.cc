#include "graph_client/mailbox_client.h"

#include "graph_client/graph_answer.h"
#include "graph_client/graph_directory.h"
#include "graph_client/graph_error.h"
#include "graph_client/graph_path.h"
#include "graph_client/graph_session.h"

namespace secondlook {

namespace {

// Far above what a mailbox can hold of one mail, and an end to a server that never ends.
constexpr int kMostPages = 200;

class GraphMailboxClient final : public MailboxClient {
 public:
  GraphMailboxClient(const GraphAccount& account, HttpTransport& transport, const Clock& clock,
                     RandomSource& random)
      : has_permanent_delete_(account.has_permanent_delete),
        path_(account.graph_url),
        session_(account, transport, clock, random),
        directory_(session_, path_, clock) {}

  GraphLoad load() const override { return session_.load(); }

  GraphResult<std::optional<GraphUser>> find_user(std::string_view address) override {
    return directory_.find_user(address);
  }

  GraphResult<std::vector<MailCopy>> find_copies(const std::string& user_id,
                                                 std::string_view message_id) override {
    return read_all_pages(user_id, path_.messages(user_id, message_id));
  }

  GraphResult<std::vector<MailCopy>> find_copies_in(const std::string& user_id,
                                                    WellKnownFolder folder,
                                                    std::string_view message_id) override {
    const std::string_view name = well_known_name(folder);
    return read_all_pages(user_id, path_.messages_in(user_id, name, message_id));
  }

  GraphResult<std::vector<MailCopy>> find_copies_like(const std::string& user_id,
                                                      std::optional<WellKnownFolder> folder,
                                                      const MailTraits& traits) override {
    const std::string_view name = folder ? well_known_name(*folder) : std::string_view();
    return read_all_pages(user_id, path_.messages_like(user_id, name, traits));
  }

  GraphResult<MailCopy> get_copy(const std::string& user_id, const std::string& copy_id) override {
    return expect_copy({"GET", path_.message(user_id, copy_id), user_id, ""});
  }

  GraphResult<std::string> folder_id(const std::string& user_id, WellKnownFolder folder) override {
    auto facts = directory_.folder(user_id, std::string(well_known_name(folder)));
    if (!facts) return facts.error();
    return std::move(facts->id);
  }

  GraphResult<std::string> folder_name(const std::string& user_id,
                                       const std::string& folder_id) override {
    auto facts = directory_.folder(user_id, folder_id);
    if (!facts) return facts.error();
    return std::move(facts->display_name);
  }

  GraphResult<bool> folder_exists(const std::string& user_id,
                                  const std::string& folder_id) override {
    const auto body = session_.perform({"GET", path_.folder(user_id, folder_id), user_id, ""});
    if (body) return true;
    if (body.error().kind == GraphError::Kind::stale_id) return false;
    return body.error();
  }

  GraphResult<MailCopy> move(const std::string& user_id, const std::string& copy_id,
                             WellKnownFolder destination) override {
    return move_to_folder(user_id, copy_id, std::string(well_known_name(destination)));
  }

  GraphResult<MailCopy> move_to_folder(const std::string& user_id, const std::string& copy_id,
                                       const std::string& folder_id) override {
    return expect_copy(
        {"POST", path_.move(user_id, copy_id), user_id, write_destination(folder_id)});
  }

  GraphResult<bool> purge(const std::string& user_id, const std::string& copy_id) override {
    if (!has_permanent_delete_) {
      const auto moved = move(user_id, copy_id, WellKnownFolder::recoverable_purges);
      if (!moved) return moved.error();
      return true;
    }
    return expect_success({"POST", path_.permanent_delete(user_id, copy_id), user_id, ""});
  }

  GraphResult<bool> suppress_receipts(const std::string& user_id,
                                      const std::string& copy_id) override {
    return expect_success(
        {"PATCH", path_.message_to_change(user_id, copy_id), user_id, write_receipt_suppression()});
  }

  GraphResult<MailCopy> set_properties(const std::string& user_id, const std::string& copy_id,
                                       const Properties& properties) override {
    return expect_copy({"PATCH", path_.message_to_change(user_id, copy_id), user_id,
                        write_properties(properties)});
  }

 private:
  GraphResult<std::vector<MailCopy>> read_all_pages(const std::string& user_id, std::string url);
  GraphResult<MailCopy> expect_copy(const GraphRequest& request);
  GraphResult<bool> expect_success(const GraphRequest& request);

  const bool has_permanent_delete_;
  const GraphPath path_;
  GraphSession session_;
  GraphDirectory directory_;
};

GraphResult<std::vector<MailCopy>> GraphMailboxClient::read_all_pages(const std::string& user_id,
                                                                      std::string url) {
  std::vector<MailCopy> copies;
  for (int pages = 0; pages < kMostPages; ++pages) {
    const auto body = session_.perform({"GET", url, user_id, ""});
    if (!body) return body.error();
    auto page = read_message_page(*body);
    if (!page) return no_usable_answer("unreadableAnswer", "no collection of messages");
    std::move(page->copies.begin(), page->copies.end(), std::back_inserter(copies));
    if (page->next_link.empty()) return copies;
    if (!path_.is_below(page->next_link)) {
      return no_usable_answer("foreignNextLink", "the next page is not on our Graph");
    }
    url = std::move(page->next_link);
  }
  return no_usable_answer("endlessPages", "more than 200 pages of copies");
}

GraphResult<MailCopy> GraphMailboxClient::expect_copy(const GraphRequest& request) {
  const auto body = session_.perform(request);
  if (!body) return body.error();
  auto copy = read_message(*body);
  if (!copy) return no_usable_answer("unreadableAnswer", "no message");
  return *std::move(copy);
}

GraphResult<bool> GraphMailboxClient::expect_success(const GraphRequest& request) {
  const auto body = session_.perform(request);
  if (!body) return body.error();
  return true;
}

Result<void> check_account(const GraphAccount& account) {
  const auto* const identity = std::get_if<ManagedIdentity>(&account.credential);
  std::vector<std::string> roots{account.graph_url};
  if (identity == nullptr) roots.push_back(account.login_url);
  for (const std::string& url : roots) {
    if (!is_acceptable_root(url))
      return malformed("'" + url + "' is neither https:// nor http:// on loopback, or ends in /");
  }
  if (identity != nullptr &&
      !is_acceptable_identity_endpoint(identity->endpoint, !identity->header.empty()))
    return malformed("'" + identity->endpoint +
                     "' cannot be where a managed identity is asked for");
  const bool needs_client_id = identity == nullptr;
  if (account.tenant_id.empty() || (needs_client_id && account.client_id.empty()))
    return malformed("a Graph account needs tenant_id and client_id");
  return {};
}

}  // namespace

Result<std::unique_ptr<MailboxClient>> MailboxClient::make(GraphAccount account,
                                                           HttpTransport& transport,
                                                           const Clock& clock,
                                                           RandomSource& random) {
  if (auto checked = check_account(account); !checked) return checked.error();
  return std::unique_ptr<MailboxClient>(
      std::make_unique<GraphMailboxClient>(account, transport, clock, random));
}

}  // namespace secondlook
