#include "schema/store/search.h"

#include <catch2/catch.hpp>

#include "schema/store/sqlite_connection.h"
#include "tests/schema/store/store_fixture.h"

namespace secondlook {
namespace {

// Seven messages, an hour apart, that differ in what a search can ask for.
struct Mailstream : StoreFixture {
  Mailstream() {
    add(1, "a", Disposition::malicious);
    add(2, "b", Disposition::clean);
    add(3, "c", Disposition::spam, [](Verdict& verdict) {
      verdict.sender = "news@letters.example";
      verdict.from_domain = "letters.example";
      verdict.hits = {{"NEWSLETTER", 5, Disposition::spam, "", {}}};
      verdict.subject = "Weekly NEWS \xEF\xBC\xA1\xEF\xBC\xA2 offer";
      verdict.links = {{"https://cdn.letters.example/x", "cdn.letters.example", ""}};
      verdict.attachments.clear();
      verdict.attributes = {"executable"};
    });
    add(4, "d", Disposition::unscanned, [](Verdict& verdict) { verdict.hits.clear(); });
    add(5, "e", Disposition::not_a_report);
    add(6, "f", Disposition::malicious, [](Verdict& verdict) {
      verdict.recipients = {{"carla@sub.corp.example", "to", "", ""}};
      verdict.direction = "internal";
      verdict.connecting_ip = "203.0.113.5";
      verdict.reply_to = "x@reply.example";
      verdict.envelope_sender = "y@bounce.example";
      verdict.subject =
          "\xE9\x8A\x80\xE8\xA1\x8C\xE5\x8F\xA3\xE5\xBA\xA7\xE3\x81\xAE\xE5\x81\x9C"
          "\xE6\xAD\xA2";
      verdict.attachments[0].sha256 = std::string(64, 'b');
      verdict.attachments[0].name = "\xEF\xBD\xB6\xEF\xBD\xB0\xEF\xBE\x84\xEF\xBE\x9E.xlsm";
    });
    RecordedReport other = report(7, "g", Disposition::malicious);
    other.stamp.tenant = "other";
    StoreFixture::record(other);
  }

  static RecordedReport report(std::uint64_t sequence, std::string_view name,
                               Disposition disposition) {
    RecordedReport report{stamp_of(sequence), verdict_of(name, disposition)};
    report.stamp.received_at = at_second(static_cast<std::int64_t>(sequence) * 3600);
    return report;
  }
  template <typename Change>
  void add(std::uint64_t sequence, std::string_view name, Disposition disposition, Change change) {
    RecordedReport each = report(sequence, name, disposition);
    change(each.verdict);
    StoreFixture::record(each);
  }
  void add(std::uint64_t sequence, std::string_view name, Disposition disposition) {
    add(sequence, name, disposition, [](Verdict&) {});
  }

