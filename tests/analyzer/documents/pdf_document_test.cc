#include "analyzer/documents/pdf_document.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/archive_writer.h"
#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace secondlook::test;

namespace {

const std::string kUrl = "https://evil.example/login";
using Texts = std::vector<std::string>;

DocumentFindings inspect(const std::string& pdf) {
  DocumentFindings findings;
  inspect_pdf_document(pdf, findings);
  return findings;
}

// A document whose catalogue has that entry, and further objects from number 3 on.
std::string pdf_with(const std::string& entry, const Texts& more = {}) {
  Texts objects = {"<< /Type /Catalog /Pages 2 0 R " + entry + " >>",
                   "<< /Type /Pages /Kids [] /Count 0 >>"};
  objects.insert(objects.end(), more.begin(), more.end());
  return make_pdf(objects);
}

std::string detail_of(const DocumentFindings& findings, std::string_view fact) {
  for (const DocumentFact& held : findings.facts())
    if (held.name == fact) return held.detail;
  return "none";
}

std::string size_of(const GreyPicture& picture) {
  return " /Width " + std::to_string(picture.width) + " /Height " + std::to_string(picture.height);
}

std::string bytes_of(const GreyPicture& picture) {
  return {picture.grey.begin(), picture.grey.end()};
}

// One bit a pixel, 1 is white.
std::string bits_of(const GreyPicture& picture) {
  std::string bits;
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; x += 8) {
      int byte = 0;
      for (int i = 0; i < 8; ++i) {
        const bool is_white =
            x + i < picture.width &&
            picture.grey[static_cast<std::size_t>(y * picture.width + x + i)] > 127;
        byte = byte << 1 | (is_white ? 1 : 0);
      }
      bits += static_cast<char>(byte);
    }
  return bits;
}

std::string picture_object(const std::string& dictionary, const std::string& content) {
  return pdf_stream("/Type /XObject /Subtype /Image" + dictionary, content);
}

}  // namespace

TEST_CASE("links of annotations and actions are read") {
  const auto found = inspect(pdf_with(
      "",
      {"<< /Type /Annot /Subtype /Link /A << /S /URI /URI (" + kUrl + ") >> >>",
       "<< /S /URI /URI <FEFF0068007400740070003A002F002F0061002E006500780061006D0070006C0065> >>",
       "[ [ << /S /URI /URI (https://deep.example/) >> ] ]"}));
  CHECK(found.urls() == Texts{kUrl, "http://a.example", "https://deep.example/"});
  CHECK(found.facts().empty());
  CHECK(found.unseen().empty());
}

TEST_CASE("what acts when the document is opened is said") {
  const auto found = inspect(pdf_with("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"));
  CHECK(detail_of(found, "pdf_open_action") == "JavaScript");
  CHECK(detail_of(found, "pdf_javascript") == "app.alert(1)");
  const auto page =
      inspect(pdf_with("", {"<< /Type /Page /AA << /O << /S /Launch /F (run.exe) >> >> >>"}));
  CHECK(detail_of(page, "pdf_open_action") == "Launch");
  CHECK(detail_of(page, "pdf_launch") == "run.exe");
}

TEST_CASE("where to begin reading is no action") {
  CHECK(inspect(pdf_with("/OpenAction [2 0 R /Fit]")).facts().empty());
  CHECK(inspect(pdf_with("/OpenAction << /S /GoTo /D [2 0 R /Fit] >>")).facts().empty());
}

TEST_CASE("a script in a deflated stream, under a disguised name, is read") {
  const std::string script = "this.submitForm('x');" + std::string(500, ' ');
  const auto found = inspect(pdf_with("", {"<< /#53 /Java#53cript /J#53 4 0 R >>",
                                           pdf_stream("/Filter /FlateDecode", deflated(script))}));
  REQUIRE(found.holds("pdf_javascript"));
  CHECK(detail_of(found, "pdf_javascript").starts_with("this.submitForm('x');"));
  CHECK(detail_of(found, "pdf_javascript").size() == DocumentFindings::kLongestDetail);
}

TEST_CASE("programs started, forms sent, other files opened") {
  const auto found =
      inspect(pdf_with("", {"<< /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>",
                            "<< /S /SubmitForm /F << /FS /URL /F (" + kUrl + ") >> >>",
                            "<< /S /GoToR /F (\\\\\\\\server\\\\share\\\\a.pdf) >>"}));
  CHECK(detail_of(found, "pdf_launch") == "cmd.exe /c calc");
  CHECK(detail_of(found, "pdf_submit_form") == kUrl);
  CHECK(found.urls() == Texts{kUrl});
  CHECK(detail_of(found, "pdf_remote") == "GoToR \\\\server\\share\\a.pdf");
}

