#include "remediation/directory/recipient_place.h"

#include <catch2/catch.hpp>

#include "remediation/plan.h"

namespace secondlook {
namespace {

using Kind = RecipientPlace::Kind;
using Treatment = RecipientPlace::Treatment;

constexpr Timestamp kNow = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};

TenantSettings acme() {
  TenantSettings tenant;
  tenant.name = "acme";
  tenant.domains = {"acme.example"};
  tenant.policy.enforce = true;
  return tenant;
}

DirectoryObject object(DirectoryKind kind, std::vector<std::string> addresses) {
  DirectoryObject one;
  one.id = "id-of-" + addresses.front();
  one.kind = kind;
  one.mail = addresses.front();
  one.addresses = std::move(addresses);
  return one;
}

RecipientPlace place(const std::string& address, const DirectoryObject& one,
                     const TenantSettings& tenant = acme(),
                     std::optional<DirectoryOverride> said = std::nullopt) {
  return place_recipient(address, {{one}, {"g-1", "staff@acme.example"}, true, std::move(said)},
                         tenant);
}

std::vector<DirectoryRule> rules(const std::string& text) {
  return {*parse_directory_rule(text)};
}

MessageRow malicious(const std::vector<std::string>& addresses) {
  MessageRow row;
  row.id = 7;
  row.disposition = Disposition::malicious;
  row.rules = {"PHISH_LINK"};
  for (const std::string& address : addresses) row.recipients.push_back({address, "to", "", ""});
  return row;
}

const DirectoryObject kAnn =
    object(DirectoryKind::user, {"ann@acme.example", "a.smith@acme.example"});

}  // namespace

TEST_CASE("an alias leads to its mailbox, which is named by its primary address") {
  const RecipientPlace ann = place("a.smith@acme.example", kAnn);
  CHECK(ann.kind == Kind::mailbox);
  CHECK(ann.user_id == kAnn.id);
  CHECK(ann.mailbox == "ann@acme.example");
  CHECK(ann.treatment == Treatment::act);
}

TEST_CASE("what is no mailbox of the tenant has its kind") {
  const auto kind = [](DirectoryKind of, const std::string& address) {
    return place(address, object(of, {address})).kind;
  };
  CHECK(kind(DirectoryKind::group, "list@acme.example") == Kind::group);
  CHECK(kind(DirectoryKind::unified_group, "team@acme.example") == Kind::group_mailbox);
  CHECK(kind(DirectoryKind::contact, "out@acme.example") == Kind::contact);
  CHECK(kind(DirectoryKind::guest, "guest@elsewhere.example") == Kind::external);
  CHECK(kind(DirectoryKind::user, "mailuser@elsewhere.example") == Kind::external);
}

TEST_CASE("an alias outside the domains still leads to a mailbox inside") {
  const auto one = object(DirectoryKind::user, {"ann@acme.example", "ann@acme.onmicrosoft.com"});
  CHECK(place("ann@acme.onmicrosoft.com", one).kind == Kind::mailbox);
}

TEST_CASE("a disabled account without a licence is a mailbox: shared ones look like that") {
  DirectoryObject shared = object(DirectoryKind::user, {"info@acme.example"});
  shared.is_enabled = false;
  shared.has_exchange_plan = false;
  CHECK(place("info@acme.example", shared).kind == Kind::mailbox);
}

TEST_CASE("an address that two objects have, or none, is unknown") {
  CHECK(place_recipient("x@acme.example", {}, acme()).kind == Kind::unknown);
  const RecipientPlace two =
      place_recipient("x@acme.example", {{kAnn, kAnn}, {}, true, {}}, acme());
  CHECK(two.kind == Kind::unknown);
  CHECK(two.user_id.empty());
  CHECK(two.because == "the directory gives this address to two");
}

TEST_CASE("protect beats exclude, exclude beats include, and each is told with its rule") {
  DirectoryObject ann = kAnn;
  ann.attributes[6] = "Finance";
  TenantSettings tenant = acme();
  tenant.directory.include = rules("group = staff@acme.example");
  CHECK(place("ann@acme.example", ann, tenant).treatment == Treatment::act);
  CHECK(place("ann@acme.example", ann, tenant).because == "include: group = staff@acme.example");
  tenant.directory.exclude = rules("attribute7 = fin*");
  CHECK(place("ann@acme.example", ann, tenant).treatment == Treatment::excluded);
  CHECK(place("ann@acme.example", ann, tenant).because == "exclude: attribute7 = fin*");
  tenant.directory.protect = rules("group = g-1");
  CHECK(place("ann@acme.example", ann, tenant).treatment == Treatment::protected_mailbox);
  tenant = acme();
  tenant.directory.include = rules("attribute1 = vip");
  CHECK(place("ann@acme.example", ann, tenant).because == "no include rule speaks of it");
}

