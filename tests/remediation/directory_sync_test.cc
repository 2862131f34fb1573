#include "remediation/directory/directory_sync.h"

#include <algorithm>
#include <map>

#include "remediation/directory/directory_keeper.h"
#include "remediation/directory/directory_view.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using std::chrono::hours;

GraphError answer_of(int status, const std::string& code) {
  return graph_error(status == 403 ? GraphError::Kind::forbidden : GraphError::Kind::refused,
                     status, code);
}

// A directory that is told as the test wrote it down: the whole, then what was queued since.
class FakeDirectory final : public DirectoryClient {
 public:
  std::string first_url(DirectoryPart part) const override {
    asked_for_members = asked_for_members || part == DirectoryPart::groups_with_members;
    return part == DirectoryPart::users      ? "users"
           : part == DirectoryPart::contacts ? "contacts"
                                             : "groups";
  }
  GraphResult<DirectoryPage> page(const std::string& url) override {
    asked.push_back(url);
    if (const auto fault = faults.find(url); fault != faults.end()) return fault->second;
    DirectoryPage page;
    page.delta_link = "since-" + url.substr(url.find('-') == url.npos ? 0 : url.find('-') + 1);
    page.changes = url.starts_with("since-") ? changes[url.substr(6)] : whole[url];
    return page;
  }

  std::map<std::string, std::vector<DirectoryChange>> whole, changes;  // by users, groups ...
  std::map<std::string, GraphError> faults;                            // by url
  std::vector<std::string> asked;
  mutable bool asked_for_members = false;
};

DirectoryChange user(const std::string& id, std::vector<std::string> addresses) {
  DirectoryChange change;
  change.id = id;
  change.mail = addresses.front();
  change.principal_name = addresses.front();
  change.user_type = "Member";
  change.addresses = std::move(addresses);
  return change;
}

DirectoryChange removal(const std::string& id) {
  DirectoryChange change;
  change.id = id;
  change.is_removed = true;
  return change;
}

struct Stage {
  Stage() {
    client.whole["users"] = {user("ann@acme.example", {"ann@acme.example", "a@acme.example"}),
                             user("bob@acme.example", {"bob@acme.example"}),
                             user("soc@acme.example", {"soc@acme.example"})};
    DirectoryChange staff;
    staff.id = "g1";
    staff.mail = "staff@acme.example";
    staff.is_unified = false;
    staff.members_added = {"ann@acme.example"};
    client.whole["groups"] = {staff};
  }

  Result<SyncOutcome> sync(const SyncWish& wish = {}) {
    differences.clear();
    const SyncParts parts{scene.store, client, scene.settings(), scene.clock,
                          [](std::chrono::milliseconds) { return true; }};
    if (auto overrides = sync_overrides(parts, wish.dry_run); !overrides) return overrides.error();
    return sync_directory(parts, wish, [&](const DirectoryDifference& one) {
      differences.push_back(std::string(name_of(one.kind)) + " " + one.address + ": " + one.detail);
    });
  }
  DirectoryState state() {
    return value_of(scene.store.with([](Store& store) { return store.directory().state("acme"); }));
  }
  RecipientPlace place(const std::string& address) {
    const auto view = value_of(scene.store.with(
        [&](Store& store) { return read_directory_view(store, scene.settings(), {address}); }));
    const RecipientPlace* const found = view.find(address);
    return found == nullptr ? RecipientPlace{} : *found;
  }
  std::string error(const Result<SyncOutcome>& outcome) {
    REQUIRE_FALSE(outcome);
    return outcome.error().message;
  }

  Scene scene;
  FakeDirectory client;
  std::vector<std::string> differences;
};

}  // namespace

