#include "analyzer/message/content_field.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("type and parameters are taken apart, names in lower case") {
  const auto field = parse_content_field(" Text/HTML; Charset=\"UTF-8\";\r\n\tformat=flowed");
  CHECK(field.value == "text/html");
  CHECK(field.parameter("charset") == "UTF-8");
  CHECK(field.parameter("format") == "flowed");
  CHECK(field.parameter("name") == "");
}

TEST_CASE("quotes, escapes, comments and missing semicolons are read as clients read them") {
  CHECK(parse_content_field("multipart/mixed; boundary=\"a;b\"").parameter("boundary") == "a;b");
  CHECK(parse_content_field("multipart/mixed; boundary=\"a\\\"b\"").parameter("boundary") ==
        "a\"b");
  CHECK(parse_content_field("multipart/mixed (x; boundary=no) ; boundary=yes (c)")
            .parameter("boundary") == "yes");
  CHECK(parse_content_field("text/plain charset=utf-8").parameter("charset") == "utf-8");
  CHECK(parse_content_field("text/plain;; charset = utf-8").parameter("charset") == "utf-8");
  CHECK(parse_content_field("application/x; name=my file.pdf; a=b").parameter("name") ==
        "my file.pdf");
}

TEST_CASE("a quote that never closes ends with its line") {
  const auto field = parse_content_field("multipart/mixed; boundary=\"abc\r\n\tcharset=x");
  CHECK(field.parameter("boundary") == "abc");
  CHECK(field.parameter("charset") == "x");
}

TEST_CASE("RFC 2231 parameters are joined, decoded and win over plain ones") {
  const auto field = parse_content_field(
      "attachment; filename=\"harmless.txt\";\r\n filename*0*=iso-2022-jp'ja'%1B$B%46%7C;"
      " filename*1*=K%5C%1B(B; filename*2=.exe");
  CHECK(field.parameter("filename") == "\xE6\x97\xA5\xE6\x9C\xAC.exe");
  CHECK(parse_content_field("a/b; boundary*=us-ascii''x%20y").parameter("boundary") == "x y");
  CHECK(parse_content_field("a/b; name*1=b; name*0=a; name*3=d").parameter("name") == "ab");
}

TEST_CASE("the first of equal parameters counts") {
  CHECK(parse_content_field("a/b; boundary=x; boundary=y").parameter("boundary") == "x");
}

TEST_CASE("a field cut at any place is read to where it goes") {
  const std::string raw = "text/plain; name*0*=utf-8''%E6%97; x=\"y\\\"z\"; (c(d)e) q=r";
  for (std::size_t length = 0; length <= raw.size(); ++length) {
    const auto field = parse_content_field(std::string_view(raw).substr(0, length));
    CHECK(std::string("text/plain").starts_with(field.value));
  }
}
