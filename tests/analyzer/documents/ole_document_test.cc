#include "analyzer/documents/ole_document.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/archive_writer.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using test::little_endian;

namespace {

DocumentFindings inspect(const std::vector<test::OleFile>& files) {
  return inspect_document(test::make_ole(files), "application/x-ole-storage", "a.doc");
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

std::string record(unsigned id, const std::string& data) {
  return little_endian(id, 2) + little_endian(data.size(), 2) + data;
}

std::string sheet(const std::string& name, unsigned state, unsigned kind) {
  return record(0x85, std::string(4, '\0') + static_cast<char>(state) + static_cast<char>(kind) +
                          static_cast<char>(name.size()) + '\0' + name);
}

const std::string kBegin = record(0x809, little_endian(0x600, 2) + std::string(14, '\0'));
const std::string kEnd = record(0x0A, "");

std::string external_book(const std::string& path) {
  return record(0x1AE, little_endian(0, 2) + little_endian(path.size(), 2) + '\0' + path);
}

}  // namespace

TEST_CASE("a file put into a document is told by its name; a program as such") {
  const auto found =
      inspect({{"ObjectPool/_1/\1Ole10Native", test::ole_native_stream("報告.txt", "hello")}});
  CHECK(detail_of(found, "ole_package") == "報告.txt");
  CHECK_FALSE(found.holds("ole_program"));
  CHECK(inspect({{"x/\1oLE10nATIVE", test::ole_native_stream("a.js", "x")}}).holds("ole_program"));
  const auto disguised = inspect({{"\1Ole10Native", test::ole_native_stream("a.pdf", "MZ\x90")}});
  CHECK(detail_of(disguised, "ole_program") == "a.pdf, application/x-dosexec");
  CHECK(inspect({{"\1Ole10Native", "other bytes"}}).facts().empty());
}

TEST_CASE("a document put into a document is looked into, down to a bound") {
  std::string inner =
      test::make_ole(test::vba_project("Macros", {{"m", "Sub AutoOpen()\r\nShell x"}}));
  CHECK(inspect({{"\1Ole10Native", test::ole_native_stream("a.doc", inner)}}).holds("macro_acts"));
  CHECK(inspect({{"Package", inner}}).holds("macro_acts"));
  for (int i = 0; i < 6; ++i) inner = test::make_ole({{"Package", inner}});
  const auto found = inspect({{"Package", inner}});
  CHECK_FALSE(found.holds("macro_acts"));
  CHECK(found.unseen() == std::vector<std::string>{"files nested too deep"});
}

TEST_CASE("an equation is told by its class or its stream") {
  const std::string class_id("\x02\xCE\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16);
  CHECK(inspect({{"ObjectPool/_1", "", class_id}}).holds("equation_object"));
  CHECK(inspect({{"_1/Equation Native", "x"}}).holds("equation_object"));
  CHECK_FALSE(inspect({{"_1", "", std::string(16, '\1')}}).holds("equation_object"));
}

TEST_CASE("encryption is a fact, nothing unseen") {
  for (const std::string name : {"EncryptedPackage", "EncryptedSummary"}) {
    const auto found = inspect({{name, "x"}});
    CHECK(found.holds("encrypted_document"));
    CHECK(found.unseen().empty());
  }
  const std::string head = "\xEC\xA5" + std::string(8, '\0');
  CHECK(inspect({{"WordDocument", head + std::string("\0\1zzzz", 6)}}).holds("encrypted_document"));
  CHECK(inspect({{"WordDocument", head + std::string("\0\0zzzz", 6)}}).facts().empty());
  CHECK(
      inspect({{"Workbook", kBegin + record(0x2F, "key") + "noise"}}).holds("encrypted_document"));
}

TEST_CASE("DDE fields of Word, in letters of one byte and of two") {
  const std::string field = "\x13 DDEAUTO c:\\\\cmd.exe \"/k calc\" \x14 x\x15";
  CHECK(detail_of(inspect({{"WordDocument", std::string(20, '\0') + field}}), "dde") ==
        "DDEAUTO c:\\\\cmd.exe \"/k calc\"");
  CHECK(inspect({{"WordDocument", std::string(20, '\0') + test::in_utf16(field)}}).holds("dde"));
  CHECK(inspect({{"WordDocument", std::string(20, '\0') + "\x13 PAGE \x15 DDEAUTO \x13 DATE\x15"}})
            .facts()
            .empty());
}

TEST_CASE("macro sheets of Excel 4, hidden or not") {
  const auto found =
      inspect({{"Workbook", kBegin + sheet("Data", 0, 0) + sheet("Run", 2, 1) + kEnd}});
  CHECK(detail_of(found, "excel4_macro") == "Run (very hidden)");
  CHECK(found.facts().size() == 1);
  CHECK(inspect({{"Workbook", kBegin + sheet("Data", 1, 0) + kEnd}}).facts().empty());
  CHECK(inspect({{"Workbook", kBegin + sheet("Data", 1, 0)}}).unseen().size() == 1);
}

TEST_CASE("DDE links of Excel, not its OLE links") {
  const auto dde = inspect({{"Workbook", kBegin + external_book("cmd\3/c calc") +
                                             record(0x23, std::string(4, '\0')) + kEnd}});
  CHECK(detail_of(dde, "dde") == "cmd|/c calc");
  const auto ole = inspect({{"Workbook", kBegin + external_book("Word.Document.8\3a.doc") +
                                             record(0x23, std::string("\x10\0\0\0", 4)) + kEnd}});
  CHECK(ole.facts().empty());
}

TEST_CASE("an object linked to the web") {
  const auto found = inspect({{"_1/\1Ole", "moniker" + test::in_utf16("http://evil.example/a.hta") +
                                               std::string(4, '\0')}});
  CHECK(found.holds("external_content"));
  CHECK(found.urls() == std::vector<std::string>{"http://evil.example/a.hta"});
}

TEST_CASE("the files of a kept mail, and those in an archive there") {
  const auto attached = [](const std::string& name, const std::string& content) {
    return inspect({{"__attach/__substg1.0_37010102", content},
                    {"__attach/__substg1.0_3707001F", test::in_utf16(name)}});
  };
  CHECK(detail_of(attached("run.exe", "MZ"), "embedded_program") ==
        "run.exe, application/x-dosexec");
  const auto archived = attached("a.zip", test::make_archive("zip", {{"in/run.js", "x"}}));
  CHECK(detail_of(archived, "embedded_program") == "run.js");
  CHECK(attached("note.txt", "x").facts().size() == 1);
  CHECK(attached("a.html", "<form><input type=password></form>").holds("password_form"));
  const std::string inner = test::make_archive("zip", {{"run.js", "x"}});
  const auto twice = attached("a.zip", test::make_archive("zip", {{"inner.zip", inner}}));
  CHECK(twice.holds("embedded_program"));
  CHECK(twice.unseen().empty());
  const std::string stream = test::compressed("gzip", "hello");
  CHECK(attached("a.zip", test::make_archive("zip", {{"b.gz", stream}})).unseen() ==
        std::vector<std::string>{"b.gz: archives nested too deep"});
}

TEST_CASE("a damaged compound file is said to be unseen") {
  CHECK(inspect_document("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no more",
                         "application/x-ole-storage", "")
            .unseen() == std::vector<std::string>{"damaged: no OLE header"});
}