TEST_CASE("the whole directory is read once, then only what changed") {
  Stage stage;
  const auto first = stage.sync();
  REQUIRE(first);
  CHECK(first->was_whole);
  CHECK(first->counts.users == 3);
  CHECK(first->counts.groups == 1);
  CHECK(stage.place("a@acme.example").mailbox == "ann@acme.example");
  CHECK(stage.place("staff@acme.example").kind == RecipientPlace::Kind::group);
  stage.client.changes["users"] = {user("ann@acme.example", {"anna@acme.example"}),
                                   user("new", {"new@acme.example"}), removal("nobody")};
  const auto second = stage.sync();
  REQUIRE(second);
  CHECK_FALSE(second->was_whole);
  CHECK(second->added == 1);
  CHECK(second->changed == 1);
  CHECK(second->removed == 0);
  CHECK(stage.place("a@acme.example").kind == RecipientPlace::Kind::unknown);
  CHECK(stage.place("anna@acme.example").user_id == "ann@acme.example");
  CHECK(stage.state().counts.users == 4);
}

TEST_CASE("a dead link, a week gone by, and other settings ask for the whole again") {
  Stage stage;
  REQUIRE(stage.sync());
  stage.client.faults["since-users"] = answer_of(410, "resyncRequired");
  CHECK(stage.sync()->was_whole);
  stage.client.faults.clear();
  CHECK_FALSE(stage.sync()->was_whole);
  stage.scene.clock.advance(hours(7 * 24));
  CHECK(stage.sync()->was_whole);
  CHECK_FALSE(stage.client.asked_for_members);
  stage.scene.settings().directory.exclude = {*parse_directory_rule("group = staff@acme.example")};
  CHECK(stage.sync()->was_whole);
  CHECK(stage.client.asked_for_members);
  CHECK(stage.place("a@acme.example").because == "exclude: group = staff@acme.example");
  CHECK(stage.place("bob@acme.example").treatment == RecipientPlace::Treatment::act);
  CHECK(stage.sync({true, false, false})->was_whole);
}

TEST_CASE("a reading that fails halfway keeps the old directory and says why") {
  Stage stage;
  REQUIRE(stage.sync());
  stage.client.whole["users"] = {user("other", {"other@acme.example"}),
                                 user("two", {"two@acme.example"})};
  stage.client.faults["groups"] = graph_error(GraphError::Kind::temporary, 0, "noAnswer");
  CHECK(stage.error(stage.sync({true, false, false})).find("cannot be read") != std::string::npos);
  CHECK(stage.place("bob@acme.example").kind == RecipientPlace::Kind::mailbox);
  CHECK(stage.place("other@acme.example").kind == RecipientPlace::Kind::unknown);
  CHECK_FALSE(stage.state().error.empty());
  CHECK(stage.state().failed_at.has_value());
  stage.client.faults.clear();
  REQUIRE(stage.sync({true, false, true}));
  CHECK(stage.state().error.empty());
}

TEST_CASE("a missing permission is told by its name, and nothing else changes") {
  Stage stage;
  stage.client.faults["users"] = answer_of(403, "Authorization_RequestDenied");
  const std::string message = stage.error(stage.sync());
  CHECK(message.find("User.Read.All") != std::string::npos);
  CHECK(message.find("asked for by address") != std::string::npos);
  CHECK_FALSE(stage.state().generation);
  stage.client.faults = {{"groups", answer_of(403, "Authorization_RequestDenied")}};
  CHECK(stage.error(stage.sync()).find("Group.Read.All") != std::string::npos);
}

TEST_CASE("an empty answer never empties the directory") {
  Stage stage;
  stage.client.whole["users"].clear();
  CHECK(stage.error(stage.sync()).find("no users at all") != std::string::npos);
}

TEST_CASE("a directory of which more than half is gone is taken only when a person says so") {
  Stage stage;
  REQUIRE(stage.sync());
  stage.client.whole["users"] = {user("bob@acme.example", {"bob@acme.example"})};
  const std::string message = stage.error(stage.sync({true, false, false}));
  CHECK(message.find("only 1 of 3 users would be left") != std::string::npos);
  CHECK(message.find("--accept-shrinking") != std::string::npos);
  CHECK(stage.state().counts.users == 3);
  CHECK(stage.place("ann@acme.example").kind == RecipientPlace::Kind::mailbox);
  REQUIRE(stage.sync({true, false, true}));
  CHECK(stage.state().counts.users == 1);
}

