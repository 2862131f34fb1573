#include "remediation/restoration.h"

#include <catch2/catch.hpp>

#include "remediation/plan.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

// Removes Ann's copy, then plans its restore; the id of the copy.
std::string remove_and_plan_restore(Scene& scene, const std::string& from = "inbox") {
  MailCopy mail = scene.copy();
  mail.parent_folder_id = from;
  const std::string id = scene.mailbox.deliver("ann@acme.example", mail);
  scene.record(scene.verdict(Disposition::malicious, {"ann@acme.example"}));
  scene.go_on();
  REQUIRE(scene.step(1).state == StepState::removed);
  const auto steps = value_of(scene.store.with([](Store& store) { return store.steps_of(1); }));
  const Plan plan = plan_restore(steps, {Action::none, "restore 1", {}}, scene.clock.now());
  REQUIRE(plan.added.size() == 1);
  const auto added =
      scene.store.with([&](Store& store) { return store.add_step(plan.added.front()); });
  REQUIRE(added.has_value());
  return id;
}

void let_go_on(Scene& scene) {
  for (int i = 0; i < 12; ++i) {
    scene.go_on();
    scene.clock.advance(16min);
  }
}

}  // namespace

TEST_CASE("restore puts the copy back where it was, with its properties") {
  Scene scene;
  const std::string id = remove_and_plan_restore(scene, "projects");
  scene.go_on();
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.mailbox.folder_of(id) == "projects");
  const MailCopy& mail = scene.mailbox.mail(id);
  CHECK(mail.flag == "flagged");
  CHECK(mail.importance == "high");
  CHECK(mail.categories == std::vector<std::string>{"Payroll"});
  CHECK(scene.step(2).detail.empty());
}

TEST_CASE("what was changed meanwhile is put back as well") {
  Scene scene;
  const std::string id = remove_and_plan_restore(scene);
  FakeMailbox::Properties other;
  other.is_read = true;
  REQUIRE(scene.mailbox.set_properties("ann@acme.example", id, other).has_value());
  scene.go_on();
  CHECK_FALSE(scene.mailbox.mail(id).is_read);
  CHECK(scene.mailbox.mail(id).flag == "flagged");
}

TEST_CASE("a copy whose folder is gone comes back to the inbox, and the step says so") {
  Scene scene;
  const std::string id = remove_and_plan_restore(scene, "projects");
  scene.mailbox.remove_folder("projects");
  scene.go_on();
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.mailbox.folder_of(id) == "inbox");
  CHECK(scene.step(2).detail.find("inbox") != std::string::npos);
}

TEST_CASE("a move that Graph answers with 404 does not mean that the folder is gone") {
  Scene scene;
  const std::string id = remove_and_plan_restore(scene, "projects");
  scene.mailbox.fail_next("move_to_folder",
                          graph_error(GraphError::Kind::stale_id, 404, "ErrorItemNotFound"));
  scene.go_on();
  CHECK(scene.step(2).state == StepState::begun);
  scene.clock.advance(std::chrono::minutes(5));
  scene.go_on();
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.step(2).detail.empty());
  CHECK(scene.mailbox.folder_of(id) == "projects");
}

TEST_CASE("a copy that the user fetched back is left as it is") {
  const std::string folder = GENERATE("inbox", "projects");
  Scene scene;
  const std::string id = remove_and_plan_restore(scene);
  scene.mailbox.put_in(id, folder);
  scene.go_on();
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.mailbox.folder_of(id) == folder);
  CHECK(scene.mailbox.moves_of(id) == 1);
}

TEST_CASE("a copy that is gone for good ends as not found") {
  Scene scene;
  const std::string id = remove_and_plan_restore(scene);
  scene.mailbox.forget(id);
  let_go_on(scene);
  CHECK(scene.step(2).state == StepState::not_found);
}

TEST_CASE("a restore interrupted anywhere ends with the copy back and its properties") {
  const std::string call = GENERATE("get_copy", "move_to_folder", "set_properties");
  const bool after_effect = GENERATE(false, true);
  const bool is_killed = GENERATE(false, true);
  Scene scene;
  const std::string id = remove_and_plan_restore(scene);
  if (is_killed) {
    scene.mailbox.kill_at(call, after_effect);
    CHECK_THROWS_AS(scene.go_on(), FakeMailbox::Killed);
  } else {
    scene.mailbox.fail_next(call, lost_answer(), after_effect);
  }
  let_go_on(scene);
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.mailbox.folder_of(id) == "inbox");
  CHECK(scene.mailbox.mail(id).flag == "flagged");
  CHECK(scene.mailbox.moves_of(id) == 2);
}

TEST_CASE("properties that cannot be put back are named") {
  Scene scene;
  remove_and_plan_restore(scene);
  scene.mailbox.fail_next("set_properties",
                          graph_error(GraphError::Kind::refused, 400, "BadRequest"));
  scene.go_on();
  CHECK(scene.step(2).state == StepState::restored);
  CHECK(scene.step(2).detail.find("BadRequest") != std::string::npos);
}

}  // namespace secondlook
