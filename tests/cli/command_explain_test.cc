#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "base/unix_socket.h"
#include "cli/copy_mover.h"
#include "cli/eop_words.h"
#include "cli/language.h"
#include "cli/message_id.h"
#include "tests/cli/desk.h"

using namespace secondlook;

namespace {

using nlohmann::json;
using Frames = FakeService::Conversation;

std::string copy_item(const std::string& place, const std::string& folder = "",
                      const std::string& delivery = "") {
  return json{{"mailbox", "alice@contoso.example"},
              {"place", place},
              {"folder", folder},
              {"read", false},
              {"received_at", "2026-11-22T11:00:00Z"},
              {"delivery", delivery},
              {"others", false},
              {"detail", nullptr}}
      .dump();
}

Frames located(const std::string& item) {
  return {{ControlFrame::item, item}, {ControlFrame::done, R"({"mailboxes":1,"left_out":0})"}};
}

FoundMessage mail_with(const EopFacts& facts) {
  FoundMessage message;
  message.verdict.eop = facts;
  return message;
}

Mover mover(const FoundMessage& message, const std::string& place, const std::string& note = "") {
  CopySeen seen;
  seen.mailbox = "alice@contoso.example";
  seen.place = place;
  seen.delivery = note;
  return find_mover(
      message, seen, true, [](std::int64_t) { return std::nullopt; }, Language::english);
}

Step step_to(Action action, bool restores = false) {
  Step step;
  step.mailbox = "alice@contoso.example";
  step.action = action;
  step.restores = restores;
  step.cause = restores ? "restore 13" : "automatic";
  step.state = restores ? StepState::restored : StepState::removed;
  step.finished_at = *parse_rfc3339(restores ? "2026-11-22T12:00:00Z" : "2026-11-22T11:00:00Z");
  return step;
}

}  // namespace

TEST_CASE("explain tells a removed mail's story, hostile as it is, harmlessly") {
  Desk desk;
  record_two_mails(desk.paths());
  FakeService service(desk.paths().control_socket(),
                      {located(copy_item("recoverable", "Deletions"))});
  const Ran ran = desk.run({"explain", "1@evil.example", "--lang", "en"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("explain.txt"));
  CHECK(ran.err.empty());
  REQUIRE(service.requests().size() == 1);
  CHECK(service.requests()[0].command == "locate");
  CHECK(service.requests()[0].of == 1);
}

TEST_CASE("explain speaks Japanese when asked to") {
  Desk desk;
  record_two_mails(desk.paths());
  FakeService service(desk.paths().control_socket(), {located(copy_item("recoverable"))});
  const Ran ran = desk.run({"explain", "<1@evil.example>", "--lang", "ja"});
  CHECK(ran.status == 0);
  CHECK(ran.out == golden("explain.ja.txt"));
}

TEST_CASE("without the service explain says what the database knows, and that it is all") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"explain", "<1@evil.example>", "--lang", "en", "--json"});
  CHECK(ran.status == 0);
  const json told = json::parse(ran.out);
  CHECK(told["journaled"] == true);
  CHECK(told["service"] == "unreachable");
  CHECK(told["copies"][0]["source"] == "database");
  CHECK(told["copies"][0]["place"] == "recoverable");
  CHECK(told["copies"][0]["moved_by"] == "secondlook");
  CHECK(told["hits"][0]["rule"] == "FROM_LOOKALIKE");
  const Ran text = desk.run({"explain", "<1@evil.example>", "--lang", "en"});
  CHECK(text.err.find("the database alone knows") != std::string::npos);
}

