// Whose mailbox an address is, and what a mailbox's folders are called: answers that seldom change,
// asked for once and kept. Safe from several threads; a question asked twice at the same moment may
// be sent twice.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "graph_client/expiring_cache.h"
#include "graph_client/graph_answer.h"
#include "graph_client/graph_path.h"
#include "graph_client/graph_session.h"

namespace secondlook {

class GraphDirectory {
 public:
  // All must outlive it.
  GraphDirectory(GraphSession& session, const GraphPath& path, const Clock& clock)
      : session_(session), path_(path), clock_(clock) {}

  // As MailboxClient::find_user. By proxyAddresses, then by userPrincipalName. Two users with one
  // address are `refused`: acting on either could touch the wrong mailbox.
  GraphResult<std::optional<GraphUser>> find_user(std::string_view address);

  // `folder`: an id or a well-known name. Kept for an hour.
  GraphResult<FolderFacts> folder(const std::string& user_id, const std::string& folder);

 private:
  GraphResult<std::optional<GraphUser>> ask_for_user(const std::string& address);
  GraphResult<std::optional<GraphUser>> ask_by_principal_name(const std::string& address);

  GraphSession& session_;
  const GraphPath& path_;
  const Clock& clock_;

  std::mutex mutex_;
  ExpiringCache<std::optional<GraphUser>> users_{50'000};
  ExpiringCache<FolderFacts> folders_{50'000};
};

}  // namespace secondlook