TEST_CASE("what a person said beats the rules, but not the protected mailboxes") {
  TenantSettings tenant = acme();
  tenant.directory.exclude = rules("attribute7 = ''");
  const DirectoryOverride in{"a.smith@acme.example", OverrideSetting::include, "asked for"};
  const RecipientPlace ann = place("ann@acme.example", kAnn, tenant, in);
  CHECK(ann.treatment == Treatment::act);
  CHECK(ann.because == "override of a.smith@acme.example: include (asked for)");
  tenant.policy.protected_mailboxes = {"a.smith@acme.example"};
  CHECK(place("ann@acme.example", kAnn, tenant, in).treatment == Treatment::protected_mailbox);
}

TEST_CASE("a person can say what Entra does not know") {
  const DirectoryOverride said{"pf@acme.example", OverrideSetting::public_folder, ""};
  const RecipientPlace folder = place_recipient("pf@acme.example", {{}, {}, true, said}, acme());
  CHECK(folder.kind == Kind::public_folder);
}

TEST_CASE("two addresses of one mailbox are one step, under its primary address") {
  DirectoryView view;
  for (const char* address : {"ann@acme.example", "a.smith@acme.example"})
    view.add(address, place(address, kAnn));
  const Plan plan = plan_automatic(malicious({"a.smith@acme.example", "ann@acme.example"}), acme(),
                                   {}, kNow, view);
  REQUIRE(plan.added.size() == 1);
  CHECK(plan.added[0].mailbox == "ann@acme.example");
  CHECK(plan.added[0].user_id == kAnn.id);
  CHECK(plan.added[0].state == StepState::planned);
}

TEST_CASE("a step that was planned under an alias, before the directory was read, still counts") {
  DirectoryView view;
  for (const char* address : {"ann@acme.example", "a.smith@acme.example"})
    view.add(address, place(address, kAnn));
  Step earlier;
  earlier.id = 1;
  earlier.message = 7;
  earlier.mailbox = "a.smith@acme.example";
  earlier.action = Action::recoverable;
  earlier.cause = kAutomaticCause;
  earlier.state = StepState::removed;
  CHECK(
      plan_automatic(malicious({"ann@acme.example"}), acme(), {earlier}, kNow, view).added.empty());
  HandWork work;
  work.action = Action::recoverable;
  CHECK(plan_retract(7, malicious({"ann@acme.example"}).recipients, acme(), {earlier}, work, kNow,
                     view)
            .added.empty());
}

TEST_CASE("each kind of recipient ends as its own outcome, and none as a failure") {
  DirectoryView view;
  TenantSettings tenant = acme();
  tenant.directory.exclude = rules("attribute7 = finance");
  DirectoryObject out = object(DirectoryKind::user, {"cfo@acme.example"});
  out.attributes[6] = "finance";
  view.add("cfo@acme.example", place("cfo@acme.example", out, tenant));
  for (const auto& [kind, address] : {std::pair(DirectoryKind::group, "list@acme.example"),
                                      std::pair(DirectoryKind::unified_group, "team@acme.example"),
                                      std::pair(DirectoryKind::contact, "out@acme.example"),
                                      std::pair(DirectoryKind::guest, "guest@elsewhere.example")})
    view.add(address, place(address, object(kind, {address})));
  view.add("new@acme.example", place_recipient("new@acme.example", {}, tenant));
  view.add("eve@elsewhere.example", place_recipient("eve@elsewhere.example", {}, tenant));
  const Plan plan = plan_automatic(
      malicious({"cfo@acme.example", "list@acme.example", "team@acme.example", "out@acme.example",
                 "guest@elsewhere.example", "new@acme.example", "eve@elsewhere.example"}),
      tenant, {}, kNow, view);
  REQUIRE(plan.added.size() == 7);
  const std::vector<StepState> expected = {
      StepState::excluded, StepState::group,   StepState::group_mailbox, StepState::contact,
      StepState::external, StepState::planned, StepState::external};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(plan.added[i].mailbox);
    CHECK(plan.added[i].state == expected[i]);
    CHECK_FALSE(plan.added[i].detail.empty());
    CHECK(plan.added[i].finished_at.has_value() == is_final(expected[i]));
  }
}

TEST_CASE("an excluded mailbox is retracted by hand only when it is named, by any address") {
  DirectoryView view;
  const DirectoryOverride out{"ann@acme.example", OverrideSetting::exclude, ""};
  for (const char* address : {"ann@acme.example", "a.smith@acme.example"})
    view.add(address, place(address, kAnn, acme(), out));
  HandWork work;
  work.action = Action::junk;
  const auto recipients = malicious({"a.smith@acme.example"}).recipients;
  const Plan all = plan_retract(7, recipients, acme(), {}, work, kNow, view);
  REQUIRE(all.added.size() == 1);
  CHECK(all.added[0].state == StepState::excluded);
  CHECK(all.added[0].detail.find("--mailbox") != std::string::npos);
  work.mailboxes = {"ann@acme.example", "a.smith@acme.example"};
  const Plan named = plan_retract(7, recipients, acme(), {}, work, kNow, view);
  REQUIRE(named.added.size() == 1);
  CHECK(named.added[0].state == StepState::planned);
}

}  // namespace secondlook
