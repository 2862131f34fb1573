#include "analyzer/message/addresses.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string listed(std::string_view raw) {
  std::string text;
  for (const Mailbox& mailbox : parse_mailboxes(raw)) {
    text += "[" + mailbox.display_name + "|" + mailbox.address + "]";
  }
  return text;
}

}  // namespace

TEST_CASE("mailboxes come with or without names, brackets and comments") {
  CHECK(listed("a@b.example") == "[|a@b.example]");
  CHECK(listed("Ann <a@b.example>, <c@d.example>") == "[Ann|a@b.example][|c@d.example]");
  CHECK(listed("a@b.example (Ann (the first))") == "[Ann (the first)|a@b.example]");
  CHECK(listed("\"Last, First\" <a@b.example>") == "[Last, First|a@b.example]");
  CHECK(listed(" Ann\r\n <a@b.example> ,, ") == "[Ann|a@b.example]");
}

TEST_CASE("a quoted local part keeps its comma") {
  CHECK(listed("\"a,b\"@c.example") == "[|\"a,b\"@c.example]");
  CHECK(listed("X <\"a,>b\"@c.example>") == "[X|\"a,>b\"@c.example]");
}

TEST_CASE("display names are decoded") {
  CHECK(listed("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= <a@b.example>") ==
        "[\xE6\x97\xA5\xE6\x9C\xAC|a@b.example]");
  CHECK(listed("\"=?utf-8?Q?Caf=C3=A9?=\" <a@b.example>") == "[Caf\xC3\xA9|a@b.example]");
}

TEST_CASE("groups give their members and an empty group nothing") {
  CHECK(listed("undisclosed-recipients:;") == "");
  CHECK(listed("Team: a@b.example, C <c@d.example>;, e@f.example") ==
        "[|a@b.example][C|c@d.example][|e@f.example]");
}

TEST_CASE("a name that shows another address keeps both apart") {
  CHECK(listed("\"ceo@contoso.example\" <x@attacker.example>") ==
        "[ceo@contoso.example|x@attacker.example]");
  CHECK(listed("ceo@contoso.example <x@attacker.example>") ==
        "[ceo@contoso.example|x@attacker.example]");
}

TEST_CASE("what is broken is read to where it goes") {
  CHECK(listed("Support Team") == "[Support Team|]");
  CHECK(listed("A <a@b.example") == "[A|a@b.example]");
  CHECK(listed("<@relay.example,@x.example:a@b.example>") == "[|a@b.example]");
  CHECK(listed("\"never closed <a@b.example>") != "");
  CHECK(listed("(never closed") == "[never closed|]");
  CHECK(listed("grp: a@b,") == "[|a@b]");
}

TEST_CASE("hundreds of thousands of openings are read in one pass") {
  CHECK(parse_mailboxes(std::string(500'000, '(')).size() == 1);
  CHECK(parse_mailboxes(std::string(500'000, '<')).empty());
  CHECK(parse_mailboxes(std::string(500'000, '"')).empty());
}
