// What operators ask about a tenant: where a mail lies, what a token grants, how a mailbox behaves.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "remediation/control_commands.h"
#include "remediation/mailbox_probe.h"
#include "remediation/stop_event.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using nlohmann::json;

// The probe's own calls over the same mailboxes in memory.
class FakeTenantProbe final : public TenantProbe {
 public:
  explicit FakeTenantProbe(FakeMailbox& mailbox) : mailbox_(mailbox) {}

  TenantHealth health;
  std::optional<GraphError> create_fails;
  bool create_loses_answer = false;
  unsigned throttled = 0;
  std::string retry_after = "2.128";

  TenantHealth examine() override { return health; }
  GraphResult<CreatedMail> create_mail(const std::string& user, WellKnownFolder,
                                       const NewMail& mail) override {
    if (create_fails && !create_loses_answer) return *create_fails;
    MailCopy copy;
    copy.internet_message_id = mail.message_id;
    copy.subject = mail.subject;
    copy.categories = mail.categories;
    copy.flag = mail.flag;
    copy.importance = mail.importance;
    copy.received_at = "2026-11-22T12:00:00Z";
    const std::string id = mailbox_.deliver(user, copy);
    if (create_fails) return *create_fails;
    return CreatedMail{mailbox_.mail(id), false};
  }
  GraphResult<bool> delete_plainly(const std::string&, const std::string& id) override {
    mailbox_.put_in(id, "deleted");
    return true;
  }
  GraphResult<bool> knows_address(std::string_view) override { return true; }
  std::vector<RawAnswer> burst(const std::string&, unsigned requests) override {
    std::vector<RawAnswer> answers(requests, RawAnswer{200, "", std::nullopt});
    for (unsigned i = 0; i < throttled; ++i)
      answers[i] = {429, "ApplicationThrottled", retry_after};
    return answers;
  }

 private:
  FakeMailbox& mailbox_;
};

const std::string kProbe = "<probe@acme.example>";
const std::string kAnn = "ann@acme.example";

struct Probing {
  ProbeReport run() {
    return probe_mailbox({scene.mailbox, tenant, scene.clock,
                          [this](std::chrono::milliseconds) { return --patience >= 0; },
                          [](const ProbeAnswer&) {}, [](std::string_view) {}},
                         kAnn, kAnn, kProbe);
  }
  std::size_t left_in(const std::string& where) {
    std::size_t count = 0;
    for (int i = 1; i < 10; ++i)
      count += scene.mailbox.folder_of("copy-" + std::to_string(i)) == where ? 1U : 0U;
    return count;
  }

  Scene scene;
  FakeTenantProbe tenant{scene.mailbox};
  int patience = 1000;
};

std::string answer_to(const ProbeReport& report, const std::string& question) {
  for (const ProbeAnswer& answer : report.answers)
    if (answer.question == question) return std::string(name_of(answer.kind));
  return "not asked";
}

std::string observed(const ProbeReport& report, const std::string& question) {
  for (const ProbeAnswer& answer : report.answers)
    if (answer.question == question) return answer.observed;
  return "";
}

struct Asking {
  Asking() { scene.tenants.at("acme").probe = &tenant; }

  Result<std::string> ask(const ControlRequest& request) {
    items.clear();
    const ItemSink sink = [this](std::string_view item) {
      items.push_back(json::parse(item));
      return Result<void>();
    };
    const ItemSink nothing = [](std::string_view) { return Result<void>(); };
    ControlContext context{scene.store, configuration, scene.tenants, queue, reception,
                           released,    runner,        scene.clock,   ""};
    context.asking = &asking;
    context.random = &scene.random;
    context.stop = &stop;
    return answer_command(context, {request, "root", "hana", sink, nothing});
  }
  ControlRequest locate(std::int64_t of) {
    ControlRequest request;
    request.command = "locate";
    request.of = of;
    return request;
  }

  Scene scene;
  FakeTenantProbe tenant{scene.mailbox};
  Configuration configuration;
  StepQueue queue{scene.store, scene.clock};
  ReceptionState reception;
  ReleasedMails released{scene.directory.file("released")};
  CommandRunner runner{scene.store, scene.tenants, queue, released, scene.clock};
  std::timed_mutex asking;
  StopEvent stop = value_of(StopEvent::make());
  std::vector<json> items;
};

}  // namespace

