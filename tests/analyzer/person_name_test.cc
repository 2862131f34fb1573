#include "analyzer/person_name.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

bool same(std::string_view a, std::string_view b) {
  const auto left = person_name_keys(a), right = person_name_keys(b);
  return std::ranges::any_of(
      left, [&](const std::string& key) { return std::ranges::find(right, key) != right.end(); });
}

}  // namespace

TEST_CASE("a name is the same in any order, case, width and script that looks alike") {
  CHECK(same("Taro Yamada", "YAMADA, Taro"));
  CHECK(same("Taro Yamada", "Ｔａｒｏ　Ｙａｍａｄａ"));
  CHECK(same("Taro Yamada", "Tаrо Yаmаdа"));  // Cyrillic
  CHECK(same("Taro Yamada", "Taro Yamada (CEO, Contoso)"));
  CHECK(same("Taro Yamada", "Taro\xE2\x80\x8B Yamada"));
  CHECK(same("山田 太郎", "山田太郎"));
  CHECK(same("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"));
}

TEST_CASE("other names are other people") {
  CHECK_FALSE(same("Taro Yamada", "Taro Yamamoto"));
  CHECK_FALSE(same("Taro Yamada", "Yamada"));
  CHECK_FALSE(same("山田 太郎", "山田 花子"));
}

TEST_CASE("what is hardly a name has no key") {
  CHECK(person_name_keys("").empty());
  CHECK(person_name_keys("..").empty());
  CHECK(person_name_keys("Jo").empty());
  CHECK(person_name_keys("(Taro Yamada)").empty());
  CHECK(person_name_keys("\xFF\xFE\x80").empty());
  CHECK_FALSE(person_name_keys(std::string(100'000, 'x')).empty());
}
