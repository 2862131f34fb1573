#include <algorithm>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "remediation/control_server.h"
#include "tests/remediation/control_scene.h"

namespace secondlook {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Answer = ControlAnswer;
using Service = ControlledService;

}  // namespace

TEST_CASE("a mail restored as a false positive is kept, so that later rules leave it alone") {
  Service service;
  REQUIRE(service.released.prepare());
  MailCopy copy = service.scene.copy();
  service.ids = {service.scene.mailbox.deliver("ann@acme.example", copy)};
  Verdict verdict = service.scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.rule_set = "set1";
  verdict.reduced_mail = "QUJD";
  service.scene.record(verdict);
  const std::string file = service.scene.directory.file("released_mails/1.json");
  ControlRequest request = service.request("restore");
  request.reason = "our bank";
  CHECK(service.ask(request).failure.empty());
  CHECK(content_of(file).empty());  // restored, but the verdict was not called wrong

  request.false_positive = true;
  CHECK(service.ask(request).failure.empty());
  const auto kept = parse_released_mail(content_of(file));
  REQUIRE(kept);
  CHECK(kept->packed == "QUJD");
  CHECK(kept->rule_set == "set1");
  CHECK(kept->reason == "our bank");
  CHECK_FALSE(kept->released_by.empty());
}

TEST_CASE("a released mail that a stop left without its file gets it at the next start") {
  Service service;
  REQUIRE(service.released.prepare());
  Verdict verdict = service.scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.reduced_mail = "QUJD";
  service.scene.record(verdict);
  const auto complete = [&] {
    return service.scene.store.with(
        [&](Store& store) { return service.released.complete(store, Timestamp()); });
  };
  REQUIRE(complete());
  const std::string file = service.scene.directory.file("released_mails/1.json");
  CHECK(content_of(file).empty());
  REQUIRE(service.scene.store.with([](Store& store) { return store.mark_restored(1, true); }));
  REQUIRE(complete());
  CHECK(parse_released_mail(content_of(file)));
}

TEST_CASE("accepting a rule set is recorded in the audit and in the analyzer's file") {
  Service service;
  REQUIRE(service.released.prepare());
  ControlRequest request;
  request.command = "accept_rules";
  CHECK_FALSE(service.ask(request).failure.empty());
  request.reason = "the newsletter is gone";
  for (const char* rule_set : {"set1", "set2", "set1"}) {
    request.rule_set = rule_set;
    CHECK(service.ask(request).done["accepted"] == rule_set);
  }
  const auto accepted = parse_accepted_rule_sets(
      content_of(service.scene.directory.file("released_mails/accepted.json")));
  REQUIRE(accepted);
  REQUIRE(accepted->size() == 2);
  CHECK((*accepted)[1].rule_set == "set1");
  CHECK((*accepted)[1].reason == "the newsletter is gone");
}

}  // namespace secondlook
