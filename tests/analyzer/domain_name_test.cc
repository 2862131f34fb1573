#include "analyzer/domain_name.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("an address gives its domain in readable form") {
  CHECK(domain_of_address("Anna@Mail.Contoso.Example") == "mail.contoso.example");
  CHECK(domain_of_address("anna@xn--mnchen-3ya.example") == "m\xC3\xBCnchen.example");
  CHECK(domain_of_address("\"a@b\"@contoso.example") == "contoso.example");
  CHECK(domain_of_address("nobody").empty());
  CHECK(domain_of_address("").empty());
}

TEST_CASE("a domain's registrable name stands under its public suffix") {
  CHECK(registrable_name("mail.contoso.example") == "contoso.example");
  CHECK(registrable_name("a.b.contoso.co.uk") == "contoso.co.uk");
  CHECK(registrable_name("contoso.co.jp") == "contoso.co.jp");
  CHECK(brand_label("mail.contoso.co.jp") == "contoso");
}

TEST_CASE("names that a reader cannot tell apart have the same look") {
  CHECK(look_of("contoso.example") == look_of("c\xD0\xBEntoso.example"));  // Cyrillic o
  CHECK(look_of("modern.example") == look_of("rnodern.example"));
  CHECK(look_of("contoso.example") == look_of("xn--cntoso-wqf.example"));
  CHECK(look_of("contoso.example") != look_of("fabrikam.example"));
}

TEST_CASE("one edit is one letter more, less, other, or two swapped") {
  CHECK(differs_by_one_edit("contoso", "contosoo"));
  CHECK(differs_by_one_edit("contoso", "contso"));
  CHECK(differs_by_one_edit("contoso", "cantoso"));
  CHECK(differs_by_one_edit("contoso", "cotnoso"));
  CHECK(differs_by_one_edit("contoso", "c\xC3\xB6ntoso"));
  CHECK(differs_by_one_edit("a", ""));
  CHECK_FALSE(differs_by_one_edit("contoso", "contoso"));
  CHECK_FALSE(differs_by_one_edit("contoso", "ocntsoo"));
  CHECK_FALSE(differs_by_one_edit("contoso", "conto"));
  CHECK_FALSE(differs_by_one_edit("contoso", "fabrikam"));
}

TEST_CASE("an own domain covers what stands beneath it and nothing that merely ends alike") {
  const std::vector<std::string> own = {"contoso.example"};
  CHECK(is_own_domain("contoso.example", own));
  CHECK(is_own_domain("mail.contoso.example", own));
  CHECK_FALSE(is_own_domain("notcontoso.example", own));
  CHECK_FALSE(is_own_domain("contoso.example.evil.example", own));
  CHECK_FALSE(is_own_domain("", own));
}
