// What search and show give of a message that was found.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schema/store/search.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

TEST_CASE_METHOD(StoreFixture, "a line of search has every promised name, absent values null") {
  const MessageRow row = record(1, Verdict{});
  const auto nothing = nlohmann::json::parse(search_line(*must(find_message(*store, row.id))));
  std::vector<std::string> names;
  for (const auto& [name, value] : nothing.items()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"attributes", "copies", "direction", "disposition", "id",
                                          "message_id", "received_at", "recipients", "rules",
                                          "score", "scores", "sender", "subject", "tenant"});
  CHECK(nothing["subject"].is_null());
  CHECK(nothing["copies"].empty());

  const MessageRow full = record(2, verdict_of("a"));
  Step step = add_step(full.id, "anna@corp.example", StepState::removed);
  step.before = PreImage{"f", "Inbox", false, {}, "", ""};
  step.begun_at = at_second(7);
  step.finished_at = at_second(8);
  step.undo_until = at_second(9);
  must(store->update_step(step));
  const auto line = nlohmann::json::parse(search_line(*must(find_message(*store, full.id))));
  CHECK(line["id"] == 2);
  CHECK(line["received_at"] == format_rfc3339(stamp_of(2).received_at));
  CHECK(line["tenant"] == "corp");
  CHECK(line["recipients"] == nlohmann::json({"Anna@Corp.Example", "ben@corp.example"}));
  CHECK(line["rules"] == nlohmann::json({"CREDENTIAL_PHRASE", "LINK_MISMATCH"}));
  CHECK(line["scores"]["malicious"] == 12.5);
  CHECK(line["copies"][0] == nlohmann::json({{"mailbox", "anna@corp.example"},
                                             {"action", "recoverable"},
                                             {"state", "removed"},
                                             {"folder_before", "Inbox"},
                                             {"at", format_rfc3339(at_second(8))},
                                             {"undo_until", format_rfc3339(at_second(9))}}));
  CHECK(line["copies"][1]["mailbox"] == "ben@corp.example");
  CHECK(line["copies"][1]["action"].is_null());
  CHECK(line["copies"][1]["state"].is_null());
  CHECK(line["copies"][1]["undo_until"].is_null());
}

TEST_CASE_METHOD(StoreFixture, "each copy shows its last step that stands") {
  const MessageRow row = record(1, verdict_of("a"));
  Step removed = add_step(row.id, "anna@corp.example", StepState::removed);
  Step second_copy = removed;
  second_copy.copy = 1;
  must(store->add_step(second_copy));
  Step restored = removed;
  restored.restores = true;
  restored.undoes = removed.id;
  restored.cause = "restore 1";
  restored.state = StepState::restored;
  restored.id = must(store->add_step(restored));
  add_step(row.id, "anna@corp.example", StepState::withdrawn);
  add_step(row.id, "ben@corp.example", StepState::withdrawn);
  const FoundMessage message = *must(find_message(*store, row.id));
  REQUIRE(message.copies.size() == 3);
  CHECK(message.copies[0].state == "restored");
  CHECK(message.copies[0].action == "recoverable");
  CHECK(message.copies[0].step == restored.id);
  CHECK(message.copies[1].state == "removed");
  CHECK(message.copies[2].state == "withdrawn");
  CHECK(message.steps.size() == 5);
}

TEST_CASE_METHOD(StoreFixture, "show has the evidence, the envelope, the reports and the steps") {
  const MessageRow row = record(1, verdict_of("a"));
  record(2, verdict_of("a"));
  add_step(row.id, "anna@corp.example");
  const auto shown = nlohmann::json::parse(show_json(*must(find_message(*store, row.id))));
  CHECK(shown["hits"][0]["evidence"][0]["text"] == "verify your password");
  CHECK(shown["envelope"][1]["expanded_from"] == "all@corp.example");
  CHECK(shown["recipients"][1] == "ben@corp.example");
  CHECK(shown["reports"].size() == 2);
  CHECK(shown["reports"][1]["sequence"] == 2);
  CHECK(shown["steps"][0]["cause"] == "automatic");
  CHECK(shown["authentication"]["dkim"][0]["selector"] == "s1");
  CHECK_FALSE(must(find_message(*store, 99)));
}

TEST_CASE_METHOD(StoreFixture, "a list of messages carries no evidence, so that it stays small") {
  record(1, verdict_of("a"));
  must(search(*store, {}, [](const FoundMessage& message) {
    CHECK(message.verdict.hits.size() == 2);
    CHECK(message.verdict.hits[0].evidence.empty());
    CHECK(message.steps.empty());
    return true;
  }));
}

TEST_CASE_METHOD(StoreFixture,
                 "a reader in another process finds while the writer is in a transaction") {
  record(1, verdict_of("a"));
  auto transaction = must(store->begin());
  must(store->record({stamp_of(2), verdict_of("b")}));
  auto reader = must(Store::open_read_only(path));
  std::vector<MessageRowId> found;
  must(search(*reader, {}, [&](const FoundMessage& message) {
    found.push_back(message.id);
    return true;
  }));
  CHECK(found == std::vector<MessageRowId>{1});
  must(transaction->commit());
}

}  // namespace
}  // namespace secondlook
