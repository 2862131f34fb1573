#include "analyzer/documents/office_package.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/documents/office_relations.h"
#include "tests/support/archive_writer.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using Files = std::vector<test::ArchivedFile>;

namespace {

const std::string kTypes =
    "<?xml version='1.0'?><Types><Default Extension='rels' ContentType='application/x.rels+xml'/>"
    "<Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-"
    "officedocument.wordprocessingml.document.main+xml'/>"
    "<Override PartName='/xl/externalLinks/externalLink1.xml' ContentType='application/vnd."
    "openxmlformats-officedocument.spreadsheetml.externalLink+xml'/>"
    "<Override PartName='/xl/odd/place.xml' "
    "ContentType='application/vnd.ms-excel.intlmacrosheet+xml'/>"
    "</Types>";

DocumentFindings inspect(Files files) {
  files.insert(files.begin(), {"[Content_Types].xml", kTypes});
  return inspect_document(test::make_archive("zip", files), "application/zip", "a.docx");
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

std::string relation(const std::string& kind, const std::string& target,
                     const std::string& mode = "External") {
  return "<Relationships><Relationship Id='r1' Type='http://schemas.example/relationships/" + kind +
         "' Target='" + target + "' TargetMode='" + mode + "'/></Relationships>";
}

DocumentFindings inspect_relation(const std::string& kind, const std::string& target) {
  return inspect({{"word/_rels/settings.xml.rels", relation(kind, target)}});
}

DocumentFindings inspect_text(const std::string& body) {
  return inspect({{"word/document.xml", "<w:document><w:body>" + body + "</w:body></w:document>"}});
}

std::string run(const std::string& text) {
  return "<w:r><w:instrText xml:space='preserve'>" + text + "</w:instrText></w:r>";
}

const std::string kFieldBegin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>",
                  kFieldSeparate = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>",
                  kFieldEnd = "<w:r><w:fldChar w:fldCharType='end'/></w:r>";

}  // namespace

TEST_CASE("where a target leads") {
  CHECK(place_of_target("HTTPS://a.example/t.dotm") == TargetPlace::web);
  CHECK(place_of_target("mhtml:http://a.example/x.html!x-usc:http://a.example/x.html") ==
        TargetPlace::web);
  CHECK(place_of_target("\\\\a.example@SSL\\x\\t.dotm") == TargetPlace::web);
  CHECK(place_of_target("file:///\\\\server\\t\\a.dotm") == TargetPlace::share);
  CHECK(place_of_target("file://server/t/a.dotm") == TargetPlace::share);
  CHECK(place_of_target("//10.0.0.1/a") == TargetPlace::share);
  CHECK(place_of_target("file:///C:\\Users\\x\\Templates\\a.dotm") == TargetPlace::local);
  CHECK(place_of_target("Book2.xlsx") == TargetPlace::local);
  for (const std::string slashes : {"", "\\", "\\\\", "file:////", "//////"})
    CHECK(place_of_target(slashes) == TargetPlace::local);
}

TEST_CASE("a template from the web, from a share, from the own disk") {
  const auto web = inspect_relation("attachedTemplate", "http://evil.example/t.dotm?a=1&amp;b=2");
  CHECK(detail_of(web, "external_template") == "http://evil.example/t.dotm?a=1&b=2");
  CHECK(web.urls() == std::vector<std::string>{"http://evil.example/t.dotm?a=1&b=2"});
  CHECK(web.unseen().empty());
  CHECK(inspect_relation("attachedTemplate", "file:///\\\\srv\\t.dotm").holds("shared_template"));
  for (const std::string ours :
       {"http://intranet/forms/t.dotx", "https://a.sharepoint.com/sites/forms/My%20Forms/t.dotx",
        "https://a.sharepoint.com/Shared%20Documents/t.dotx"}) {
    INFO(ours);
    CHECK(inspect_relation("attachedTemplate", ours).holds("shared_template"));
  }
  for (const std::string anybodys :
       {"http://3232235777/t.dotx", "http://intranet@evil.example/t.dotx",
        "http://evil.example:80/t.dotx", "https://a.sharepoint.com/:w:/g/t.dotx",
        "https://a.sharepoint.com/sites/t.dotx?download=1",
        "https://a.sharepoint.com.evil.example/sites/t.dotx",
        "https://x@a.sharepoint.com/sites/t.dotx",
        "https://evil.example/sites/a.sharepoint.com/t.dotx", "http://[2001:db8::1]/t.dotx",
        "mhtml:http://intranet/t.dotx!x-usc:http://evil.example/", "ftp://intranet/t.dotx"}) {
    INFO(anybodys);
    CHECK(inspect_relation("attachedTemplate", anybodys).holds("external_template"));
  }
  CHECK(inspect_relation("attachedTemplate", "file:///C:\\t.dotm").facts().empty());
}

TEST_CASE("relations in UTF-16 are read") {
  const std::string wide =
      "\xFF\xFE" + test::in_utf16(relation("attachedTemplate", "http://evil.example/t"));
  CHECK(inspect({{"word/_rels/settings.xml.rels", wide}}).holds("external_template"));
  CHECK(inspect({{"word/_rels/settings.xml.rels", wide.substr(2)}}).holds("external_template"));
}

TEST_CASE("content, pictures and links from elsewhere are told apart") {
  CHECK(inspect_relation("oleObject", "mhtml:http://evil.example/!x").holds("external_content"));
  CHECK(inspect_relation("frame", "file://evil.example/x").holds("external_content"));
  CHECK(inspect_relation("aFChunk", "https://evil.example/x").holds("external_content"));
  const auto picture = inspect_relation("image", "https://a.example/logo.png");
  CHECK(picture.facts().size() == 1);
  CHECK(picture.holds("external_reference"));
  const auto link = inspect_relation("hyperlink", "https://a.example/");
  CHECK(link.facts().empty());
  CHECK(link.urls() == std::vector<std::string>{"https://a.example/"});
  CHECK(inspect({{"word/_rels/a.rels", relation("oleObject", "http://x/", "Internal")}})
            .facts()
            .empty());
}

TEST_CASE("a DDE field is found, split over runs, nested or spelt in numbers") {
  const std::string split = kFieldBegin + run("DD") + run("EAU") + "<w:r><w:t>shown</w:t></w:r>" +
                            run("TO c:\\\\cmd.exe") + kFieldSeparate + run("result") + kFieldEnd;
  CHECK(detail_of(inspect_text(split), "dde") == "DDEAUTO c:\\\\cmd.exe");
  CHECK(inspect_text("<w:fldSimple w:instr='DDE cmd x'/>").holds("dde"));
  CHECK(inspect_text(kFieldBegin + run("dde ") + kFieldBegin + run("QUOTE 99 109 100") + kFieldEnd +
                     kFieldEnd)
            .holds("dde"));
  CHECK(detail_of(inspect_text(kFieldBegin + run(" ") + kFieldBegin + run("QUOTE 68 68 69 32 120") +
                               kFieldEnd + kFieldEnd),
                  "dde") == "DDE x");
  CHECK(inspect_text(kFieldBegin + run("PAGE") + kFieldSeparate + run("DDEAUTO x") + kFieldEnd)
            .facts()
            .empty());
  CHECK(inspect_text("<w:r><w:t>DDEAUTO x</w:t></w:r>").facts().empty());
}

TEST_CASE("fields lead elsewhere too") {
  const auto link = inspect_text("<w:fldSimple w:instr='HYPERLINK \"https://a.example/x\"'/>");
  CHECK(link.urls() == std::vector<std::string>{"https://a.example/x"});
  CHECK(link.facts().empty());
  CHECK(inspect_text("<w:fldSimple w:instr='INCLUDETEXT \"https://a.example/x\"'/>")
            .holds("external_content"));
}

TEST_CASE("DDE links of a workbook") {
  const auto found =
      inspect({{"xl/externalLinks/externalLink1.xml",
                "<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>"}});
  CHECK(detail_of(found, "dde") == "cmd|/c calc");
}

TEST_CASE(
    "a DDE link to a program for prices is told apart, unless it is asked for more than a word") {
  const auto link = [](const std::string& service, const std::string& topic) {
    return inspect({{"xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink ddeService='" +
                                                               service + "' ddeTopic='" + topic +
                                                               "'/></externalLink>"}});
  };
  CHECK(detail_of(link("BLP", "M"), "dde_feed") == "BLP|M");
  CHECK_FALSE(link("RSS", "9984.T").holds("dde"));
  CHECK(link("BLP", "/c calc").holds("dde"));
  CHECK(link("BLP.exe", "M").holds("dde"));
  CHECK(link("powershell", "M").holds("dde"));
}

TEST_CASE("macro sheets are told by their type, wherever they lie") {
  CHECK(detail_of(inspect({{"xl/odd/place.xml", "<x/>"}}), "excel4_macro") == "xl/odd/place.xml");
}

TEST_CASE("macros and objects of a package") {
  const std::string macros =
      test::make_ole(test::vba_project("", {{"ThisDocument", "Sub AutoOpen()\r\nShell x"}}));
  const auto found = inspect({{"word/anything.dat", macros}, {"word/document.xml", "<a/>"}});
  CHECK(found.holds("macro_autorun"));
  CHECK(found.holds("macro_acts"));
  CHECK(inspect({{"word/embeddings/o.bin",
                  test::make_ole({{"\1Ole10Native", test::ole_native_stream("a.exe", "MZ")}})}})
            .holds("ole_program"));
  CHECK(inspect({{"word/embeddings/a.exe", "x"}}).holds("embedded_program"));
  const std::string inner =
      test::make_archive("zip", {{"[Content_Types].xml", kTypes}, {"a.bin", macros}});
  const auto nested = inspect({{"word/embeddings/inner.docm", inner}});
  CHECK(nested.holds("macro_acts"));
  CHECK(nested.unseen().empty());
}

TEST_CASE("an ordinary package holds nothing, an ordinary archive is none") {
  const auto found = inspect({{"word/document.xml", "<w:document/>"},
                              {"word/media/a.png", "x"},
                              {"xl/worksheets/sheet1.xml", std::string(100'000, ' ')}});
  CHECK(found.facts().empty());
  CHECK(found.unseen().empty());
  const std::string macros = test::make_ole(test::vba_project("", {{"m", "Sub AutoOpen()"}}));
  const std::string plain = test::make_archive("zip", {{"a.doc", macros}});
  CHECK_FALSE(is_office_package(plain));
  CHECK(inspect_document(plain, "application/zip", "a.zip").facts().empty());
}

TEST_CASE("what a document type hides, and what is too large, is said to be unseen") {
  CHECK(inspect({{"_rels/.rels", "<!DOCTYPE x [<!ENTITY a 'b'>]><Relationships/>"}})
            .unseen()
            .size() == 1);
  CHECK(inspect_text(std::string(33 << 20, ' ')).unseen() ==
        std::vector<std::string>{"word/document.xml: not unpacked to its end"});
}

TEST_CASE("in a mail a package's macros are told once") {
  const std::string macros =
      test::make_ole(test::vba_project("", {{"ThisDocument", "Sub AutoOpen()\r\nShell x"}}));
  const std::string file = test::make_archive("zip", {{"[Content_Types].xml", kTypes},
                                                      {"word/vbaProject.bin", macros},
                                                      {"a.html", "<script>x</script>"}});
  const std::string mail =
      "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/zip\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
      "filename=a.docm\r\n\r\n" +
      test::in_base64(file);
  ParsedMessage message = parse_message(mail);
  CHECK(look_into_attachments(message, false).empty());
  std::vector<std::string> facts;
  for (const AttachedFact& fact : message.document_facts)
    facts.push_back(fact.where + " " + fact.fact);
  CHECK(facts == std::vector<std::string>{"a.docm macro", "a.docm macro_autorun",
                                          "a.docm macro_acts", "a.docm/a.html script"});
}
