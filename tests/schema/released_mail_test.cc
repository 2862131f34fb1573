#include "schema/released_mail.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

ReleasedMail newsletter() {
  return {4711,           "contoso", "<n1@bank.example>",    "news@bank.example",
          "Your account", "a1b2",    "2026-11-25T10:00:00Z", "uid 0 login ann",
          "our bank",     "QUJD"};
}

}  // namespace

TEST_CASE("a released mail comes back from its file as it was") {
  const auto mail = parse_released_mail(to_json(newsletter()));
  REQUIRE(mail);
  CHECK(to_json(*mail) == to_json(newsletter()));
  CHECK(mail->id == 4711);
  CHECK(mail->released_by == "uid 0 login ann");
  CHECK(released_mail_file_name(4711) == "4711.json");
}

TEST_CASE("a released mail without id or content, or with more than its bounds, is refused") {
  CHECK_FALSE(parse_released_mail("{}"));
  CHECK_FALSE(parse_released_mail("[]"));
  ReleasedMail mail = newsletter();
  mail.packed.clear();
  CHECK_FALSE(parse_released_mail(to_json(mail)));
  mail.packed.assign(ReleasedMail::kMostPacked + 4, 'A');
  CHECK_FALSE(parse_released_mail(to_json(mail)));
}

TEST_CASE("a released mail's name steers no terminal and turns no reading direction") {
  ReleasedMail mail = newsletter();
  mail.subject = "pay\x1B[31m \xE2\x80\xAEnow\xC2\x9B\x80 \xE5\x8F\xA3\xE5\xBA\xA7\r\n";
  const std::string name = name_of(mail);
  CHECK(name ==
        "message 4711 \"pay[31m now \xE5\x8F\xA3\xE5\xBA\xA7\" from news@bank.example "
        "(<n1@bank.example>), released 2026-11-25T10:00:00Z");
}

TEST_CASE("accepted rule sets come back, the newest thousand of them") {
  std::vector<AcceptedRuleSet> accepted;
  for (int i = 0; i < 1200; ++i) accepted.push_back({"set" + std::to_string(i), "at", "by", "why"});
  const auto read = parse_accepted_rule_sets(to_json(accepted));
  REQUIRE(read);
  REQUIRE(read->size() == AcceptedRuleSet::kMost);
  CHECK(read->front().rule_set == "set200");
  CHECK(read->back().reason == "why");
}
