#include "analyzer/message/normalised_text.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

std::string normalised(std::string_view text) {
  return normalised_text(text, 1 << 20).text;
}

}  // namespace

TEST_CASE("widths are folded, and half-width kana take their marks") {
  CHECK(normalised("ｐａｓｓ１２３＠ｅｘａｍｐｌｅ．ｃｏｍ") == "pass123@example.com");
  CHECK(normalised("ﾊﾟｽﾜｰﾄﾞとｱｶｳﾝﾄ") == "パスワードとアカウント");
  CHECK(normalised("ハ゜スワート゛") == "パスワード");
  CHECK(normalised("㈱ ① ㍻") == "(株) 1 平成");
}

TEST_CASE("radicals and mathematical letters become the characters that they look like") {
  CHECK(normalised("⼝座 ⽤") == "口座用");
  CHECK(normalised("𝐏𝐚𝐲") == "Pay");
}

TEST_CASE("characters without width are gone, also between a kana and its mark") {
  CHECK(normalised("パ\u200Bス\u200Cワ\u2060ー\uFEFFド") == "パスワード");
  CHECK(normalised("ﾊ\u200Bﾟｽ") == "パス");
  CHECK(normalised("A\u00ADmazon\u3164x") == "Amazonx");
}

TEST_CASE("blanks go between Japanese characters and stay everywhere else") {
  CHECK(normalised("パ ス ワ ー ド を 確 認") == "パスワードを確認");
  CHECK(normalised("ご　案　内　。") == "ご案内。");
  CHECK(normalised("Amazon から 2 件 の order 3") == "Amazon から 2 件の order 3");
  CHECK(normalised("行末 \n行頭") == "行末 \n行頭");
}

TEST_CASE("one sign between three single characters or more spells a word") {
  CHECK(normalised("お客様のカ・ー・ドを") == "お客様のカードを");
  CHECK(normalised("パ.ス.ワ.ー.ド") == "パスワード");
  CHECK(normalised("停・止") == "停・止");
  CHECK(normalised("カ・ー*ド") == "カ・ー*ド");
  CHECK(normalised("東京・大阪・京都") == "東京・大阪・京都");
}

TEST_CASE("four single Latin letters or more are a word") {
  CHECK(normalised("Ｌ Ｉ Ｎ Ｅ、A.m.a.z.o.n、") == "LINE、Amazon、");
  CHECK(normalised("U.S.A.、plan A B C、x A B C Dy、") == "U.S.A.、plan A B C、xABC Dy、");
}

TEST_CASE("kanji and dashes between kana are the kana that they look like") {
  CHECK(normalised("セゾン力一ドのパスワ一ド") == "セゾンカードのパスワード");
  CHECK(normalised("口グインとアカウン卜") == "ログインとアカウント");
  CHECK(normalised("カ―ド、カ－ド") == "カード、カード");
  CHECK(normalised("入口、電力、夕方、一ドル、二ドル、ボタンへ") ==
        "入口、電力、夕方、一ドル、二ドル、ボタンへ");
  CHECK(normalised("データ入力") == "データ入力");
}

TEST_CASE("kanji numbers are digits before what is counted, and nowhere else") {
  CHECK(normalised("二十四時間以内、四八時間、三日以内、百五十円") ==
        "24時間以内、48時間、3日以内、150円");
  CHECK(normalised("二〇二六円、九千九百九十九円") == "2026円、9999円");
  CHECK(normalised("一時停止、十分ご注意、一部、三井住友") ==
        "一時停止、十分ご注意、一部、三井住友");
  CHECK(normalised("一二三四五円") == "一二三四五円");
}

TEST_CASE("letters of other scripts are read as Latin ones in words that have Latin ones") {
  CHECK(normalised("\u0410mаzоn") == "Amazon");
  CHECK(normalised("Привет 24μs") == "Привет 24μs");
}

TEST_CASE("ASCII and line feeds stay as they are") {
  CHECK(normalised("a  b\n\nc\t-d_e") == "a  b\n\nc\t-d_e");
  CHECK(normalised("あ\n\nい\n") == "あ\n\nい\n");
  CHECK(normalised("").empty());
}

TEST_CASE("malformed bytes are replaced, and what grows is cut") {
  CHECK(normalised("あ\xE3\x81い") == "あ\uFFFDい");
  std::string growing;
  for (int i = 0; i < 1000; ++i) growing += "\uFDFA\n";
  const NormalisedText cut = normalised_text(growing, 1000);
  CHECK(cut.cut);
  CHECK(cut.text.size() < 1100);
  CHECK_FALSE(normalised_text("あ", 1000).cut);
}

TEST_CASE("a line longer than what is normalised at once loses nothing") {
  std::string line;
  for (int i = 0; i < 100'000; ++i) line += "あ";
  CHECK(normalised(line) == line);
}