TEST_CASE("embedded files are named, programs among them, and documents looked into") {
  const auto found = inspect(pdf_with(
      "", {"<< /Type /Filespec /F (tool.dat) /EF << /F 4 0 R >> >>", pdf_stream("", "MZ and so on"),
           "<< /Type /Filespec /UF (page.html) /EF << /UF 6 0 R >> >>",
           pdf_stream("/Filter /FlateDecode", deflated("<form><input type=password></form>"))}));
  CHECK(detail_of(found, "embedded_program") == "tool.dat");
  CHECK(std::ranges::count(found.facts(), "pdf_embedded_file", &DocumentFact::name) == 2);
  CHECK(found.holds("password_form"));
  CHECK(found.unseen().empty());
}

TEST_CASE("a PDF in a PDF in a PDF is looked into, one more is said to be too deep") {
  std::string inner = pdf_with("", {"<< /S /URI /URI (" + kUrl + ") >>"});
  const auto wrap = [](const std::string& pdf) {
    return pdf_with("",
                    {"<< /Type /Filespec /F (in.pdf) /EF << /F 4 0 R >> >>", pdf_stream("", pdf)});
  };
  inner = wrap(wrap(inner));
  CHECK(inspect(inner).urls() == Texts{kUrl});
  CHECK(inspect(inner).unseen().empty());
  const auto deeper = inspect(wrap(inner));
  CHECK(deeper.urls().empty());
  CHECK(deeper.unseen().size() == 1);
}

TEST_CASE("an archive that a PDF carries is unseen") {
  const std::string zip = make_archive("zip", {{"a.txt", "a"}});
  const auto found = inspect(
      pdf_with("", {"<< /Type /Filespec /F (a.zip) /EF << /F 4 0 R >> >>", pdf_stream("", zip)}));
  CHECK(found.unseen() == Texts{"a.zip: archives in documents are not opened"});
}

TEST_CASE("a code in a picture of a PDF is read, whatever the picture's encoding") {
  const GreyPicture code = draw_qr_code(kUrl);
  const std::string size = size_of(code);
  std::string rgb, cmyk;
  for (const std::uint8_t grey : code.grey) {
    rgb.append(3, static_cast<char>(grey));
    cmyk += std::string(3, '\0') + static_cast<char>(255 - grey);
  }
  const Texts pictures = {
      picture_object(size + " /Filter /DCTDecode", as_jpeg(code)),
      picture_object(size + " /Filter [/FlateDecode /DCTDecode]", deflated(as_jpeg(code))),
      picture_object(size + " /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode",
                     deflated(bytes_of(code))),
      picture_object(size + " /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode",
                     deflated(rgb)),
      picture_object(size + " /BitsPerComponent 8 /ColorSpace /DeviceCMYK", cmyk),
      picture_object(size + " /BitsPerComponent 1 /ColorSpace /DeviceGray", bits_of(code)),
      picture_object(size + " /ImageMask true", bits_of(code)),
      picture_object(
          size + " /BitsPerComponent 1 /ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF000000>]",
          bits_of(code))};
  for (const std::string& picture : pictures) {
    INFO(picture.substr(0, 200));
    const auto found = inspect(pdf_with("", {picture}));
    CHECK(found.qr_urls() == Texts{kUrl});
    CHECK(found.unseen().empty());
  }
}

TEST_CASE("PNG's predictors are undone") {
  const GreyPicture code = draw_qr_code(kUrl);
  for (const char kind : {'\0', '\1', '\2', '\3', '\4'}) {
    std::string rows;
    const auto at = [&](int x, int y) {
      return x < 0 || y < 0 ? 0 : int{code.grey[static_cast<std::size_t>(y * code.width + x)]};
    };
    for (int y = 0; y < code.height; ++y) {
      rows += kind;
      for (int x = 0; x < code.width; ++x) {
        const int left = at(x - 1, y), above = at(x, y - 1), corner = at(x - 1, y - 1);
        const int guess = left + above - corner;
        const int nearest =
            std::abs(guess - left) <= std::abs(guess - above) &&
                    std::abs(guess - left) <= std::abs(guess - corner)
                ? left
                : (std::abs(guess - above) <= std::abs(guess - corner) ? above : corner);
        const int predicted[] = {0, left, above, (left + above) / 2, nearest};
        rows += static_cast<char>(at(x, y) - predicted[static_cast<int>(kind)]);
      }
    }
    const auto found = inspect(pdf_with(
        "", {picture_object(size_of(code) +
                                " /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /FlateDecode "
                                "/DecodeParms << /Predictor 15 /Columns " +
                                std::to_string(code.width) + " >>",
                            deflated(rows))}));
    CHECK(found.qr_urls() == Texts{kUrl});
  }
}

