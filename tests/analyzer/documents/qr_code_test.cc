#include "analyzer/documents/qr_code.h"

#include <catch2/catch.hpp>

#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace secondlook::test;

namespace {

const std::string kUrl = "https://evil.example/login?m=alice@contoso.example";
using Texts = std::vector<std::string>;

DocumentFindings inspect(const std::string& file) {
  DocumentFindings findings;
  inspect_picture(file, findings);
  return findings;
}

}  // namespace

TEST_CASE("a code's text becomes a fact and its URL a link") {
  const auto found = inspect(as_png(draw_qr_code(kUrl)));
  CHECK(found.qr_urls() == Texts{kUrl});
  REQUIRE(found.facts().size() == 1);
  CHECK(found.facts()[0].name == "qr_code");
  CHECK(found.facts()[0].detail == kUrl);
  CHECK(found.unseen().empty());
}

TEST_CASE("codes are found small and large, in every kind of picture") {
  for (int module = 1; module <= 12; ++module) {
    INFO(module);
    CHECK(read_qr_codes(draw_qr_code(kUrl, module)) == Texts{kUrl});
  }
  const GreyPicture code = draw_qr_code(kUrl, 5);
  for (const std::string& file : {as_jpeg(code), as_gif(code), as_webp(code), as_bmp(code, 1)})
    CHECK(inspect(file).qr_urls() == Texts{kUrl});
}

TEST_CASE("a light code on dark is found, beside a dark one too") {
  const GreyPicture other = negative(draw_qr_code("https://other.example/"));
  CHECK(read_qr_codes(other) == Texts{"https://other.example/"});
  GreyPicture both = blank_picture(900, 500);
  paste(draw_qr_code(kUrl), 40, 40, both);
  paste(other, 500, 40, both);
  CHECK(read_qr_codes(both) == Texts{kUrl, "https://other.example/"});
}

TEST_CASE("several codes in one picture are all found") {
  GreyPicture page = blank_picture(1000, 1000, 240);
  paste(draw_qr_code("https://a.example/1"), 50, 60, page);
  paste(draw_qr_code("https://b.example/2"), 600, 100, page);
  paste(draw_qr_code("https://c.example/3"), 300, 700, page);
  CHECK(read_qr_codes(page).size() == 3);
}

TEST_CASE("a code whose light or dark modules are transparent is found") {
  const GreyPicture code = draw_qr_code(kUrl);
  CHECK(inspect(as_png_without(code, 255)).qr_urls() == Texts{kUrl});
  CHECK(inspect(as_png_without(negative(code), 0)).qr_urls() == Texts{kUrl});
  CHECK(inspect(as_png_without(negative(code), 255)).qr_urls() == Texts{kUrl});
}

TEST_CASE("pale codes, and codes in a corner of a large page, are found") {
  GreyPicture pale = draw_qr_code(kUrl);
  for (std::uint8_t& grey : pale.grey) grey = grey == 0 ? 170 : 225;
  CHECK(read_qr_codes(pale) == Texts{kUrl});
  GreyPicture page = blank_picture(1654, 2339);  // A4 at 200 dpi
  paste(draw_qr_code(kUrl, 5), 1300, 2000, page);
  CHECK(inspect(as_png(page)).qr_urls() == Texts{kUrl});
  CHECK(inspect(as_jpeg(page)).qr_urls() == Texts{kUrl});
}

TEST_CASE("pictures without a code hold none") {
  CHECK(read_qr_codes(blank_picture(300, 300)).empty());
  CHECK(read_qr_codes(blank_picture(1, 1)).empty());
  CHECK(inspect(as_png(blank_picture(20, 20, 0))).facts().empty());
  GreyPicture stripes = blank_picture(400, 400);
  for (std::size_t i = 0; i < stripes.grey.size(); ++i) stripes.grey[i] = i % 7 < 3 ? 0 : 255;
  CHECK(read_qr_codes(stripes).empty());
}

TEST_CASE("what leads somewhere is told from what is only text") {
  CHECK(target_of_code("https://a.example/x y") == "https://a.example/x");
  CHECK(target_of_code("HTTPS://A.EXAMPLE/X") == "HTTPS://A.EXAMPLE/X");
  CHECK(target_of_code("Scan me: http://a.example/1") == "http://a.example/1");
  CHECK(target_of_code(" www.a.com ") == "www.a.com");
  CHECK(target_of_code("a.com/login") == "http://a.com/login");
  CHECK(target_of_code("a.com:8080/login") == "http://a.com:8080/login");
  for (const char* text :
       {"WIFI:S:net;T:WPA;P:secret;;", "BEGIN:VCARD", "a.com", "12/2026", "tel:+49",
        "mailto:a@b.com", "a@b.com/x", "Invoice 12.5/3", "", "/", "a.com:x"})
    CHECK_FALSE(target_of_code(text));
}

TEST_CASE("a picture that is shown twice is looked at once") {
  DocumentFindings findings;
  const std::string file = as_png(draw_qr_code(kUrl));
  inspect_picture(file, findings);
  const std::size_t left = findings.allowance().pictures;
  inspect_picture(file, findings);
  CHECK(findings.allowance().pictures == left);
}

TEST_CASE("icons cost no picture of the allowance; when it is used up, that is said") {
  InspectionAllowance allowance;
  allowance.pictures = 1;
  DocumentFindings findings(allowance);
  for (std::uint8_t grey = 0; grey < 50; ++grey)
    inspect_picture(as_png(blank_picture(50, 50, grey)), findings);
  inspect_picture(as_png(blank_picture(200, 200)), findings);
  CHECK(findings.unseen().empty());
  inspect_picture(as_png(draw_qr_code(kUrl)), findings);
  CHECK(findings.unseen().size() == 1);
  CHECK(findings.qr_urls().empty());
}

TEST_CASE("a damaged picture that nobody can see is no reason to call a mail unscanned") {
  CHECK(inspect(as_jpeg(draw_qr_code(kUrl)).substr(0, 30)).unseen().empty());
  std::string huge = as_png(blank_picture(30, 30));
  huge[16] = '\x40';
  CHECK(inspect(huge).unseen().size() == 1);
}
