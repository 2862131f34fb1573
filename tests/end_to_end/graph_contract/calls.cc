#include "graph_client/tenant_probe.h"
#include "tests/end_to_end/graph_contract/scene.h"

namespace secondlook::graph_contract {

namespace {

constexpr const char* kAlice = "alice@contoso.example";

std::string id_of_alice(Scene& scene, MailboxClient& client) {
  const auto user = client.find_user(kAlice);
  if (!scene.succeeds(user, "alice is found") || !*user) return "";
  return (*user)->id;
}

void sign_in(Scene& scene, const char* how, GraphCredential credential) {
  const auto client = scene.client(scene.account(std::move(credential)));
  scene.succeeds(client->find_user(kAlice), std::string("signed in by ") + how);
}

}  // namespace

void sign_in_with_everything(Scene& scene) {
  const Addresses& at = scene.addresses;
  const std::string certificate = at.files + "/app.crt";
  const std::string key = at.files + "/app.key";
  sign_in(scene, "secret", scene.secret());
  sign_in(scene, "certificate, PS256", CertificateFiles{certificate, key});
  sign_in(scene, "certificate, RS256",
          CertificateFiles{certificate, key, AssertionAlgorithm::rs256});
  sign_in(scene, "federated token", TokenFile{at.files + "/token"});
  sign_in(scene, "IMDS", ManagedIdentity{at.login + "/metadata/identity/oauth2/token", {}});
  sign_in(scene, "App Service",
          ManagedIdentity{at.login + "/msi/token", Secret(at.identity_header)});
  const auto client = scene.client(scene.account(CertificateFiles{certificate, key}));
  scene.succeeds(client->find_user(kAlice), "before a claims challenge");
  scene.check(scene.control.ask("POST", "demand-claims", R"({"nbf":{"value":"7"}})").has_value(),
              "claims are demanded");
  scene.succeeds(client->find_user("bob@contoso.example"), "a claims challenge is answered");
  scene.check(scene.control.ask("POST", "demand-claims", "{}").has_value(), "no claims any more");
}

void find_hostile_message_ids(Scene& scene) {
  const auto client = scene.client();
  const std::string alice = id_of_alice(scene, *client);
  for (const std::string& id :
       {std::string("<plus+plus@x.example>"), std::string("<quote'quote''@x.example>"),
        std::string("<per%cent%27%2B%00@x.example>"), std::string("unbracketed@x.example"),
        std::string("<no at sign and spaces>"), std::string("<and&hash#question?semi;@x.example>"),
        std::string("<slash/../back\\slash@x.example>"),
        std::string("<\xc3\xbcml\xc3\xa4ut@\xe6\x97\xa5.example>"),
        std::string("<eq=comma,dollar$star*(paren)[brack]{brace}|@x.example>"),
        std::string("<x' or 1 eq 1 or internetMessageId eq '@x.example>"),
        "<" + std::string(996, 'x') + ">",
        "<" + std::string(330, '\'') + std::string(664, '+') + ">"}) {
    scene.deliver(id);
    const auto found = client->find_copies(alice, id);
    if (scene.succeeds(found, "looked for " + id))
      scene.check(found->size() == 1 && found->front().internet_message_id == id,
                  "found exactly " + id);
  }
  scene.deliver("\r\n <folded@x.example>");
  const auto folded = client->find_copies(alice, "<folded@x.example>");
  scene.check(folded && folded->size() == 1, "a folded Message-ID is found");
  scene.deliver("", "A mail's + own & 50% 'subject'");
  const MailTraits traits{"boss@fabrikam.example", "A mail's + own & 50% 'subject'",
                          scene.clock.now() - std::chrono::hours(1),
                          scene.clock.now() + std::chrono::hours(1)};
  const auto nameless = client->find_copies_like(alice, std::nullopt, traits);
  if (scene.succeeds(nameless, "looked for a mail without a Message-ID"))
    scene.check(nameless->size() == 1, "it is found by its traits");
  const auto nowhere = client->find_copies_like(alice, WellKnownFolder::junk_email, traits);
  scene.check(nowhere && nowhere->empty(), "and only where it lies");
  for (int copy = 0; copy < 120; ++copy) scene.deliver("<many@x.example>");
  const auto many = client->find_copies(alice, "<many@x.example>");
  scene.check(many && many->size() == 120, "three pages of copies are all found");
}

void go_through_a_copys_life(Scene& scene) {
  const auto client = scene.client();
  const std::string alice = id_of_alice(scene, *client);
  const std::string message_id = "<life@x.example>";
  scene.deliver(message_id);
  const auto found = client->find_copies(alice, message_id);
  if (!scene.succeeds(found, "the copy is found") || found->size() != 1) return;
  const std::string id = found->front().id;
  scene.check(found->front().is_read_receipt_requested, "its receipt request is seen");
  scene.succeeds(client->get_copy(alice, id), "it is read by its id");
  const auto inbox = client->folder_id(alice, WellKnownFolder::inbox);
  if (!scene.succeeds(inbox, "the inbox has an id")) return;
  scene.succeeds(client->folder_name(alice, *inbox), "and a name");
  scene.succeeds(client->suppress_receipts(alice, id), "its receipts are taken back");
  scene.succeeds(
      client->set_properties(alice, id, {true, {"Red category", "'"}, "flagged", "high"}),
      "its properties are set");
  scene.succeeds(client->set_properties(alice, id, {false, {}, "", ""}), "and set back");
  for (const WellKnownFolder to : {WellKnownFolder::junk_email, WellKnownFolder::deleted_items,
                                   WellKnownFolder::recoverable_deletions})
    scene.succeeds(client->move(alice, id, to), "it is moved");
  const auto out =
      client->find_copies_in(alice, WellKnownFolder::recoverable_deletions, message_id);
  scene.check(out && out->size() == 1, "it is found in Recoverable Items");
  const auto gone = client->find_copies(alice, message_id);
  scene.check(gone && gone->empty(), "and not in the mailbox");
  scene.succeeds(client->move_to_folder(alice, id, *inbox), "it comes back to its folder");
  scene.succeeds(client->purge(alice, id), "it is purged");
  GraphAccount elsewhere = scene.account(scene.secret());
  elsewhere.has_permanent_delete = false;
  scene.succeeds(scene.client(elsewhere)->purge(alice, id),
                 "and where the cloud lacks that action");
  const auto purged =
      client->find_copies_in(alice, WellKnownFolder::recoverable_purges, message_id);
  scene.check(purged && purged->size() == 1, "it lies in Purges");
}

void probe_a_mailbox(Scene& scene) {
  auto probe =
      TenantProbe::make(scene.account(scene.secret()), scene.transport, scene.clock, scene.random);
  scene.check(probe.has_value(), "a probe is made");
  if (!probe) return;
  const TenantHealth health = (*probe)->examine();
  scene.check(health.sign_in_error.empty() && health.directory_status == 200,
              "the tenant is examined: " + health.directory_code);
  const auto client = scene.client();
  const std::string alice = id_of_alice(scene, *client);
  scene.succeeds((*probe)->knows_address("ALICE@contoso.example"), "an address in capitals");
  NewMail mail;
  mail.message_id = "<probe@contoso.example>";
  mail.subject = "A probe";
  mail.text = "Nobody has to do anything.";
  mail.to = kAlice;
  mail.categories = {"probe"};
  mail.flag = "flagged";
  mail.importance = "high";
  const auto made = (*probe)->create_mail(alice, WellKnownFolder::inbox, mail);
  if (!scene.succeeds(made, "a mail is created")) return;
  scene.check(made->copy.internet_message_id == mail.message_id && made->is_draft == false,
              "with our Message-ID, and no draft");
  const auto found = client->find_copies(alice, mail.message_id);
  scene.check(found && found->size() == 1 && found->front().flag == "flagged", "it is found");
  scene.succeeds((*probe)->delete_plainly(alice, made->copy.id), "it is deleted");
  const auto deleted =
      client->find_copies_in(alice, WellKnownFolder::deleted_items, mail.message_id);
  scene.check(deleted && deleted->size() == 1, "and lies in Deleted Items");
  scene.check((*probe)->burst(alice, 4).size() == 4, "four questions at once");
}

void meet_refusals(Scene& scene) {
  using Kind = GraphError::Kind;
  const auto client = scene.client();
  const std::string alice = id_of_alice(scene, *client);
  scene.fails(client->get_copy(alice, "AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"), Kind::stale_id,
              "a copy that is not there");
  scene.fails(client->find_copies("00000000-1111-2222-3333-444444444444", "<a@x.example>"),
              Kind::no_such_mailbox, "a user that is not there");
  const auto nobody = client->find_user("nobody#EXT#@contoso.example");
  scene.check(nobody && !*nobody, "an address that nobody has");
  for (
      const auto& [fault, kind] :
      {std::pair(
           R"({"path_contains":"/messages","status":429,"code":"ApplicationThrottled","retry_after":"2.128"})",
           Kind::throttled),
       std::pair(R"({"path_contains":"/messages","status":503,"code":"serviceNotAvailable"})",
                 Kind::temporary),
       std::pair(R"({"path_contains":"/messages","status":504,"code":"UnknownError"})",
                 Kind::temporary),
       std::pair(R"({"path_contains":"/messages","status":403,"code":"ErrorAccessDenied"})",
                 Kind::forbidden),
       std::pair(
           R"({"path_contains":"/messages","status":404,"code":"MailboxNotEnabledForRESTAPI"})",
           Kind::unsupported_mailbox),
       std::pair(R"({"path_contains":"/messages","status":507,"code":"ErrorQuotaExceeded"})",
                 Kind::quota)}) {
    scene.check(scene.control.ask("POST", "faults", fault).has_value(), "a fault is set");
    // Of its own: after the first of them a client keeps away for a while.
    scene.fails(scene.client()->find_copies(alice, "<a@x.example>"), kind, fault);
  }
}

}  // namespace secondlook::graph_contract