TEST_CASE(
    "pictures of kinds that are not decoded, and those beyond the bound, are said to be passed "
    "over") {
  const auto fax = inspect(
      pdf_with("", {picture_object(" /Width 100 /Height 100 /Filter /CCITTFaxDecode", "x")}));
  CHECK(detail_of(fax, "pictures_passed_over") == "CCITTFaxDecode");
  Texts many;
  for (int i = 0; i < 60; ++i)
    many.push_back(
        picture_object(" /Width 80 /Height 80 /BitsPerComponent 8 /ColorSpace /DeviceGray",
                       std::string(6400, static_cast<char>(i))));
  CHECK(inspect(pdf_with("", many)).holds("pictures_passed_over"));
}

TEST_CASE("a damaged PDF is repaired, or unseen") {
  std::string pdf = pdf_with("", {"<< /S /URI /URI (" + kUrl + ") >>"});
  CHECK(inspect(pdf.substr(0, pdf.find("xref"))).urls() == Texts{kUrl});
  CHECK(inspect("%PDF-1.7\n1 0 obj\n]]").unseen() == Texts{"damaged PDF"});
  CHECK(inspect("%PDF-1.7\nnothing that a reader could show").unseen().empty());
}

TEST_CASE("only a password opens it: a fact, not unseen") {
  // A trailer that asks for a user password: qpdf checks /O and /U before anything else.
  std::string pdf = pdf_with("", {"<< /S /URI /URI (" + kUrl + ") >>"});
  pdf.insert(pdf.find("/Root"),
             "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" +
                 std::string(64, '1') + "> /U <" + std::string(64, '2') + "> >> ");
  const auto found = inspect(pdf);
  CHECK(found.holds("encrypted_document"));
  CHECK(found.unseen().empty());
}

TEST_CASE("streams that unfold without end are cut, and that is said") {
  const std::string bomb = deflated(deflated(std::string(200 << 20, '\0')));
  const auto script =
      inspect(pdf_with("", {"<< /S /JavaScript /JS 4 0 R >>",
                            pdf_stream("/Filter [/FlateDecode /FlateDecode]", bomb)}));
  CHECK(script.holds("pdf_javascript"));
  const auto objects = inspect(pdf_with(
      "", {pdf_stream("/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]", bomb),
           "<< /Type /Filespec /F (a.bin) /EF << /F 5 0 R >> >>",
           pdf_stream("/Filter [/FlateDecode /FlateDecode]", bomb)}));
  CHECK_FALSE(objects.unseen().empty());
}

TEST_CASE("what is decompressed of a stream counts whole, also where its beginning is enough") {
  const std::string script = deflated(std::string(6 << 20, ' '));
  // Behind the scripts, which are shown by their beginnings, a file that is wanted whole.
  const auto inspected = [&](int scripts) {
    Texts objects;
    for (int i = 0; i < scripts; ++i) {
      objects.push_back("<< /S /JavaScript /JS " + std::to_string(4 + 2 * i) + " 0 R >>");
      objects.push_back(pdf_stream("/Filter /FlateDecode", script));
    }
    objects.push_back("<< /Type /Filespec /F (a.bin) /EF << /F " + std::to_string(4 + 2 * scripts) +
                      " 0 R >> >>");
    objects.push_back(pdf_stream("/Filter /FlateDecode", deflated(std::string(20 << 20, ' '))));
    return inspect(pdf_with("", objects));
  };
  const auto few = inspected(2), many = inspected(40);
  CHECK(few.unseen().empty());
  CHECK(many.holds("pdf_javascript"));
  CHECK_FALSE(many.unseen().empty());
}

TEST_CASE("objects nested without end do no harm") {
  const std::string deep(100'000, '[');
  inspect(pdf_with("", {deep}));
  std::string tree;
  for (int i = 0; i < 2000; ++i) tree += "<< /Kids [ ";
  inspect(pdf_with("", {tree}));
  SUCCEED();
}

TEST_CASE("a PDF cut anywhere is read or refused") {
  const std::string pdf =
      pdf_with("/OpenAction << /S /JavaScript /JS (x) >>", {"<< /S /URI /URI (" + kUrl + ") >>"});
  for (std::size_t size = 0; size < pdf.size(); ++size) {
    const auto found = inspect(pdf.substr(0, size));
    CHECK(found.urls().size() <= 1);
  }
}
