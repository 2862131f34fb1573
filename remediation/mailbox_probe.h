// A mail of our own, led through one mailbox and out of it, to see what the tenant really does
// where Microsoft's documentation is silent (the folder's README lists the questions). Nothing but
// that mail is touched, and it is removed at the end whatever happened.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "graph_client/mailbox_client.h"
#include "graph_client/tenant_probe.h"

namespace secondlook {

struct ProbeAnswer {
  enum class Kind {
    pass,     // as our own program expects it
    differs,  // otherwise: what `observed` says; removals or restores may suffer
    unknown   // not seen: an earlier step failed, or nothing showed
  };
  std::string question;  // "immutable_id"
  Kind kind = Kind::unknown;
  std::string expected, observed;
};
std::string_view name_of(ProbeAnswer::Kind kind);

struct ProbeReport {
  std::vector<ProbeAnswer> answers;
  // Places where the mail could not be removed from, each with the reason; empty: all is clean.
  // What permanentDelete put into Purges stays there as the tenant's retention wants it, and is not
  // named.
  std::vector<std::string> left_behind;
};

struct ProbeWorld {
  MailboxClient& client;
  TenantProbe& tenant;
  const Clock& clock;
  // Waits; false: stop at once (the mail is still removed).
  std::function<bool(std::chrono::milliseconds)> pause;
  std::function<void(const ProbeAnswer&)> tell;       // each answer as it comes
  std::function<void(std::string_view doing)> doing;  // what is under way, for people
};

// `address`: the mailbox's; `user_id`: its object id; `message_id`: the new mail's, which nobody
// else has, with angle brackets.
ProbeReport probe_mailbox(const ProbeWorld& world, const std::string& address,
                          const std::string& user_id, const std::string& message_id);

}  // namespace secondlook
