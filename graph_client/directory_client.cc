#include "graph_client/directory_client.h"

#include <algorithm>

#include "graph_client/directory_answer.h"
#include "graph_client/graph_error.h"
#include "graph_client/graph_path.h"
#include "graph_client/graph_session.h"

namespace secondlook {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1000};

GraphError refused(std::string code, std::string_view what) {
  GraphError error;
  error.code = std::move(code);
  error.message = error.code + ": " + std::string(what);
  return error;
}

class GraphDirectoryClient final : public DirectoryClient {
 public:
  GraphDirectoryClient(const GraphAccount& account, HttpTransport& transport, const Clock& clock,
                       RandomSource& random)
      : path_(account.graph_url), session_(account, transport, clock, random) {}

  std::string first_url(DirectoryPart part) const override {
    switch (part) {
      case DirectoryPart::users: return path_.users_delta();
      case DirectoryPart::groups: return path_.groups_delta(false);
      case DirectoryPart::groups_with_members: return path_.groups_delta(true);
      case DirectoryPart::contacts: break;
    }
    return path_.contacts_delta();
  }

  GraphResult<DirectoryPage> page(const std::string& url) override {
    if (!path_.is_below(url)) return refused("foreignLink", "a link that is not on our Graph");
    const auto body = session_.perform({"GET", url, "", ""});
    if (!body) return body.error();
    auto page = read_directory_page(*body);
    if (!page) return no_usable_answer("unreadableAnswer", "no page of the directory");
    return *std::move(page);
  }

 private:
  const GraphPath path_;
  GraphSession session_;
};

bool is_worth_repeating(const GraphError& error) {
  return error.kind == GraphError::Kind::throttled || error.kind == GraphError::Kind::temporary;
}

// One page, asked for again while the service is busy. `budget`: what is left of the waiting.
GraphResult<DirectoryPage> page_with_patience(DirectoryClient& client, const std::string& url,
                                              const RoundLimits& limits, milliseconds& budget,
                                              const RoundWait& wait) {
  for (unsigned repeats = 0;; ++repeats) {
    auto page = client.page(url);
    if (page || !is_worth_repeating(page.error()) || repeats >= limits.most_repeats) return page;
    const milliseconds pause = page.error().retry_after.value_or(kFirstPause * (1U << repeats));
    if (pause > budget) return page;
    budget -= pause;
    if (!wait(pause)) return refused("stopped", "the process is to stop");
  }
}

}  // namespace

Result<std::unique_ptr<DirectoryClient>> DirectoryClient::make(GraphAccount account,
                                                               HttpTransport& transport,
                                                               const Clock& clock,
                                                               RandomSource& random) {
  // What makes an account acceptable is said in one place.
  if (auto checked = MailboxClient::make(account, transport, clock, random); !checked)
    return checked.error();
  return std::unique_ptr<DirectoryClient>(
      std::make_unique<GraphDirectoryClient>(account, transport, clock, random));
}

bool asks_for_full_round(const GraphError& error) {
  return error.status == 410 || error.code == "resyncRequired" ||
         error.code == "SyncStateNotFound" || error.code == "syncStateNotFound" ||
         error.code == "foreignLink";
}

GraphResult<std::string> read_directory_round(DirectoryClient& client, std::string url,
                                              const RoundLimits& limits, const RoundWait& wait,
                                              const RoundSink& sink) {
  milliseconds budget = limits.waiting_budget;
  for (std::size_t pages = 0; pages < limits.most_pages; ++pages) {
    auto page = page_with_patience(client, url, limits, budget, wait);
    if (!page) return page.error();
    if (!sink(std::move(page->changes))) return refused("stopped", "no more was wanted");
    if (page->next_link.empty()) return std::move(page->delta_link);
    if (page->next_link == url) return refused("endlessPages", "a page that names itself as next");
    url = std::move(page->next_link);
  }
  return refused("endlessPages", "more pages than a directory can have");
}

}  // namespace secondlook
