#include "remediation/command_runner.h"

#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "remediation/control_commands.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::size_t kMails = 2 * CommandRunner::kMessagesAtOnce + 3;

// A retract of many clean mails to Ann that was just written down, as the control socket does.
struct Campaign {
  Campaign() {
    std::vector<MessageRowId> ids;
    for (std::size_t i = 1; i <= kMails; ++i) {
      Verdict verdict = scene.verdict(Disposition::clean, {"ann@acme.example"});
      const std::string name = std::to_string(1000 + i);
      verdict.message_id = "<" + name + "@mallory.example>";
      verdict.digest = std::string(60, 'b') + name;
      MailCopy copy = scene.copy();
      copy.internet_message_id = verdict.message_id;
      scene.mailbox.deliver("ann@acme.example", copy);
      scene.record(verdict);
      ids.push_back(static_cast<MessageRowId>(i));
    }
    ControlRequest request;
    request.command = "retract";
    request.action = "recoverable";
    request.login = "olga";
    HandCommand command;
    command.name = "retract";
    command.person = "olga";
    command.request = to_json(request);
    command.asked_at = scene.clock.now();
    command.expires_at = scene.clock.now() + std::chrono::hours(24);
    value_of(scene.store.in_transaction([&](Store& store) -> Result<bool> {
      AuditEntry entry;
      entry.who = "root(0)";
      entry.login = "olga";
      entry.command = "retract";
      const auto row = store.append_audit(entry);
      if (!row) return row.error();
      command.id = row->id;
      if (auto added = store.add_hand_command(command, ids); !added) return added.error();
      return true;
    }));
  }

  HandCommand command() {
    return *value_of(scene.store.with([](Store& store) { return store.hand_command(1); }));
  }
  std::vector<AuditRow> audit_rows() {
    return value_of(scene.store.with([](Store& store) { return store.audit_after(0, 100); }));
  }

  Scene scene;
  StepQueue queue{scene.store, scene.clock};
  ReleasedMails released{scene.directory.file("released_mails")};
};

}  // namespace

TEST_CASE("a retraction that was killed between two transactions goes on after the restart") {
  Campaign campaign;
  Scene& scene = campaign.scene;
  {
    CommandRunner killed(scene.store, scene.tenants, campaign.queue, campaign.released,
                         scene.clock);
    CHECK(value_of(killed.take_turn()));
  }
  CHECK(scene.steps().size() == CommandRunner::kMessagesAtOnce);
  CHECK(campaign.command().unplanned == kMails - CommandRunner::kMessagesAtOnce);
  CHECK(campaign.command().state == HandCommandState::planning);

  CommandRunner restarted(scene.store, scene.tenants, campaign.queue, campaign.released,
                          scene.clock);
  while (value_of(restarted.take_turn())) {
  }
  std::map<MessageRowId, int> steps_of_message;
  for (const Step& step : scene.steps()) {
    ++steps_of_message[step.message];
    CHECK(step.cause == "retract 1");
  }
  CHECK(steps_of_message.size() == kMails);
  for (const auto& [message, count] : steps_of_message) CHECK(count == 1);
  CHECK(campaign.audit_rows().size() == 1);  // nothing has ended yet

  scene.go_on();
  CHECK_FALSE(value_of(restarted.take_turn()));
  CHECK(campaign.command().state == HandCommandState::done);
  const auto rows = campaign.audit_rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].entry.about == 1);
  CHECK(rows[1].entry.login == "olga");
  CHECK(json::parse(rows[1].entry.outcome)["states"]["removed"] == kMails);
}

TEST_CASE("a message whose tenant left the configuration is skipped, told, and holds up nothing") {
  Campaign campaign;
  Tenants nobody;
  CommandRunner runner(campaign.scene.store, nobody, campaign.queue, campaign.released,
                       campaign.scene.clock);
  while (value_of(runner.take_turn())) {
  }
  value_of(runner.take_turn());
  CHECK(campaign.command().state == HandCommandState::done);
  CHECK(campaign.command().skipped == kMails);
  CHECK(json::parse(campaign.audit_rows().back().entry.outcome)["skipped"] == kMails);
}

TEST_CASE("what nobody approves in time expires, does nothing, and the audit says so") {
  Campaign campaign;
  Scene& scene = campaign.scene;
  HandCommand waiting = campaign.command();
  waiting.state = HandCommandState::awaiting_approval;
  value_of(scene.store.with([&](Store& store) -> Result<bool> {
    if (auto written = store.update_hand_command(waiting); !written) return written.error();
    return true;
  }));
  CommandRunner runner(scene.store, scene.tenants, campaign.queue, campaign.released, scene.clock);
  value_of(runner.take_turn());
  CHECK(campaign.command().state == HandCommandState::awaiting_approval);
  scene.clock.advance(std::chrono::hours(25));
  value_of(runner.take_turn());
  CHECK(campaign.command().state == HandCommandState::expired);
  CHECK(scene.steps().empty());
  CHECK(campaign.audit_rows().back().entry.outcome.find("nobody approved") != std::string::npos);
}

}  // namespace secondlook