TEST_CASE("a Message-ID of which nothing is recorded is explained too, with what may be meant") {
  Desk desk;
  record_two_mails(desk.paths());
  const Ran ran = desk.run({"explain", "<2@fabrikam.exmple>", "--lang", "en"});
  CHECK(ran.status == 1);
  CHECK(ran.out == golden("explain_nothing.txt"));
  const Ran hostile =
      desk.run({"explain", "<x'; Remove-Mailbox\x1b[2J@evil.example>", "--lang", "en"});
  CHECK(hostile.status == 1);
  CHECK(hostile.out.find('\x1b') == std::string::npos);
  CHECK(hostile.out.find("'<x''; Remove-Mailbox") != std::string::npos);
  // What is printed is pasted into shells: no quote may end the text.
  const Ran quotes = desk.run({"explain", "<a\u2019; b'c@evil.example>", "--lang", "en"});
  CHECK(quotes.out.find("-MessageId '<a\u2019\u2019; b''c@evil.example>' -StartDate") !=
        std::string::npos);
  CHECK(quotes.out.find("explain '<a\u2019; b'\\''c@evil.example>' --mailbox") !=
        std::string::npos);
  const Ran as_json = desk.run({"explain", "nobody@sent.example", "--json", "--lang", "en"});
  CHECK(as_json.status == 1);
  CHECK(json::parse(as_json.out)["journaled"] == false);
}

TEST_CASE("a mailbox is looked into for a Message-ID that was never recorded") {
  Desk desk;
  record_two_mails(desk.paths());
  FakeService service(desk.paths().control_socket(), {located(copy_item("inbox", "Inbox"))});
  const Ran ran = desk.run({"explain", "nobody@sent.example", "--mailbox", "alice@contoso.example",
                            "--json", "--lang", "en"});
  CHECK(ran.status == 1);
  CHECK(json::parse(ran.out)["copies"][0]["place"] == "inbox");
  REQUIRE(service.requests().size() == 1);
  CHECK(service.requests()[0].select.message_id == "<nobody@sent.example>");
  CHECK_FALSE(service.requests()[0].of);
}

TEST_CASE("explain refuses what it cannot understand") {
  Desk desk;
  CHECK(desk.run({"explain"}).status == 2);
  CHECK(desk.run({"explain", "  "}).status == 2);
  CHECK(desk.run({"explain", "<a@b>", "--lang", "fr"}).status == 2);
  CHECK(desk.run({"explain", "<a@b>"}).status == 3);
}

TEST_CASE("a Message-ID is understood as people paste it") {
  const auto first_of = [](const std::vector<std::string>& words, const std::string& wanted) {
    const auto all = message_id_candidates(words);
    return std::find(all.begin(), all.end(), wanted) != all.end();
  };
  for (const char* pasted :
       {"<a+b@c.example>", "a+b@c.example", "'<a+b@c.example>'", "Message-ID: <a+b@c.example>",
        "message-id:<a+b@c.example>", "&lt;a+b@c.example&gt;", "%3Ca+b%40c.example%3E",
        "\\<a+b@c.example\\>", "<a+b@c.example", "\u201ca+b@c.example\u201d",
        "\t<a+b@c.example>\r\n"})
    CHECK(first_of({pasted}, "<a+b@c.example>"));
  CHECK(first_of({"<a", "b@c.example>"}, "<a b@c.example>"));
  CHECK(message_id_candidates({}).empty());
  CHECK(message_id_candidates({"\"'\"'"}).size() < 10);
  CHECK(message_id_candidates({"<100%25@c.example>"}).front() == "<100%25@c.example>");
}

TEST_CASE("near Message-IDs are near, and no others") {
  CHECK(is_near_message_id("<ABCDEFGH@x.example>", "<abcdefgh@x.example>"));
  CHECK(is_near_message_id("<abcdefgh@x", "<abcdefgh@x.example>"));
  CHECK(is_near_message_id("abcdefgh@y.example", "<abcdefgh@x.example>"));
  CHECK(is_near_message_id("<abcdefgi@x.example>", "<abcdefgh@x.example>"));
  CHECK_FALSE(is_near_message_id("<a@x.example>", "<quite-another@y.example>"));
  CHECK_FALSE(is_near_message_id("", "<a@x.example>"));
}

