// A tenant's directory as Graph tells it: users, groups and contacts, the whole of them once and
// then what changed (/users/delta and its like). Blocking. Says nothing of what a change means.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "graph_client/mailbox_client.h"

namespace secondlook {

// Contacts need OrgContact.Read.All; users User.Read.All; groups Group.Read.All.
enum class DirectoryPart { users, groups, groups_with_members, contacts };

// One object as a page told it. What a page does not tell stays as it was: absent is not empty.
// Texts come from the network; control characters have become spaces.
struct DirectoryChange {
  std::string id;
  bool is_removed = false;  // also for 30 days of "may come back"
  std::optional<std::string> display_name, mail, principal_name, user_type;
  // proxyAddresses beginning with "smtp:", without that, the primary one ("SMTP:") first.
  std::optional<std::vector<std::string>> addresses;
  std::optional<bool> is_enabled, is_synced, has_exchange_plan, is_unified;
  std::map<int, std::string> attributes;  // extensionAttribute 1 to 15; null reads as ""
  std::vector<std::string> members_added, members_removed;  // ids, of any kind
};

struct DirectoryPage {
  std::vector<DirectoryChange> changes;
  std::string next_link, delta_link;  // opaque; exactly one of them is there
};

class DirectoryClient {
 public:
  static Result<std::unique_ptr<DirectoryClient>> make(GraphAccount account,
                                                       HttpTransport& transport, const Clock& clock,
                                                       RandomSource& random);
  virtual ~DirectoryClient() = default;

  // Where a whole round of that part begins.
  virtual std::string first_url(DirectoryPart part) const = 0;
  // `url`: a first_url, or a link of an earlier page. One below another Graph than ours is
  // `refused` with the code "foreignLink": our token goes nowhere else.
  virtual GraphResult<DirectoryPage> page(const std::string& url) = 0;
};

// A dead link: 410, or one of the codes that say so. A whole round has to follow.
bool asks_for_full_round(const GraphError& error);

struct RoundLimits {
  std::size_t most_pages = 20'000;
  unsigned most_repeats = 5;  // of one page, after 429, 5xx or no answer
  // Of waiting, in a whole round. A longer Retry-After ends the round.
  std::chrono::milliseconds waiting_budget{std::chrono::minutes(10)};
};

// Waits; false: the process is to stop.
using RoundWait = std::function<bool(std::chrono::milliseconds)>;
// False: no more is wanted.
using RoundSink = std::function<bool(std::vector<DirectoryChange>)>;

// Every page from `url` on, each handed to `sink` once it is there. The answer is the delta link.
// Ended by `sink` or `wait`: an error with the code "stopped".
GraphResult<std::string> read_directory_round(DirectoryClient& client, std::string url,
                                              const RoundLimits& limits, const RoundWait& wait,
                                              const RoundSink& sink);

}  // namespace secondlook
