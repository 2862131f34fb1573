// What tests and the demo say to the stand-in beside Graph, under /stand-in/ (JSON, no token):
//   POST deliver       {"message_base64", "recipients": [], "folder", "late_ms", "omit": [],
//                      "late_spread_ms": up to so much later each, "twice_every": N: each Nth
//                      mailbox gets it twice, "varied": read marks, flags, categories, importance}
//                      -> {"copies": [{"mailbox","id","folder"}], "external": []}
//   POST users         one user or an array of them (read_users); GET users -> all
//   POST change-user   {"user": address or id, ...}: what of read_users is there is changed
//   POST remove-user   {"user", "reason": "changed" | "deleted"}
//   POST groups        [{"mail", "aliases", "display_name", "id", "unified", "security",
//                      "members": [addresses or ids]}]; remove-group {"group", "reason"}
//   POST change-group  {"group", "add": [], "remove": []}
//   POST contacts      [{"mail", "aliases", "display_name", "id"}]
//   POST directory     {"page_size", "repeats", "is_empty", "expire_links": true}: see Directory
//   POST folders       {"mailbox", "name", "parent"} -> {"id"}
//   POST user-moves    {"mailbox", "message_id", "to"}: the user moves it, not Graph
//   POST user-reads    {"mailbox", "message_id"}
//   POST chaos         read_chaos; {} ends it
//   POST faults        read_faults; DELETE faults clears them
//   POST expire-tokens
//   POST grant         ["Mail.ReadWrite", ...]: the roles of tokens from now on
//   POST demand-claims {"nbf": {...}}: of every token from now on (CAE); {} ends it
//   GET  mailboxes     -> [{"mailbox","id","copies"}]
//   GET  messages?mailbox=&message_id=&folder=  -> copies with their history (all are optional)
//   GET  counters      -> requests, throttled, tokens, bare deletes, moves, busy_ms (of all
//                      requests about mailboxes together)
#pragma once

#include <atomic>

#include "tests/support/http_server.h"
#include "tests/support/stand_in_tenant/chaos.h"
#include "tests/support/stand_in_tenant/faults.h"
#include "tests/support/stand_in_tenant/graph_service.h"
#include "tests/support/stand_in_tenant/login.h"
#include "tests/support/stand_in_tenant/tenant.h"
#include "tests/support/stand_in_tenant/throttle.h"

namespace secondlook::stand_in {

class ControlService {
 public:
  // All must outlive it; the tenant is locked during answer().
  ControlService(Tenant& tenant, GraphService& graph, Login& login, Throttle& throttle,
                 Faults& faults, Chaos& chaos)
      : tenant_(tenant),
        graph_(graph),
        login_(login),
        throttle_(throttle),
        faults_(faults),
        chaos_(chaos) {}

  // `target`: segments "stand-in", ...
  ServedAnswer answer(const ServedRequest& request, const WebTarget& target);

  std::atomic<unsigned> graph_requests = 0;
  std::atomic<unsigned> mailbox_requests = 0;  // of them: about what is in a mailbox

 private:
  ServedAnswer deliver(const ServedRequest& request);
  ServedAnswer add_users(const ServedRequest& request);
  ServedAnswer add_folder(const ServedRequest& request);
  // The controls of the directory; 404 for others.
  ServedAnswer change_directory(const std::string& what, const ServedRequest& request);
  ServedAnswer act_as_user(const ServedRequest& request, bool moves);
  ServedAnswer set_faults(const ServedRequest& request);
  ServedAnswer set_chaos(const ServedRequest& request);
  ServedAnswer list_users() const;
  ServedAnswer list_mailboxes() const;
  ServedAnswer list_messages(const WebTarget& target);
  ServedAnswer list_counters() const;

  Tenant& tenant_;
  GraphService& graph_;
  Login& login_;
  Throttle& throttle_;
  Faults& faults_;
  Chaos& chaos_;
};

// [{"mail", "aliases": [], "display_name", "user_principal_name", "id",
//   "mailbox": "normal" | "unsupported" | "forbidden", "type": "Member" | "Guest", "enabled",
//   "licensed", "synced", "attributes": {"1": "text" ... "15": "text"}}]; only "mail" must be
//   there.
Result<std::vector<User>> read_users(std::string_view json);

}  // namespace secondlook::stand_in
