#include "analyzer/documents/onenote_document.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using test::little_endian;

namespace {

const std::string kSection("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3", 16);

std::string embedded(const std::string& file) {
  return std::string("\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC") +
         little_endian(file.size(), 8) + std::string(12, '\0') + file;
}

DocumentFindings inspect(const std::string& rest) {
  return inspect_document(kSection + std::string(48, '\0') + rest, "application/onenote", "a.one");
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

const std::string kPicture = embedded("\x89PNG\r\n\x1A\n" + std::string(100, 'x'));

}  // namespace

TEST_CASE("a program in a section is told by its first bytes") {
  const auto found = inspect(kPicture + embedded("MZ\x90"));
  CHECK(detail_of(found, "embedded_file") == "application/x-dosexec");
  CHECK(found.holds("embedded_program"));
}

TEST_CASE("a script, which has no first bytes, by the name that the section says") {
  const auto found = inspect(std::string("\7\0\0", 3) + test::in_utf16("Open.cmd") +
                             std::string(3, '\0') + embedded("@echo off"));
  CHECK(found.holds("embedded_file"));
  CHECK(detail_of(found, "embedded_program") == "Open.cmd");
}

TEST_CASE("pictures are no files, and a text about a program is no program") {
  CHECK(inspect(kPicture + test::in_utf16("setup.exe")).facts().empty());
  CHECK_FALSE(inspect(test::in_utf16("run a.exe now") + std::string(2, '\0') + embedded("text"))
                  .holds("embedded_program"));
}

TEST_CASE("a document or page in a section is looked into") {
  const std::string file =
      test::make_ole(test::vba_project("Macros", {{"m", "Sub AutoOpen()\r\nShell x"}}));
  CHECK(inspect(embedded(file)).holds("macro_acts"));
  CHECK(inspect(embedded("<html><script>x</script>")).holds("script"));
}

TEST_CASE("a length that is not true hides nothing behind it") {
  std::string lies = embedded("text");
  lies.replace(16, 8, std::string(8, '\xFF'));
  CHECK(inspect(lies + embedded("MZ")).holds("embedded_program"));
}

TEST_CASE("a section as OneDrive keeps it is said to be unseen") {
  const std::string packaged("\x2F\xE9\x8D\x63\xD4\xA6\xC1\x4B\x9A\x36\xB3\xFC\x25\x11\xA5\xB7");
  CHECK(inspect_document(kSection + std::string(32, '\0') + packaged, "application/onenote", "")
            .unseen()
            .size() == 1);
}
