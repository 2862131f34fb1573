#include "remediation/removal.h"

#include <catch2/catch.hpp>

#include "remediation/brake.h"
#include "remediation/plan.h"
#include "tests/remediation/scene.h"

namespace secondlook {

using namespace std::chrono_literals;

TEST_CASE("a malicious mail is moved out once, with its pre-image recorded before") {
  Scene scene;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"Ann@acme.example"}));
  scene.go_on();
  const Step step = scene.step(1);
  CHECK(step.state == StepState::removed);
  CHECK(step.destination_copy_id == id);
  CHECK(scene.mailbox.folder_of(id) == "recoverable");
  CHECK(scene.mailbox.moves_of(id) == 1);
  REQUIRE(step.before.has_value());
  CHECK(step.before->folder_id == "inbox");
  CHECK(step.before->folder_name == "Folder inbox");
  CHECK(step.before->categories == std::vector<std::string>{"Payroll"});
  CHECK(step.before->flag == "flagged");
  REQUIRE(step.undo_until.has_value());
  CHECK(*step.undo_until - scene.clock.now() == 14 * 24h);
}

TEST_CASE("each action has its destination, and says until when it can be undone") {
  struct Row {
    Action action;
    const char* folder;
    bool has_limit;
  };
  const auto [action, folder, has_limit] =
      GENERATE(Row{Action::junk, "junk", false}, Row{Action::deleted_items, "deleted", false},
               Row{Action::recoverable, "recoverable", true});
  Scene scene;
  scene.settings().policy.malicious = action;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.mailbox.folder_of(id) == folder);
  CHECK(scene.step(1).undo_until.has_value() == has_limit);
}

TEST_CASE("in observe mode no mailbox is asked") {
  Scene scene;
  scene.settings().policy.enforce = false;
  scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::would_remove);
  CHECK(scene.mailbox.calls().empty());
}

TEST_CASE("a mail that is not there yet is removed when it comes") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::planned);
  CHECK(scene.step(1).tries == 1);
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.go_on();
  CHECK(scene.mailbox.moves_of(id) == 0);
  scene.clock.advance(7s);
  scene.go_on();
  CHECK(scene.step(1).state == StepState::removed);
}

TEST_CASE("being refused before anything was asked does not space out the looks for a late mail") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  GraphError paused = graph_error(GraphError::Kind::throttled, 0, "paused");
  paused.was_sent = false;
  paused.retry_after = 1s;
  for (int i = 0; i < 6; ++i) {
    scene.mailbox.fail_next("find_copies", paused);
    scene.go_on();
    scene.clock.advance(2s);
  }
  CHECK(scene.step(1).tries == 0);
  scene.go_on();
  CHECK(scene.step(1).tries == 1);
  CHECK(*scene.step(1).next_try_at - scene.clock.now() <= 6s);
}

TEST_CASE("a mail that never comes ends as not found, never as removed") {
  Scene scene;
  scene.settings().graph.give_up_after = 60s;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  for (int i = 0; i < 10; ++i) {
    scene.go_on();
    scene.clock.advance(30s);
  }
  CHECK(scene.step(1).state == StepState::not_found);
}

TEST_CASE("another mail with the same Message-ID is left alone") {
  Scene scene;
  scene.settings().graph.give_up_after = 60s;
  MailCopy good = scene.copy();
  good.sender = "boss@acme.example";
  good.subject = "The contract";
  const std::string id = scene.mailbox.deliver("ann@acme.example", good);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  SECTION("until the time to give up, and then said to be ambiguous") {
    for (int i = 0; i < 10; ++i) {
      scene.go_on();
      scene.clock.advance(30s);
    }
    CHECK(scene.step(1).state == StepState::ambiguous_copy);
  }
  SECTION("also when the judged mail comes after it") {
    scene.go_on();
    const std::string bad = scene.mailbox.deliver("ann@acme.example", scene.copy());
    scene.clock.advance(7s);
    scene.go_on();
    CHECK(scene.step(1).state == StepState::removed);
    CHECK(scene.mailbox.folder_of(bad) == "recoverable");
  }
  CHECK(scene.mailbox.folder_of(id) == "inbox");
  CHECK(scene.mailbox.moves_of(id) == 0);
}