TEST_CASE("the language follows --lang, then the configuration, then the locale in POSIX's order") {
  std::map<std::string, const char*> set;
  const ReadEnvironment environment = [&](const char* name) {
    return set.contains(name) ? set[name] : nullptr;
  };
  CHECK(*choose_language("", "en", environment) == Language::english);
  set["LANG"] = "ja_JP.UTF-8";
  CHECK(*choose_language("", "en", environment) == Language::japanese);
  set["LC_MESSAGES"] = "C";
  CHECK(*choose_language("", "en", environment) == Language::english);
  set["LC_ALL"] = "ja_JP.eucJP";
  CHECK(*choose_language("", "en", environment) == Language::japanese);
  CHECK(*choose_language("en", "en", environment) == Language::english);
  set["LC_ALL"] = "jam_JM";  // Jamaican Creole is another language
  CHECK(*choose_language("", "en", environment) == Language::english);
  CHECK(*choose_language("", "ja", environment) == Language::japanese);
  CHECK(*choose_language("en", "ja", environment) == Language::english);
  CHECK_FALSE(choose_language("xx", "en", environment));
  CHECK(say(Language::japanese, {"{1} of {2}", "{2} の {1}{3}"}, {"a", "{1}"}) == "{1} の a");
}

TEST_CASE("what Exchange said is told with its source; an unknown value is not guessed") {
  const auto told = explain_eop({-1, 9, "SFE", "XYZ"}, Language::english);
  REQUIRE(told.size() == 4);
  CHECK(told[0].source == "SFV:SFE (X-Forefront-Antispam-Report)");
  CHECK(told[0].text.find("safe senders") != std::string::npos);
  CHECK(told[1].text.find("does not explain the value XYZ") != std::string::npos);
  CHECK(told[2].text.find("skipped") != std::string::npos);
  CHECK(told[3].text.find("many complaints") != std::string::npos);
  CHECK(explain_eop({}, Language::english).empty());
  for (const Language language : {Language::english, Language::japanese})
    for (const char* value :
         {"BLK", "NSPM", "SFE", "SKA", "SKB", "SKI", "SKN", "SKQ", "SKS", "SPM"})
      CHECK(explain_eop({{}, {}, value, ""}, language)[0].text.find(value) == std::string::npos);
}

TEST_CASE("who moved a copy is told by evidence, and is unknown without") {
  using Who = Mover::Who;
  const FoundMessage plain = mail_with({});
  CHECK(mover(plain, "inbox").who == Who::nobody);
  CHECK(mover(plain, "folder").who == Who::unknown);
  CHECK(mover(plain, "folder", "ucf:0;dest:C;OFR:CustomRules;").who == Who::user);
  CHECK(mover(plain, "junk").who == Who::unknown);
  CHECK(mover(plain, "junk", "dest:J;OFR:SpamFilterAuthJ;").who == Who::microsoft);
  CHECK(mover(mail_with({6, {}, "SPM", ""}), "junk").who == Who::microsoft);
  // Delivered to the inbox by Exchange's own note: whoever moved it later left no name.
  CHECK(mover(mail_with({6, {}, "SPM", ""}), "junk", "dest:I;").who == Who::unknown);
  CHECK(mover(plain, "nowhere").who == Who::unknown);
  CHECK(mover(mail_with({9, {}, "SPM", "HPHSH"}), "nowhere").who == Who::microsoft);
  CHECK(mover(plain, "recoverable").who == Who::unknown);
  FoundMessage ours = plain;
  ours.steps = {step_to(Action::recoverable)};
  CHECK(mover(ours, "recoverable").who == Who::secondlook);
  CHECK(mover(ours, "recoverable").at == "2026-11-22T11:00:00.000000Z");
  CHECK(mover(ours, "inbox").who == Who::unknown);
  ours.steps.push_back(step_to(Action::none, true));
  CHECK(mover(ours, "inbox").who == Who::secondlook);
  CHECK(mover(ours, "recoverable").who == Who::unknown);
}

TEST_CASE("a removal by hand is told with who asked for it and why") {
  FoundMessage message;
  message.steps = {step_to(Action::junk)};
  message.steps[0].cause = "retract 12";
  CopySeen seen;
  seen.mailbox = "alice@contoso.example";
  seen.place = "junk";
  const Mover told = find_mover(
      message, seen, true,
      [](std::int64_t row) {
        CHECK(row == 12);
        return HandCause{"hana", "ticket 7"};
      },
      Language::english);
  CHECK(told.because.find("by hand: hana (retract 12), giving the reason \"ticket 7\"") !=
        std::string::npos);
}
