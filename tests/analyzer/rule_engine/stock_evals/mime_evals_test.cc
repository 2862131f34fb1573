#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::says;

namespace {

std::string part(const std::string& fields, const std::string& body) {
  return "--b\n" + fields + "\n" + body + "\n";
}

std::string multipart(const std::string& kind, const std::string& parts,
                      const std::string& behind = "--b--\n") {
  return "Subject: x\nContent-Type: multipart/" + kind + "; boundary=b\n\n" + parts + behind;
}

}  // namespace

TEST_CASE("HTML without a plain text beside it is told") {
  const std::string html = part("Content-Type: text/html\n", "<p>x");
  const std::string plain = part("Content-Type: text/plain\n", "x");
  CHECK(says("check_for_mime_html_only()", multipart("mixed", html)));
  CHECK_FALSE(says("check_for_mime_html_only()", multipart("alternative", plain + html)));
  CHECK(says("check_for_mime_html()", multipart("alternative", plain + html)));
  CHECK(says("check_ma_non_text()",
             multipart("alternative", plain + part("Content-Type: application/zip\n", "x"))));
  CHECK_FALSE(says("check_ma_non_text()", multipart("alternative", plain + html)));
}

TEST_CASE("encodings are counted and judged") {
  const std::string base64 = "Subject: x\nContent-Transfer-Encoding: base64\n\n";
  CHECK(says("check_for_mime('mime_base64_count')", base64 + "eHl6\n"));
  CHECK(says("check_for_mime('mime_base64_encoded_text')", base64 + "eHl6\n"));
  CHECK_FALSE(says("check_for_mime('mime_base64_encoded_text')",
                   "Content-Type: text/plain; charset=utf-8\n" + base64 + "eHl6\n"));
  CHECK(says("check_base64_length('79')", base64 + std::string(100, 'A') + "\n"));
  CHECK_FALSE(says("check_base64_length('79')", base64 + std::string(76, 'A') + "\n"));
  const std::string quoted = "Subject: x\nContent-Transfer-Encoding: quoted-printable\n\n";
  CHECK(says("check_for_mime('mime_qp_count')", quoted + "=41=42=43\n"));
  CHECK_FALSE(says("check_for_mime('mime_qp_count')", quoted + "a=3Db=20\n"));
  CHECK(says("check_for_mime('mime_qp_long_line')", quoted + std::string(100, 'a') + "\n"));
  CHECK(says("check_qp_ratio('0.5')", quoted + "=41=42=43\n") == false);
  CHECK(says("check_qp_ratio('0.3')", quoted + "=41=42=43\n"));
}

TEST_CASE("attachments and odd charsets are noticed") {
  CHECK(says("check_for_mime('mime_attachment')",
             multipart("mixed", part("Content-Disposition: attachment\n", "x"))));
  CHECK(says("check_for_mime('mime_bad_iso_charset')",
             "Content-Type: text/plain; charset=iso-1234-5\n\nx"));
  CHECK_FALSE(says("check_for_mime('mime_bad_iso_charset')",
                   "Content-Type: text/plain; charset=iso-8859-1\n\nx"));
  CHECK(says("check_for_mime('mime_faraway_charset')",
             "Content-Type: text/plain; charset=koi8-r\n\nx", "ok_locales en"));
}

TEST_CASE("plain text that says it is ASCII must be") {
  CHECK(says("check_for_ascii_text_illegal()", "Subject: x\n\ncaf\xE9\n"));
  CHECK_FALSE(says("check_for_ascii_text_illegal()",
                   "Content-Type: text/plain; charset=utf-8\n\ncaf\xC3\xA9\n"));
  CHECK(says("check_abundant_unicode_ratio('0.02')", "Subject: x\n\n&#x0041;&#x0042; ab\n"));
  CHECK_FALSE(says("check_abundant_unicode_ratio('0.02')", "Subject: x\n\nplain words\n"));
}

TEST_CASE("plain text that is little beside its HTML is a fig leaf") {
  const std::string html = part("Content-Type: text/html\n", std::string(5000, 'x'));
  CHECK(says("check_mime_multipart_ratio('0.00', '0.01')",
             multipart("alternative", part("Content-Type: text/plain\n", "x") + html)));
  CHECK_FALSE(says(
      "check_mime_multipart_ratio('0.00', '0.01')",
      multipart("alternative", part("Content-Type: text/plain\n", std::string(500, 'y')) + html)));
}