TEST_CASE("a probe leads its mail through the mailbox and leaves nothing but what was purged") {
  Probing probing;
  probing.tenant.throttled = 4;
  const ProbeReport report = probing.run();
  for (const char* question :
       {"address_case", "recoverable_by_name", "purges_by_name", "created", "draft", "found_after",
        "immutable_id", "search_leaves_out_recoverable", "recoverable_searchable", "restored",
        "properties_kept", "delete_goes_to", "purge_goes_to", "id_after_purge",
        "restored_from_purges", "concurrency", "retry_after"}) {
    INFO(question);
    CHECK(answer_to(report, question) == "pass");
  }
  CHECK(observed(report, "delete_goes_to") == "Deleted Items");
  CHECK(observed(report, "retry_after") == "2.128");
  CHECK(report.left_behind.empty());
  CHECK(probing.left_in("purges") == 1);
  CHECK(probing.left_in("inbox") + probing.left_in("deleted") + probing.left_in("recoverable") ==
        0);
}

TEST_CASE("a probe that is stopped at any call still takes its mail away") {
  for (const char* call : {"find_copies", "move", "get_copy", "find_copies_in", "purge"}) {
    for (const bool after_effect : {false, true}) {
      INFO(call << after_effect);
      Probing probing;
      probing.scene.mailbox.fail_next(
          call, graph_error(GraphError::Kind::temporary, 504, "UnknownError"), after_effect);
      const ProbeReport report = probing.run();
      CHECK(report.left_behind.empty());
      CHECK(probing.left_in("purges") == 1);
    }
  }
}

TEST_CASE("a probe whose creation was not answered looks for its mail all the same") {
  Probing probing;
  probing.tenant.create_fails = lost_answer();
  probing.tenant.create_loses_answer = true;
  const ProbeReport report = probing.run();
  CHECK(answer_to(report, "created") == "unknown");
  CHECK(answer_to(report, "restored") == "not asked");
  CHECK(probing.left_in("purges") == 1);
}

TEST_CASE("what a probe could not remove it names") {
  Probing probing;
  probing.patience = 0;
  for (int i = 0; i < 4; ++i)
    probing.scene.mailbox.fail_next(
        "purge", graph_error(GraphError::Kind::forbidden, 403, "ErrorAccessDenied"));
  const ProbeReport report = probing.run();
  REQUIRE_FALSE(report.left_behind.empty());
  CHECK(report.left_behind[0].find("ErrorAccessDenied") != std::string::npos);
}

TEST_CASE("a tenant that differs is told so") {
  Probing probing;
  probing.scene.mailbox.fail_next(
      "get_copy", graph_error(GraphError::Kind::stale_id, 404, "ErrorItemNotFound"));
  const ProbeReport report = probing.run();
  CHECK(answer_to(report, "immutable_id") == "differs");
  CHECK(observed(report, "immutable_id").find("ErrorItemNotFound") != std::string::npos);
  CHECK(answer_to(report, "retry_after") == "unknown");
}

TEST_CASE("a probe stands in the audit with its Message-ID before anything is done, and its end") {
  Asking asking;
  ControlRequest request;
  request.command = "probe";
  request.address = "Ann@acme.example";
  const json done = json::parse(value_of(asking.ask(request)));
  CHECK(done["differs"] == 0);
  CHECK(done["left_behind"].empty());
  CHECK(asking.items.size() == 17);
  const auto rows =
      value_of(asking.scene.store.with([](Store& store) { return store.audit_after(0, 10); }));
  REQUIRE(rows.size() == 2);
  const std::string id = done["message_id"];
  CHECK(rows[0].entry.arguments.find(id) != std::string::npos);
  CHECK(rows[1].entry.about == rows[0].id);
}

TEST_CASE("no probe goes to a protected mailbox, to a stranger's or to nobody's") {
  Asking asking;
  ControlRequest request;
  request.command = "probe";
  asking.scene.mailbox.add_alias("security@acme.example", "soc@acme.example");
  for (const auto& [address, kind] : {std::pair("soc@acme.example", Error::Kind::forbidden),
                                      std::pair("security@acme.example", Error::Kind::forbidden),
                                      std::pair("x@elsewhere.example", Error::Kind::not_found),
                                      std::pair("nobody@acme.example", Error::Kind::not_found),
                                      std::pair("ann", Error::Kind::malformed)}) {
    request.address = address;
    const auto answer = asking.ask(request);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == kind);
  }
  CHECK(asking.scene.mailbox.folder_of("copy-1") == "nowhere");
  CHECK_FALSE(is_for_readers(request));
}