TEST_CASE("every copy in a mailbox gets a step of its own") {
  Scene scene;
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i)
    ids.push_back(scene.mailbox.deliver("ann@acme.example", scene.copy()));
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  const auto steps = scene.steps();
  REQUIRE(steps.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(steps[i].state == StepState::removed);
    CHECK(steps[i].copy == i);
    CHECK(scene.mailbox.moves_of(ids[i]) == 1);
  }
}

TEST_CASE("a copy that is out of reach already is not moved again") {
  const std::string folder = GENERATE("recoverable", "purges");
  Scene scene;
  scene.settings().policy.malicious = Action::deleted_items;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.mailbox.put_in(id, folder == "purges" ? "deleted" : folder);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::already_removed);
  CHECK(scene.mailbox.moves_of(id) == 0);
}

TEST_CASE("a copy that the user moved is found and removed") {
  Scene scene;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.mailbox.put_in(id, "projects");
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.step(1).before->folder_id == "projects");
}

TEST_CASE("two addresses of one user are one copy and one effective move") {
  Scene scene;
  scene.mailbox.add_alias("anna@acme.example", "ann@acme.example");
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example", "anna@acme.example"}));
  SECTION("one after the other") {
    scene.go_on();
  }
  SECTION("the second while the first is under way") {
    scene.mailbox.fail_next("move", lost_answer());
    scene.go_on();
    CHECK(scene.mailbox.moves_of(id) == 0);
  }
  SECTION("the second when the first was moved without an answer") {
    scene.mailbox.fail_next("move", lost_answer(), true);
    scene.go_on();
  }
  scene.clock.advance(20min);
  scene.go_on();
  scene.clock.advance(20min);
  scene.go_on();
  CHECK(scene.mailbox.moves_of(id) == 1);
  const std::set<StepState> states = {scene.step(1).state, scene.step(2).state};
  CHECK(states == std::set<StepState>{StepState::removed, StepState::already_removed});
}

TEST_CASE("an address without a mailbox ends as external") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"nobody@acme.example"}));
  scene.go_on();
  CHECK(scene.step(1).state == StepState::external);
}

TEST_CASE("a read receipt is taken back before the mail goes") {
  Scene scene;
  MailCopy mail = scene.copy();
  mail.is_read_receipt_requested = true;
  const std::string id = scene.mailbox.deliver("ann@acme.example", mail);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  SECTION("when Graph lets us") {
    scene.go_on();
    CHECK(scene.step(1).state == StepState::removed);
    CHECK_FALSE(scene.mailbox.mail(id).is_read_receipt_requested);
  }
  SECTION("later, when Graph is busy: the mail does not move before") {
    scene.mailbox.fail_next("suppress_receipts",
                            graph_error(GraphError::Kind::throttled, 429, "TooManyRequests"));
    scene.go_on();
    CHECK(scene.mailbox.moves_of(id) == 0);
    scene.clock.advance(20min);
    scene.go_on();
    CHECK(scene.step(1).state == StepState::removed);
    CHECK_FALSE(scene.mailbox.mail(id).is_read_receipt_requested);
  }
}

TEST_CASE("whatever fails and wherever, there is one effective move in the end") {
  const std::string call = GENERATE("find_user", "find_copies", "move");
  const bool after_effect = GENERATE(false, true);
  const GraphError error =
      GENERATE(lost_answer(), graph_error(GraphError::Kind::temporary, 504, "UnknownError"),
               graph_error(GraphError::Kind::throttled, 503, "serviceNotAvailable"),
               graph_error(GraphError::Kind::stale_id, 404, "ErrorItemNotFound"),
               graph_error(GraphError::Kind::conflict, 409, "ErrorIrresolvableConflict"));
  Scene scene;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.mailbox.fail_next(call, error, after_effect);
  for (int i = 0; i < 5; ++i) {
    scene.go_on();
    scene.clock.advance(5min);
  }
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.mailbox.moves_of(id) == 1);
  CHECK(scene.mailbox.folder_of(id) == "recoverable");
}

TEST_CASE("a process killed at any call goes on after the restart, with one effective move") {
  const std::string call = GENERATE("find_user", "find_copies", "suppress_receipts", "move");
  const bool after_effect = GENERATE(false, true);
  Scene scene;
  MailCopy mail = scene.copy();
  mail.is_read_receipt_requested = true;
  const std::string id = scene.mailbox.deliver("ann@acme.example", mail);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.mailbox.kill_at(call, after_effect);
  CHECK_THROWS_AS(scene.go_on(), FakeMailbox::Killed);
  for (int i = 0; i < 5; ++i) {
    scene.go_on();
    scene.clock.advance(5min);
  }
  CHECK(scene.step(1).state == StepState::removed);
  CHECK(scene.mailbox.moves_of(id) == 1);
}