TEST_CASE("changes that remove more than half are refused as well, again and again") {
  Stage stage;
  REQUIRE(stage.sync());
  stage.client.changes["users"] = {removal("ann@acme.example"), removal("bob@acme.example")};
  CHECK(stage.error(stage.sync()).find("only 1 of 3") != std::string::npos);
  CHECK(stage.error(stage.sync()).find("only 1 of 3") != std::string::npos);
  CHECK(stage.state().counts.users == 3);
  stage.client.changes["users"] = {removal("ann@acme.example")};
  CHECK(stage.sync()->removed == 1);
  CHECK(stage.state().counts.users == 2);
}

TEST_CASE("a group that a rule names does not get lost") {
  Stage stage;
  stage.scene.settings().directory.exclude = {*parse_directory_rule("group = staff@acme.example")};
  REQUIRE(stage.sync());
  stage.client.changes["groups"] = {removal("g1")};
  CHECK(stage.error(stage.sync()).find("group staff@acme.example") != std::string::npos);
  stage.client.whole["groups"].clear();
  CHECK(stage.error(stage.sync({true, false, false})).find("group staff@acme.example") !=
        std::string::npos);
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::excluded);
}

TEST_CASE("a dry run tells the differences and changes nothing") {
  Stage stage;
  const auto first = stage.sync({false, true, false});
  REQUIRE(first);
  CHECK(first->added == 4);
  CHECK_FALSE(stage.state().generation);
  REQUIRE(stage.sync());
  stage.client.changes["users"] = {user("ann@acme.example", {"anna@acme.example"}),
                                   removal("bob@acme.example")};
  const auto changes = stage.sync({false, true, false});
  REQUIRE(changes);
  CHECK(stage.differences ==
        std::vector<std::string>{"changed anna@acme.example: primary address was "
                                 "ann@acme.example; +anna@acme.example; -ann@acme.example; "
                                 "-a@acme.example",
                                 "removed bob@acme.example: user"});
  CHECK(stage.place("bob@acme.example").kind == RecipientPlace::Kind::mailbox);
  stage.client.whole["users"].pop_back();
  const auto whole = stage.sync({true, true, false});
  REQUIRE(whole);
  CHECK(stage.differences == std::vector<std::string>{"removed soc@acme.example: user"});
  CHECK(stage.state().counts.users == 3);
}

TEST_CASE("a file of overrides is taken at each reading, a broken one leaves the old") {
  Stage stage;
  std::string& path = stage.scene.settings().directory.overrides_file;
  path = stage.scene.directory.write("overrides.csv",
                                     "address,setting,note\na@acme.example,exclude,leave\n");
  REQUIRE(stage.sync());
  CHECK(stage.place("ann@acme.example").because == "override of a@acme.example: exclude (leave)");
  stage.scene.directory.write("overrides.csv", "address,setting,note\nann,exclude\n");
  CHECK(stage.error(stage.sync()).find("overrides.csv: line 2") != std::string::npos);
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::excluded);
}

TEST_CASE("with a directory a report's aliases are one step, and strangers are remembered") {
  Stage stage;
  REQUIRE(stage.sync());
  const std::string copy = stage.scene.mailbox.deliver("ann@acme.example", stage.scene.copy());
  stage.scene.record(stage.scene.verdict(
      Disposition::malicious,
      {"A@acme.example", "ann@acme.example", "staff@acme.example", "new@acme.example"}));
  stage.scene.go_on();
  const auto steps = stage.scene.steps();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].mailbox == "ann@acme.example");
  CHECK(steps[0].state == StepState::removed);
  CHECK(stage.scene.mailbox.moves_of(copy) == 1);
  CHECK(steps[1].state == StepState::group);
  CHECK(steps[2].state == StepState::external);
  CHECK(steps[2].detail == "unknown to the directory, and no mailbox has this address");
  const auto strangers = value_of(
      stage.scene.store.with([](Store& store) { return store.directory().strangers("acme", 10); }));
  REQUIRE(strangers.size() == 1);
  CHECK(strangers[0].address == "new@acme.example");
}