  using Ids = std::vector<MessageRowId>;
  Ids ids(const std::vector<std::string>& arguments, bool include_all = false) {
    SearchQuery query = must(parse_search(arguments, at_second(8 * 3600)));
    query.include_all = include_all;
    Ids result;
    must(search(*store, query, [&](const FoundMessage& message) {
      result.push_back(message.id);
      return true;
    }));
    CHECK(must(count_found(*store, query)) == result.size());
    return result;
  }
};

TEST_CASE_METHOD(Mailstream,
                 "without terms all detections come, newest first, unscanned ones too") {
  CHECK(ids({}) == Ids{7, 6, 4, 3, 1});
  CHECK(ids({}, true) == Ids{7, 6, 5, 4, 3, 2, 1});
}

TEST_CASE_METHOD(Mailstream, "who asks for clean mail or names a message gets it without --all") {
  CHECK(ids({"disposition:clean"}) == Ids{2});
  CHECK(ids({"2"}) == Ids{2});
  CHECK(ids({"id:5"}) == Ids{5});
  CHECK(ids({"-disposition:malicious"}) == Ids{4, 3});
}

TEST_CASE_METHOD(Mailstream, "senders are found by address and by domain") {
  CHECK(ids({"from:NEWS@letters.example"}) == Ids{3});
  CHECK(ids({"from:letters.example"}) == Ids{3});
  CHECK(ids({"from:@letters.example"}) == Ids{3});
  CHECK(ids({"-from:pay.shop.example"}) == Ids{3});
  CHECK(ids({"from:shop.example"}).empty());
  CHECK(ids({"reply-to:reply.example"}) == Ids{6});
  CHECK(ids({"reply-to:x@reply.example", "envelope-from:bounce.example"}) == Ids{6});
}

TEST_CASE_METHOD(Mailstream,
                 "recipients are found by address and by domain, and by their mailbox") {
  CHECK(ids({"to:anna@corp.example"}) == Ids{7, 4, 3, 1});
  CHECK(ids({"to:carla@SUB.corp.example"}) == Ids{6});
  CHECK(ids({"to:sub.corp.example"}) == Ids{6});
  CHECK(ids({"-to:corp.example"}) == Ids{6});
  add_step(1, "primary@corp.example");
  CHECK(ids({"mailbox:primary@corp.example"}) == Ids{1});
  CHECK(ids({"mailbox:carla@sub.corp.example"}) == Ids{6});
  CHECK(ids({"mailbox:sub.corp.example"}) == Ids{6});
}

TEST_CASE_METHOD(Mailstream, "words are found in subjects, senders, recipients and file names") {
  CHECK(ids({"weekly"}) == Ids{3});
  CHECK(ids({"ab offer"}) == Ids{3});
  CHECK(ids({"\"news ab\""}) == Ids{3});
  CHECK(ids({"\"ab news\""}).empty());
  CHECK(ids({"billing"}) == Ids{7, 6, 4, 3, 1});
  CHECK(ids({"carla"}) == Ids{6});
  CHECK(ids({"invoice", "-weekly", "-subject:invoice"}) == Ids{});
  CHECK(ids({"subject:invoice", "-weekly"}) == Ids{7, 4, 1});
  CHECK(ids({"filename:invoice"}) == Ids{7, 4, 1});
  CHECK(ids({"filename:\"invoice 7.zip\"", "subject:invoice"}) == Ids{7, 4, 1});
}

TEST_CASE_METHOD(Mailstream,
                 "two characters of Japanese inside a sentence are found, and half-width kana") {
  CHECK(ids({"subject:\xE5\x8F\xA3\xE5\xBA\xA7"}) == Ids{7, 6, 4, 1});
  CHECK(ids({"\xE5\x81\x9C\xE6\xAD\xA2"}) == Ids{6});
  CHECK(ids({"filename:\xE3\x82\xAB\xE3\x83\xBC\xE3\x83\x89"}) == Ids{6});
}

TEST_CASE_METHOD(Mailstream, "rules, attributes, hashes, hosts and addresses are found") {
  CHECK(ids({"rule:NEWSLETTER"}) == Ids{3});
  CHECK(ids({"rule:newsletter"}) == Ids{3});
  CHECK(ids({"attribute:executable"}) == Ids{3});
  CHECK(ids({"-attribute:new_sender"}) == Ids{3});
  CHECK(ids({"sha256:" + std::string(64, 'B')}) == Ids{6});
  CHECK(ids({"domain:cdn.letters.example"}) == Ids{3});
  CHECK(ids({"domain:letters.example"}) == Ids{3});
  CHECK(ids({"domain:ters.example"}).empty());
  CHECK(ids({"url:https://cdn.letters.example/x"}) == Ids{3});
  CHECK(ids({"url:https://cdn.letters.example/y"}).empty());
  CHECK(ids({"url:LETTERS.example/"}) == Ids{3});
  CHECK(ids({"-url:login.evil.example"}) == Ids{3});
  CHECK(ids({"ip:203.0.113.5"}) == Ids{6});
  for (const char* network : {"203.0.113.0/24", "203.0.113.4/31", "203.0.0.0/16", "203.0.0.0/8",
                              "203.0.113.5/32", "::ffff:203.0.113.0/120"})
    CHECK(ids({std::string("ip:") + network}) == Ids{6});
  CHECK(ids({"ip:203.0.114.0/24"}).empty());
  CHECK(ids({"-ip:203.0.113.0/24", "attribute:new_sender"}) == Ids{7, 4, 1});
  CHECK(ids({"direction:internal"}) == Ids{6});
  CHECK(ids({"message-id:<f@shop.example>"}) == Ids{6});
  CHECK(ids({"message-id:f@shop.example"}) == Ids{6});
  CHECK(ids({"tenant:other"}) == Ids{7});
  CHECK(ids({"disposition:malicious", "-tenant:other"}) == Ids{6, 1});
}

TEST_CASE_METHOD(
    Mailstream,
    "a link is found by the beginning of a long path, and by one that stands inside another") {
  const std::string link = "https://cdn.letters.example/track/click?id=";
  for (std::uint64_t n = 8; n < 20; ++n)
    add(n, "n" + std::to_string(n), Disposition::spam, [&](Verdict& verdict) {
      verdict.links = {{link + "Abcdef" + std::to_string(n), "cdn.letters.example", ""}};
      if (n == 19) verdict.links[0].url = "https://away.example/?to=" + link + "inside";
    });
  CHECK(ids({"url:" + link + "abcdef12"}) == Ids{12});
  CHECK(ids({"url:" + link + "abcdef1"}) == Ids{18, 17, 16, 15, 14, 13, 12, 11, 10});
  CHECK(ids({"url:" + link + "in"}) == Ids{19});
  CHECK(ids({"url:" + link + "ab", "-url:" + link + "abcdef1"}) == Ids{9, 8});
  CHECK(ids({"url:https://cdn.letters.example/tra"}).size() == 12);
  CHECK(ids({"url:http://cdn.letters.example/track/click"}).empty());
}

TEST_CASE_METHOD(Mailstream, "terms of all kinds meet, negated ones too") {
  add_step(6, "primary@corp.example", StepState::removed);
  CHECK(ids({"billing", "-to:carla@sub.corp.example", "disposition:malicious", "tenant:corp"}) ==
        Ids{1});
  CHECK(ids({"billing", "-weekly", "-from:letters.example", "-direction:internal"}) ==
        Ids{7, 4, 1});
  CHECK(ids({"from:pay.shop.example", "mailbox:primary@corp.example"}) == Ids{6});
  CHECK(ids({"from:pay.shop.example", "-mailbox:primary@corp.example"}) == Ids{7, 4, 1});
  CHECK(ids({"mailbox:primary@corp.example", "mailbox:carla@sub.corp.example"}) == Ids{6});
  CHECK(ids({"mailbox:primary@corp.example", "mailbox:anna@corp.example"}).empty());
  CHECK(ids({"state:removed", "rule:credential_phrase", "reply-to:reply.example", "-weekly"}) ==
        Ids{6});
  CHECK(ids({"state:removed", "-reply-to:reply.example"}).empty());
  CHECK(ids({"id:6", "envelope-from:y@bounce.example"}) == Ids{6});
  CHECK(ids({"-from:pay.shop.example"}, true) == Ids{3});
  CHECK(ids({"-rule:newsletter", "-weekly"}, true) == Ids{7, 6, 5, 4, 2, 1});
  CHECK(ids({"-message-id:<f@shop.example>", "disposition:malicious"}) == Ids{7, 1});
}

TEST_CASE_METHOD(StoreFixture, "no word of a mail is taken for a key, and no key for a word") {
  record(1, verdict_of("a"));
  std::string key;
  {
    const auto connection = must(Connection::open(path, ConnectionMode::read_only));
    must(for_each_row(
        connection->query("SELECT search_key(secret, 1, 'credential_phrase') FROM search_state"),
        [&](const Statement& row) { key = row.text(0); }));
  }
  Verdict liar = verdict_of("b");
  liar.subject = key;
  liar.hits.clear();
  record(2, liar);
  const auto ids = [&](const std::string& term) {
    std::vector<MessageRowId> found;
    must(search(*store, must(parse_search({term}, at_second(0))), [&](const FoundMessage& message) {
      found.push_back(message.id);
      return true;
    }));
    return found;
  };
  CHECK(ids("rule:credential_phrase") == std::vector<MessageRowId>{1});
  CHECK(ids(key) == std::vector<MessageRowId>{2});
}

TEST_CASE_METHOD(Mailstream, "actions and states are those of the steps") {
  add_step(1, "anna@corp.example", StepState::removed);
  add_step(6, "carla@sub.corp.example", StepState::not_found);
  CHECK(ids({"state:removed"}) == Ids{1});
  CHECK(ids({"action:recoverable"}) == Ids{6, 1});
  CHECK(ids({"-state:removed", "action:recoverable"}) == Ids{6});
  CHECK(ids({"action:none"}) == Ids{7, 4, 3});
}

TEST_CASE_METHOD(Mailstream,
                 "a message with two such steps is found once, also by a mailbox of a step alone") {
  add_step(1, "elsewhere@group.example", StepState::removed);
  add_step(1, "anna@corp.example", StepState::removed);
  CHECK(ids({"state:removed"}) == Ids{1});
  CHECK(ids({"action:recoverable"}) == Ids{1});
  CHECK(ids({"mailbox:elsewhere@group.example"}) == Ids{1});
  CHECK(ids({"mailbox:group.example"}) == Ids{1});
  CHECK(ids({"to:group.example"}).empty());
  CHECK(ids({"mailbox:anna@corp.example"}) == ids({"to:anna@corp.example"}));
}

TEST_CASE_METHOD(Mailstream, "a time window is exact at both ends") {
  const auto hour = [](std::int64_t hours, std::int64_t more) {
    return format_rfc3339(at_second(hours * 3600 + more));
  };
  CHECK(ids({"after:" + hour(3, 0)}, true) == Ids{7, 6, 5, 4, 3});
  CHECK(ids({"after:" + hour(3, 1)}, true) == Ids{7, 6, 5, 4});
  CHECK(ids({"before:" + hour(3, 0)}, true) == Ids{2, 1});
  CHECK(ids({"before:" + hour(3, 1)}, true) == Ids{3, 2, 1});
  CHECK(ids({"-after:" + hour(3, 0)}, true) == Ids{2, 1});
  CHECK(ids({"after:" + hour(2, 0), "before:" + hour(5, 0)}, true) == Ids{4, 3, 2});
  CHECK(ids({"after:2h"}, true) == Ids{7, 6});
  CHECK(ids({"after:" + hour(99, 0)}, true).empty());
  CHECK(ids({"before:" + hour(-99, 0)}, true).empty());
  CHECK(ids({"after:" + hour(3, 0), "weekly"}) == Ids{3});
  CHECK(ids({"after:" + hour(2, 0), "rule:CREDENTIAL_PHRASE"}) == Ids{7, 6});
}

TEST_CASE_METHOD(Mailstream, "a report that came late stands in its window all the same") {
  RecordedReport late = report(8, "h", Disposition::malicious);
  late.stamp.received_at = at_second(30);
  StoreFixture::record(late);
  CHECK(ids({"before:" + format_rfc3339(at_second(3600))}, true) == Ids{8});
  CHECK(ids({"after:" + format_rfc3339(at_second(3601))}) == Ids{7, 6, 4, 3});
}

TEST_CASE_METHOD(Mailstream,
                 "a search stops at its limit, at the last id previewed, and when told") {
  SearchQuery query;
  query.limit = 2;
  Ids seen;
  const auto remember = [&](const FoundMessage& message) {
    seen.push_back(message.id);
    return true;
  };
  must(search(*store, query, remember));
  CHECK(seen == Ids{7, 6});
  seen.clear();
  query.last_id = 6;
  must(search(*store, query, remember));
  CHECK(seen == Ids{6, 4});
  seen.clear();
  must(search(*store, query, [&](const FoundMessage& message) {
    seen.push_back(message.id);
    return false;
  }));
  CHECK(seen == Ids{6});
}

TEST_CASE_METHOD(StoreFixture, "a search without limit goes through all pages") {
  auto transaction = must(store->begin());
  for (std::uint64_t sequence = 1; sequence <= 250; ++sequence)
    must(store->record({stamp_of(sequence), verdict_of(std::to_string(sequence))}));
  must(transaction->commit());
  for (const char* argument : {"subject:invoice", "rule:LINK_MISMATCH", "to:ben@corp.example",
                               "from:pay.shop.example", "disposition:malicious"}) {
    INFO(argument);
    SearchQuery query = must(parse_search({argument}, at_second(0)));
    query.limit = 0;
    MessageRowId expected = 250;
    must(search(*store, query, [&](const FoundMessage& message) {
      REQUIRE(message.id == expected--);
      return true;
    }));
    CHECK(expected == 0);
  }
}

TEST_CASE_METHOD(StoreFixture, "what the shell or SQL would take as special is searched as text") {
  record(1, verdict_of("a"));
  for (const char* argument :
       {"subject:x'); DROP TABLE messages;--", "\"a\\\" OR *\"", "NEAR(a b)", "^x", "a*", "{x}",
        "subject:\"x\\\"y\"", "rule:%", "from:%@%.%", "url:%"}) {
    INFO(argument);
    SearchQuery query = must(parse_search({argument}, at_second(0)));
    must(search(*store, query, [&](const FoundMessage& message) {
      CHECK(message.id == 0);  // none is found
      return true;
    }));
  }
  CHECK(must(store->counts()).messages == 1);
}

TEST_CASE_METHOD(StoreFixture, "a removed message is no longer found by its words") {
  record(1, verdict_of("a"));
  Verdict merged = verdict_of("a");
  merged.subject = "Reminder";
  merged.score = 99;
  record(2, merged);
  const auto count = [&](const std::string& word) {
    int found = 0;
    must(search(*store, must(parse_search({word}, at_second(0))), [&](const FoundMessage&) {
      ++found;
      return true;
    }));
    return found;
  };
  CHECK(count("subject:invoice") == 0);
  CHECK(count("subject:reminder") == 1);
  CHECK(must(store->forget_before(at_second(100), at_second(100), 10)) == 1);
  CHECK(count("subject:reminder") == 0);
}

}  // namespace
}  // namespace secondlook
