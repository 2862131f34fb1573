// The other side of eval functions whose hits the tests beside this one show: what they must not
// take for a hit.
#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using secondlook::test::hits_on;
using secondlook::test::says;

namespace {

std::string html(const std::string& body) {
  return "Subject: x\nContent-Type: text/html\n\n" + body;
}

// A picture of 640 x 400, named a.gif, beside a plain text.
const std::string kPicture =
    "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    "hello there\n--b\nContent-Type: image/gif; name=\"a.gif\"\nContent-Transfer-Encoding: base64\n"
    "\nR0lGODlhgAKQAfAAAA==\n--b--\n";

}  // namespace

TEST_CASE("pictures of another size or name are not taken") {
  CHECK_FALSE(says("pixel_coverage('gif', '300000', '475000')", kPicture));
  CHECK_FALSE(says("image_size_exact('gif', '640', '400')", kPicture));
  CHECK_FALSE(says("image_size_range('gif', '500', '600')", kPicture));
  CHECK_FALSE(says("image_size_range('gif', '300', '500', '399')", kPicture));
  CHECK_FALSE(says("image_named('b.gif')", kPicture));
  CHECK_FALSE(says("image_name_regex('^b\\.')", kPicture));
  CHECK_FALSE(says("image_to_text_ratio('all', '0.008', '0.016')", kPicture));
}

TEST_CASE("a rawbody rule measures pictures against the raw text") {
  const auto hits = [](const std::string& bounds) {
    return hits_on("rawbody RATIO eval:image_to_text_ratio('all', " + bounds + ")\n", kPicture);
  };
  CHECK(hits("'0.000', '0.008'") == "RATIO");
  CHECK(hits("'0.008', '0.016'") == "");
}

TEST_CASE("links and frames that show what they are pass") {
  CHECK_FALSE(says("check_https_ip_mismatch()",
                   html("<a href='http://192.0.2.7/'>https://192.0.2.7/</a>")));
  CHECK_FALSE(
      says("check_https_ip_mismatch()", html("<a href='http://bank.com/'>https://bank.com</a>")));
  CHECK_FALSE(says("check_uri_truncated()", html("<a href='http://a.com/short'>x</a>")));
  CHECK_FALSE(says("check_iframe_src()", html("<iframe></iframe>")));
  CHECK(says("html_text_not_match('title', '^hello')", html("<title>good day</title>")));
  CHECK_FALSE(says("html_text_not_match('title', '^hello')", html("<title>hello</title>")));
  CHECK_FALSE(says("html_text_not_match('title', '^hello')", html("<p>no title")));
}

TEST_CASE("plain mails are not HTML, not mostly blank and not oddly encoded") {
  CHECK_FALSE(says("check_for_mime_html()", "Subject: x\n\n<p>x"));
  CHECK_FALSE(says("check_blank_line_ratio('80', '90', '4')", "Subject: x\n\na\nb\n\nc\nd\n"));
  CHECK_FALSE(says("check_qp_ratio('0.01')", "Subject: x\n\nplain\n"));
  CHECK_FALSE(says("check_for_unique_subject_id()", "Subject: buy now     xk7hq2\n\nx"));
}

TEST_CASE("who is on no list is not found on it") {
  const std::string mail = "Reply-To: a@shop.example\nTo: me@own.example\n\nx";
  const std::string lists =
      "enlist_addrlist (BANKS) *@*.bank.example\nmore_spam_to you@own.example\n"
      "all_spam_to you@own.example\nutil_rb_tld example\nfreemail_domains free.example";
  CHECK_FALSE(says("check_replyto_in_list('BANKS')", mail, lists));
  CHECK_FALSE(says("check_to_in_list('BANKS')", mail, lists));
  CHECK_FALSE(says("check_to_in_more_spam()", mail, lists));
  CHECK_FALSE(says("check_to_in_all_spam()", mail, lists));
  CHECK_FALSE(says("check_freemail_header('Reply-To')", mail, lists));
  CHECK_FALSE(says("have_any_bounce_relays()", mail, lists));
}

TEST_CASE("alternatives of about as many words differ in nothing") {
  CHECK_FALSE(says("multipart_alternative_difference_count('3', '1')",
                   "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
                   "Content-Type: text/plain\n\none two three\n--b\n"
                   "Content-Type: text/html\n\n<p>one two three</p>\n--b--\n"));
}