TEST_CASE("while rules cannot be decided nobody is touched for want of an answer") {
  Stage stage;
  DirectorySettings& settings = stage.scene.settings().directory;
  settings.exclude = {*parse_directory_rule("attribute7 = finance")};
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::excluded);
  REQUIRE(stage.sync());
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::act);
  settings.exclude = {*parse_directory_rule("group = staff@acme.example")};
  CHECK(stage.place("bob@acme.example").treatment == RecipientPlace::Treatment::excluded);
  REQUIRE(stage.sync());
  CHECK(stage.place("bob@acme.example").treatment == RecipientPlace::Treatment::act);
  CHECK(stage.place("new@acme.example").treatment == RecipientPlace::Treatment::act);
  settings.include = settings.exclude;
  CHECK(stage.place("new@acme.example").treatment == RecipientPlace::Treatment::excluded);
}

TEST_CASE("a group that a policy names is read, kept, and waited for") {
  Stage stage;
  REQUIRE(stage.sync());
  stage.scene.settings().directory.policy_groups = {"staff@acme.example"};
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::excluded);
  REQUIRE(stage.sync());
  CHECK(stage.place("ann@acme.example").treatment == RecipientPlace::Treatment::act);
  const auto groups = stage.place("ann@acme.example").groups;
  CHECK(std::find(groups.begin(), groups.end(), "staff@acme.example") != groups.end());
  CHECK(stage.place("bob@acme.example").groups.empty());
  stage.client.changes["groups"] = {removal("g1")};
  CHECK(stage.error(stage.sync()).find("group staff@acme.example") != std::string::npos);
}

TEST_CASE("a directory is due at the start, every six hours, and a while after a failure") {
  Stage stage;
  const auto stop = value_of(StopEvent::make());
  DirectoryKeeper keeper(stage.scene.store, stage.scene.clock, stop);
  const Timestamp start = stage.scene.clock.now();
  CHECK(*keeper.due_at(stage.scene.settings()) <= start);
  REQUIRE(stage.sync());
  CHECK(*keeper.due_at(stage.scene.settings()) == start + hours(6));
  stage.scene.clock.advance(hours(6));
  stage.client.faults["since-users"] = answer_of(403, "Authorization_RequestDenied");
  REQUIRE_FALSE(stage.sync());
  CHECK(*keeper.due_at(stage.scene.settings()) ==
        stage.scene.clock.now() + std::chrono::minutes(15));
  stage.client.faults.clear();
  REQUIRE(stage.sync());
  stage.scene.settings().directory.exclude = {*parse_directory_rule("group = staff@acme.example")};
  CHECK(*keeper.due_at(stage.scene.settings()) <= stage.scene.clock.now());
  stage.scene.settings().directory.sync_every = std::chrono::seconds(0);
  CHECK_FALSE(keeper.due_at(stage.scene.settings()));
}

TEST_CASE("a mailbox that Graph does not reach is not asked for again for hours") {
  Stage stage;
  stage.scene.mailbox.fail_next("find_copies", graph_error(GraphError::Kind::unsupported_mailbox,
                                                           404, "MailboxNotEnabledForRESTAPI"));
  stage.scene.record(stage.scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  stage.scene.go_on();
  CHECK(stage.scene.step(1).state == StepState::unsupported_mailbox);
  Verdict second = stage.scene.verdict(Disposition::malicious, {"ann@acme.example"});
  second.message_id = "<two@mallory.example>";
  second.digest = std::string(64, 'b');
  const std::size_t calls = stage.scene.mailbox.calls().size();
  stage.scene.record(second);
  stage.scene.go_on();
  CHECK(stage.scene.step(2).state == StepState::unsupported_mailbox);
  CHECK(stage.scene.step(2).detail.find("MailboxNotEnabledForRESTAPI") != std::string::npos);
  const auto& after = stage.scene.mailbox.calls();
  CHECK(std::none_of(after.begin() + static_cast<std::ptrdiff_t>(calls), after.end(),
                     [](const std::string& call) { return call.find("find_copies") == 0; }));
}

}  // namespace secondlook
