// What every part of the contract needs: the client, the referee between, and the stand-in's own
// control behind. A check that fails is told and counted; the parts go on.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "graph_client/mailbox_client.h"
#include "tests/end_to_end/graph_contract/refereed_transport.h"
#include "tests/support/stand_in_tenant/tenant_control.h"

namespace secondlook::graph_contract {

struct Addresses {
  std::string graph, login;  // the referees'
  std::string control;       // the stand-in itself
  std::string files;         // directory with secret, app.crt, app.key, token
  std::string tenant_id, client_id, identity_header;
};

class Scene {
 public:
  explicit Scene(Addresses where) : addresses(std::move(where)), control(addresses.control) {}

  GraphAccount account(GraphCredential credential) const;
  std::unique_ptr<MailboxClient> client(const GraphAccount& account);
  // With the client secret.
  std::unique_ptr<MailboxClient> client() { return client(account(secret())); }
  GraphCredential secret() const { return SecretFile{addresses.files + "/secret"}; }

  void check(bool good, std::string_view what);
  // Says whether the answer is there, and what stands in its place.
  template <typename Value>
  bool succeeds(const GraphResult<Value>& answer, std::string_view what) {
    check(answer.has_value(), std::string(what) + (answer ? "" : ": " + answer.error().message));
    return answer.has_value();
  }
  template <typename Value>
  void fails(const GraphResult<Value>& answer, GraphError::Kind kind, std::string_view what) {
    check(!answer && answer.error().kind == kind,
          std::string(what) + (answer ? " was answered" : ": " + answer.error().message));
  }
  // A mail with the id (its value as the header has it; empty: without) into alice's mailbox.
  void deliver(const std::string& message_id, std::string_view subject = "Payroll");

  Addresses addresses;
  SystemClock clock;
  SystemRandom random;
  RefereedTransport transport;
  stand_in::TenantControl control;
  unsigned failed = 0, checked = 0;
};

// The parts. Each checks what came of its calls; that the referee was content is main's.
void sign_in_with_everything(Scene& scene);
void find_hostile_message_ids(Scene& scene);
void go_through_a_copys_life(Scene& scene);
// What doctor asks, and the calls of its probe.
void probe_a_mailbox(Scene& scene);
void meet_refusals(Scene& scene);
// Deliberately wrong requests and answers: the referee must not sleep.
void wake_the_referee(Scene& scene);

}  // namespace secondlook::graph_contract