TEST_CASE("a recorded mail is found where it lies, and another one of its id is only mentioned") {
  Asking asking;
  asking.scene.record(
      asking.scene.verdict(Disposition::clean, {kAnn, "bob@acme.example", "x@y.example"}));
  const std::string copy = asking.scene.mailbox.deliver(kAnn, asking.scene.copy());
  asking.scene.mailbox.put_in(copy, "recoverable");
  MailCopy decoy = asking.scene.copy();
  decoy.subject = "Something else";
  asking.scene.mailbox.deliver("bob@acme.example", decoy);
  const json done = json::parse(value_of(asking.ask(asking.locate(1))));
  CHECK(done["mailboxes"] == 3);
  REQUIRE(asking.items.size() == 3);
  CHECK(asking.items[0]["mailbox"] == kAnn);
  CHECK(asking.items[0]["place"] == "recoverable");
  CHECK(asking.items[1]["place"] == "nowhere");
  CHECK(asking.items[1]["others"] == true);
  CHECK(asking.items[2]["place"] == "no_mailbox");
  CHECK(asking.scene.mailbox.moves_of(copy) == 0);
}

TEST_CASE("locate looks into no mailbox but the recipients', unless an operator has only an id") {
  Asking asking;
  asking.scene.record(asking.scene.verdict(Disposition::clean, {kAnn}));
  ControlRequest request = asking.locate(1);
  CHECK(is_for_readers(request));
  request.select.mailboxes = {"bob@acme.example"};
  CHECK(asking.ask(request).error().kind == Error::Kind::malformed);
  CHECK(asking.ask(asking.locate(99)).error().kind == Error::Kind::not_found);
  ControlRequest by_id;
  by_id.command = "locate";
  by_id.select.message_id = "<one@mallory.example>";
  CHECK_FALSE(is_for_readers(by_id));
  CHECK(asking.ask(by_id).error().kind == Error::Kind::malformed);
  by_id.select.mailboxes = {"Bob@acme.example"};
  asking.scene.mailbox.deliver("bob@acme.example", asking.scene.copy());
  value_of(asking.ask(by_id));
  REQUIRE(asking.items.size() == 1);
  CHECK(asking.items[0]["place"] == "inbox");
}

TEST_CASE("a Graph that does not answer is told as such, mailbox by mailbox") {
  Asking asking;
  asking.scene.record(asking.scene.verdict(Disposition::clean, {kAnn, "bob@acme.example"}));
  asking.scene.mailbox.fail_next("find_copies",
                                 graph_error(GraphError::Kind::throttled, 429, "TooManyRequests"));
  value_of(asking.ask(asking.locate(1)));
  REQUIRE(asking.items.size() == 2);
  CHECK(asking.items[0]["place"] == "unknown");
  CHECK(asking.items[0]["detail"] == "TooManyRequests");
  CHECK(asking.items[1]["place"] == "nowhere");
}

TEST_CASE("granted permissions are held against the needed ones") {
  Asking asking;
  ControlRequest request;
  request.command = "tenant_check";
  CHECK(is_for_readers(request));
  asking.tenant.health.directory_status = 200;
  asking.tenant.health.roles = {"Mail.ReadWrite", "Directory.Read.All", "Mail.Send"};
  asking.tenant.health.ahead = std::chrono::seconds(7);
  value_of(asking.ask(request));
  REQUIRE(asking.items.size() == 1);
  CHECK(asking.items[0]["missing"].empty());
  CHECK(asking.items[0]["beyond"] == json{"Mail.Send"});
  CHECK(asking.items[0]["ahead_seconds"] == 7);
  asking.tenant.health.roles = {"User.Read.All"};
  value_of(asking.ask(request));
  CHECK(asking.items[0]["missing"] == json{"Mail.ReadWrite", "Group.Read.All"});
  asking.tenant.health = {};
  asking.tenant.health.sign_in_error = "AADSTS7000215";
  value_of(asking.ask(request));
  CHECK(asking.items[0]["sign_in_error"] == "AADSTS7000215");
  CHECK(asking.items[0]["roles"].is_null());
}

}  // namespace secondlook
