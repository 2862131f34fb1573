#include "analyzer/message/password_candidates.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

bool offers(std::string_view text, const std::string& word) {
  const auto all = password_candidates(text);
  return std::find(all.begin(), all.end(), word) != all.end();
}

}  // namespace

TEST_CASE("the word behind one that speaks of a password is offered, as people write it") {
  CHECK(offers("The password is Xy7!kk.", "Xy7!kk"));
  CHECK(offers("Password: \"a b\" or (Q9w8e7)", "Q9w8e7"));
  CHECK(offers("Das Passwort lautet geheim12", "geheim12"));
  CHECK(offers("PW=abc123", "abc123"));
  CHECK(offers("PASSWORD abc123", "abc123"));
  CHECK(offers("PW　abc123", "abc123"));
  CHECK(offers("ＰＷ：abc123", "abc123"));
  CHECK(offers("x pass　abc123", "abc123"));
  CHECK(offers("Pass：abc123", "abc123"));
  CHECK(offers("pass　word: abc123", "abc123"));
  CHECK(offers("ｐａｓｓｗｏｒｄ　ａｂｃ１２３", "abc123"));
  CHECK(offers("ﾊﾟｽﾜｰﾄﾞ: abc123", "abc123"));
  CHECK(offers("暗証番号 abc123", "abc123"));
  CHECK(offers("パスワードは「k3Jp-22」です。", "k3Jp-22"));
  CHECK(offers("解凍パスワード：２０２６ａｂ", "2026ab"));
  CHECK(offers("パスワード\n\n  z9z9z9 \n", "z9z9z9"));
}

TEST_CASE("a word that ends in punctuation is offered both ways") {
  const auto all = password_candidates("password: abc.123.");
  REQUIRE(all.size() >= 2);
  CHECK(all[0] == "abc.123");
  CHECK(all[1] == "abc.123.");
}

TEST_CASE("words that nothing introduces are no candidates, nor are those far behind") {
  CHECK(password_candidates("Dear Ben,\nsee the attached plan.\n").empty());
  CHECK_FALSE(offers("password below\none1\ntwo2\nthree3\nfour4\n", "four4"));
  CHECK_FALSE(offers("compass points: north", "points"));
  CHECK_FALSE(offers("password: abc", "abc"));  // three letters
  CHECK_FALSE(offers("password: " + std::string(65, 'a'), std::string(65, 'a')));
}

TEST_CASE("candidates are bounded, each comes once") {
  std::string text = "password:";
  for (int i = 0; i < 100; ++i) text += " word" + std::to_string(i);
  CHECK(password_candidates(text).size() == kMostPasswordCandidates);
  CHECK(password_candidates("password: abcd\npassword: abcd\n").size() == 1);
}
