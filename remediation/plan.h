// What is to be done about a message, as pure functions of what is known: one step for each mailbox
// copy, or the reason why none is taken. Nothing here reads a clock, a database or a network.
//
// | found                              | the automatic plan adds or withdraws            |
// |------------------------------------|-------------------------------------------------|
// | recipient outside the domains      | a final step `external`                         |
// | what the directory knows to be no  | a final step `group`, `group_mailbox`,          |
// | mailbox of the tenant              | `contact`, `public_folder` or `external`        |
// | excluded by rule or override       | a final step `excluded`                         |
// | two addresses of one mailbox       | one step, under its primary address             |
// | protected mailbox                  | a final step `protected_mailbox`                |
// | mode observe                       | a final step `would_remove`                     |
// | mailbox has as strong a step       | nothing: only new recipients get steps          |
// | a stronger action than before      | that step; a weaker one still waiting withdrawn |
// | a weaker action, or none           | what waits is withdrawn, what was moved stays   |
// | restored by hand, and no new rule  | nothing; what waits is withdrawn                |
// | mail of a phishing exercise        | nothing; what waits is withdrawn                |
// | a user's report, from inside and   | nothing; what waits is withdrawn                |
// | to report mailboxes alone          |                                                 |
// | sender inside, sent_items          | the sender's own mailbox is treated likewise    |
//
// Action and mode of a mailbox are those of its policy (schema/policy.h, policy_of).
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "remediation/directory/recipient_place.h"
#include "schema/configuration.h"
#include "schema/policy.h"
#include "schema/store/store.h"

namespace secondlook {

inline constexpr const char* kAutomaticCause = "automatic";

// Steps to add (id 0) and existing ones to write back, in the state `withdrawn`.
struct Plan {
  std::vector<Step> added;
  std::vector<Step> withdrawn;
};

// none 0, junk 1, deleted_items 2, recoverable 3, purge 4: how far out of the user's reach.
int reach_rank(Action action);

// Each mailbox a message may have reached, lower case, once: recipients and, for forwarded copies,
// the address that forwarded.
std::vector<std::string> addresses_of(const std::vector<Recipient>& recipients);

bool is_inside(const TenantSettings& tenant, std::string_view address);

// The mailbox that holds the Sent Items copy, where the policy asks for it and the mail came from
// inside; else empty. It is no recipient.
std::string sent_items_mailbox(const TenantSettings& tenant, std::string_view sender,
                               std::string_view direction);

// `directory`: the places of the recipients and of the mailboxes of existing steps; without it
// everything is decided by address.
Plan plan_automatic(const MessageRow& message, const TenantSettings& tenant,
                    const std::vector<Step>& existing, Timestamp now,
                    const DirectoryView& directory = {});

struct HandWork {
  Action action = Action::none;        // retract --to
  std::string cause;                   // "retract 12", "restore 13"
  std::vector<std::string> mailboxes;  // lower case, every address of each; empty: every
                                       // recipient's
  // restore: only what steps of these causes moved; empty: of every cause.
  std::vector<std::string> only_causes = {};
};

// By hand in both modes, past the brake; protected and excluded mailboxes only when named in
// `work.mailboxes`. A copy that was removed as far, and not restored since, gets no second step.
Plan plan_retract(MessageRowId message, const std::vector<Recipient>& recipients,
                  const TenantSettings& tenant, const std::vector<Step>& existing,
                  const HandWork& work, Timestamp now, const DirectoryView& directory = {});

// One restore step for each copy that was removed and not put back since; where a copy was moved
// several times it returns to where it first was. Steps still waiting are withdrawn.
Plan plan_restore(const std::vector<Step>& existing, const HandWork& work, Timestamp now);

}  // namespace secondlook
