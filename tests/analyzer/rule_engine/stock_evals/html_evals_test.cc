#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::says;

namespace {

std::string html(const std::string& body) {
  return "Subject: short\nContent-Type: text/html; charset=utf-8\n\n" + body;
}

}  // namespace

TEST_CASE("an HTML part is told from plain text") {
  CHECK(says("html_test('html')", html("<p>x")));
  CHECK_FALSE(says("html_test('html')", "Subject: x\n\n<p>x"));
}

TEST_CASE("tags are seen and balanced") {
  CHECK(says("html_tag_exists('center')", html("<CENTER>x")));
  CHECK_FALSE(says("html_tag_exists('center')", html("<!-- <center> -->x")));
  CHECK(says("html_tag_balance('body', '!= 0')", html("<body><body>x</body>")));
  CHECK_FALSE(says("html_tag_balance('body', '!= 0')", html("<body>x</body></body>")));
}

TEST_CASE("a mail that is one picture is told by the length of its source") {
  const std::string picture = html("<html><img src=x width=600 height=400></html>");
  CHECK(says("html_image_only('0000', '0400')", picture));
  CHECK_FALSE(says("html_image_only('0400', '0800')", picture));
  CHECK_FALSE(says("html_image_only('0000', '0400')", html("<p>words")));
  CHECK(says("html_image_ratio('0.000', '0.002')", html("<img width=600 height=400>ten letters")));
  CHECK_FALSE(says("html_image_ratio('0.000', '0.002')", html("<img src=x>ten letters")));
}

TEST_CASE("text in the colour of its ground has low contrast") {
  CHECK(says("html_test('font_low_contrast')", html("<font color='#fefefe'>hidden</font>")));
  CHECK(says("html_test('font_low_contrast')",
             html("<div style='background-color:#336699;color:#346798'>hidden</div>")));
  CHECK(says("html_test('font_low_contrast')",
             html("<div style='background: url(x.png), navy; color: rgb(0,0,127)'>hidden</div>")));
  CHECK_FALSE(says("html_test('font_low_contrast')", html("<font color=white></font>seen")));
  CHECK_FALSE(says("html_test('font_low_contrast')", html("<font color=red>seen</font>")));
  CHECK(says("html_test('font_invalid_color')", html("<font color=nosuchred>x</font>")));
}

TEST_CASE("fonts are measured") {
  CHECK(says("html_range('max_size', '5', '6')", html("<font size=6>x")));
  CHECK(says("html_range('max_size', '6', 'inf')", html("<font size='+4'>x")));
  CHECK_FALSE(says("html_range('max_size', '5', '6')", html("<font size=4>x")));
  CHECK(says("html_test('font_face_bad')", html("<font face='@!x'>x")));
  CHECK_FALSE(
      says("html_test('font_face_bad')", html("<font face='Arial, \"Times New Roman\"'>x")));
}

TEST_CASE("tags that are none, and tags inside words, are counted") {
  CHECK(says("html_range('bad_tag_ratio', '0.40', '0.60')", html("<zz>a<b>c")));
  CHECK(says("html_range('obfuscation_ratio', '.9', '1.0')", html("via<b>gra")));
  CHECK_FALSE(says("html_range('obfuscation_ratio', '.1', '1.0')", html("via <b>gra")));
  CHECK(says("html_range('closed_extra_ratio', '0.09', 'inf')", html("<p>x</b></i>")));
}

TEST_CASE("comments, titles and anchors are searched") {
  CHECK(says("html_text_match('comment', '<!-- saved from')", html("<!-- saved from url -->")));
  CHECK_FALSE(says("html_text_match('comment', 'doctype')", html("<!doctype html>")));
  CHECK(says("html_text_match('anchor', '<img>')", html("<a href=x><img src=y></a>")));
  CHECK(says("html_title_subject_ratio('3.5')",
             html("<title>a title that is far longer than that</title>")));
  CHECK_FALSE(says("html_title_subject_ratio('3.5')", html("<title>short</title>")));
}

TEST_CASE("forms, embedded objects and foreign charsets are noticed") {
  CHECK(says("html_test('form_action_mailto')", html("<form action='MAILTO:a@b.example'>")));
  CHECK(says("html_test('embeds')", html("<object>")));
  CHECK(says("check_iframe_src()", html("<iframe src='http://a.example'></iframe>")));
  const std::string russian =
      html("<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>x");
  CHECK(says("html_charset_faraway()", russian, "ok_locales en"));
  CHECK_FALSE(says("html_charset_faraway()", russian, "ok_locales ru"));
  CHECK_FALSE(says("html_charset_faraway()", russian));
}

TEST_CASE("numbers are compared as rules write them") {
  CHECK(says("html_eval('length', '< 384')", html("<p>x")));
  CHECK_FALSE(says("html_eval('length', '>= 384')", html("<p>x")));
  CHECK_FALSE(says("html_eval('no_such_number', '< 384')", html("<p>x")));
}
