#include "analyzer/domain_name.h"

#include <array>
#include <memory>
#include <string>

#include <catch2/catch.hpp>
#include <unicode/uidna.h>
#include <unicode/uspoof.h>

using namespace secondlook;

TEST_CASE("an address gives its domain in readable form") {
  CHECK(domain_of_address("Anna@Mail.Contoso.Example") == "mail.contoso.example");
  CHECK(domain_of_address("anna@xn--mnchen-3ya.example") == "m\xC3\xBCnchen.example");
  CHECK(domain_of_address("\"a@b\"@contoso.example") == "contoso.example");
  CHECK(domain_of_address("nobody").empty());
  CHECK(domain_of_address("").empty());
}

TEST_CASE("a dot behind a name, in any script, and blanks around it are no part of it") {
  for (const char* domain :
       {"contoso.example.", "contoso.example..", " contoso.example. . ", "Contoso.Example\uff0e",
        "contoso\u3002example\uff61", "contoso.example\u3002\u3002", "\u00a0contoso.example"}) {
    INFO(domain);
    CHECK(readable_domain(domain) == "contoso.example");
  }
  CHECK(readable_domain("\u3002").empty());
  CHECK(readable_domain(". .").empty());
}

TEST_CASE("a plain domain is read as ICU reads any") {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status), &uidna_close);
  const std::unique_ptr<USpoofChecker, decltype(&uspoof_close)> spoof(uspoof_open(&status),
                                                                      &uspoof_close);
  REQUIRE(U_SUCCESS(status));
  for (const std::string domain :
       {"Mail.CONTOSO.example", "a-b.c", "-a.b", "a-.b", "a..b", "127.0.0.1", "x",
        "m1IlO0-rn.Example.COM", "ab--c.example", "xn--a.example", "under_score.example"}) {
    INFO(domain);
    std::array<char, 300> text{};
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    auto size = uidna_nameToUnicodeUTF8(idna.get(), domain.data(), static_cast<int>(domain.size()),
                                        text.data(), static_cast<int>(text.size()), &info, &status);
    REQUIRE(U_SUCCESS(status));
    const std::string readable(text.data(), static_cast<std::size_t>(size));
    CHECK(readable_domain(domain) == readable);
    size =
        uspoof_getSkeletonUTF8(spoof.get(), 0, readable.data(), static_cast<int>(readable.size()),
                               text.data(), static_cast<int>(text.size()), &status);
    REQUIRE(U_SUCCESS(status));
    CHECK(look_of(domain) == std::string(text.data(), static_cast<std::size_t>(size)));
  }
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