TEST_CASE("what is wrong with the frame of a message is told") {
  const std::string good = part("Content-Type: text/plain\n", "x");
  CHECK(says("check_msg_parse_flags('mime_epilogue_exists')",
             multipart("mixed", good, "--b--\nbehind the end\n")));
  CHECK_FALSE(says("check_msg_parse_flags('mime_epilogue_exists')", multipart("mixed", good)));
  CHECK(says("check_msg_parse_flags('missing_mime_headers')",
             multipart("mixed", "--b\nno field here\n")));
  CHECK_FALSE(says("check_msg_parse_flags('missing_mime_headers')", multipart("mixed", good)));
  CHECK(says("check_msg_parse_flags('missing_mime_head_body_separator')",
             multipart("mixed", "--b\nContent-Type: text/plain\nbody at once\n")));
  CHECK(says("check_msg_parse_flags('truncated_header')",
             "Subject: " + std::string(9000, 'x') + "\n\nx"));
}

TEST_CASE("the words of both alternatives are compared") {
  const auto both = [](const std::string& plain, const std::string& html) {
    return multipart("alternative", part("Content-Type: text/plain\n", plain) +
                                        part("Content-Type: text/html\n", html));
  };
  CHECK(
      says("multipart_alternative_difference('99', '100')", both("one two", "<b>three four</b>")));
  CHECK_FALSE(
      says("multipart_alternative_difference('99', '100')", both("one two", "<b>one four</b>")));
  CHECK(says("multipart_alternative_difference_count('3', '1')",
             both("a1 a2 a3 a4 a5 a6 a7 a8 a9", "b1 <br>b2")));
  // More words than the table begins with; half of them are in the other part, a word twice is not.
  std::string words, half;
  for (int i = 0; i < 3000; ++i) (i % 2 == 0 ? half : words) += "w" + std::to_string(i) + " ";
  CHECK(says("multipart_alternative_difference('49.9', '50')", both(half, words + half)));
  CHECK(says("multipart_alternative_difference('50', '51')", both(half, words + half + "w0")));
}

TEST_CASE("the body is measured") {
  CHECK(says("check_body_length('128')", "Subject: x\n\nshort\n"));
  CHECK_FALSE(says("check_body_length('128')", "Subject: x\n\n" + std::string(200, 'x')));
  std::string shouting = "Subject: x\n\n";
  for (int i = 0; i < 30; ++i) shouting += "BUY THIS now ";
  CHECK(says("check_for_uppercase('50', '75')", shouting));
  CHECK_FALSE(says("check_for_uppercase('75', '100')", shouting));
  CHECK(says("check_blank_line_ratio('80', '90', '4')", "Subject: x\n\na\n\n\n\n\n\n"));
  CHECK(says("tvd_vertical_words('0', '10')", "Subject: word\n\n" + std::string(50, 'x') + "\n"));
  CHECK_FALSE(
      says("tvd_vertical_words('0', '10')", "Subject: two words here\n\nmore words here\n"));
  CHECK(says("check_stock_info('2')", "Subject: x\n\nTicker: ABC\nCompany name: Abc Inc\n"));
  CHECK_FALSE(says("check_stock_info('2')", "Subject: x\n\nTicker: ABC\n"));
}

TEST_CASE("attached images are measured") {
  // GIF of 640 x 400.
  const std::string gif = part(
      "Content-Type: image/gif; name=\"a.gif\"\nContent-Transfer-Encoding: "
      "base64\n",
      "R0lGODlhgAKQAfAAAA==");
  const std::string mail =
      multipart("mixed", part("Content-Type: text/plain\n", "hello there") + gif);
  CHECK(says("image_count('gif', '1', '1')", mail));
  CHECK(says("image_count('all', '1')", mail));
  CHECK_FALSE(says("image_count('png', '1')", mail));
  CHECK(says("pixel_coverage('gif', '180000', '475000')", mail));
  CHECK(says("image_size_exact('gif', '400', '640')", mail));
  CHECK(says("image_size_range('gif', '300', '600', '500', '700')", mail));
  CHECK(says("image_named('a.gif')", mail));
  CHECK(says("image_name_regex('^a\\.')", mail));
  CHECK(says("image_to_text_ratio('all', '0.000', '0.008')", mail));
}

TEST_CASE("a charset that nobody here reads counts when the body is full of it") {
  const std::string body(50, '\xD0');
  CHECK(says("check_for_faraway_charset()", "Content-Type: text/plain; charset=koi8-r\n\n" + body,
             "ok_locales en"));
  CHECK_FALSE(says("check_for_faraway_charset()", "Content-Type: text/plain; charset=koi8-r\n\nx",
                   "ok_locales en"));
}