TEST_CASE("a user who moves the copy while we do is not moved against twice") {
  Scene scene;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.mailbox.fail_next("move", lost_answer());
  scene.go_on();
  CHECK(scene.step(1).state == StepState::begun);
  SECTION("into another folder: removed from there") {
    scene.mailbox.put_in(id, "projects");
    scene.clock.advance(5min);
    scene.go_on();
    CHECK(scene.step(1).state == StepState::removed);
    CHECK(scene.mailbox.moves_of(id) == 1);
  }
  SECTION("deleted for good: looked for long enough, then not found") {
    scene.mailbox.forget(id);
    for (int i = 0; i < 20; ++i) {
      scene.clock.advance(16min);
      scene.go_on();
    }
    CHECK(scene.step(1).state == StepState::not_found);
  }
}

TEST_CASE("a refusal is final and says what Graph said") {
  struct Row {
    GraphError error;
    StepState state;
  };
  using Kind = GraphError::Kind;
  const auto [error, state] =
      GENERATE(Row{graph_error(Kind::refused, 400, "ErrorInvalidIdMalformed"), StepState::failed},
               Row{graph_error(Kind::quota, 507, "ErrorQuotaExceeded"), StepState::failed},
               Row{graph_error(Kind::unsupported_mailbox, 404, "MailboxNotEnabledForRESTAPI"),
                   StepState::unsupported_mailbox});
  Scene scene;
  scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.mailbox.fail_next("move", error);
  scene.go_on();
  CHECK(scene.step(1).state == state);
  CHECK(scene.step(1).detail.find(error.code) != std::string::npos);
}

TEST_CASE("a step that was withdrawn while Graph was asked stays withdrawn") {
  Scene scene;
  const std::string id = scene.mailbox.deliver("ann@acme.example", scene.copy());
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  Step stale = scene.step(1);
  Step withdrawn = stale;
  withdrawn.state = StepState::withdrawn;
  REQUIRE(scene.store.with([&](Store& store) { return store.update_step(withdrawn); }).has_value());
  const auto outcome = run_removal(scene.context, scene.tenants.at("acme"), stale);
  CHECK(value_of(outcome).state == StepState::withdrawn);
  CHECK(scene.mailbox.moves_of(id) == 0);
}

TEST_CASE("a mail without a Message-ID is found by sender, subject and times, all of them") {
  Scene scene;
  scene.settings().graph.give_up_after = 60s;
  Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.message_id.clear();
  MailCopy copy = scene.copy();
  copy.internet_message_id = "<made-by-exchange@acme.example>";
  const auto state_after = [&] {
    scene.record(verdict);
    for (int i = 0; i < 10; ++i) {
      scene.go_on();
      scene.clock.advance(30s);
    }
    return scene.step(1).state;
  };
  SECTION("the mail itself") {
    const std::string id = scene.mailbox.deliver("ann@acme.example", copy);
    CHECK(state_after() == StepState::removed);
    CHECK(scene.mailbox.moves_of(id) == 1);
  }
  SECTION("lying in Recoverable Items already") {
    scene.mailbox.put_in(scene.mailbox.deliver("ann@acme.example", copy), "recoverable");
    CHECK(state_after() == StepState::already_removed);
  }
  SECTION("another one with the same sender and subject, sent an hour before, is left alone") {
    copy.sent_at = "2026-11-22T10:59:00Z";
    const std::string id = scene.mailbox.deliver("ann@acme.example", copy);
    CHECK(state_after() == StepState::not_found);
    CHECK(scene.mailbox.moves_of(id) == 0);
  }
  SECTION("one whose sending time nobody knows is left alone") {
    copy.sent_at.clear();
    scene.mailbox.deliver("ann@acme.example", copy);
    CHECK(state_after() == StepState::not_found);
  }
}

TEST_CASE("a step of a tenant that is gone fails with its reason") {
  Scene scene;
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.tenants.clear();
  scene.go_on();
  CHECK(scene.step(1).detail.find("not configured") != std::string::npos);
  CHECK(scene.step(1).state == StepState::failed);
}

}  // namespace secondlook
