#include "analyzer/documents/internet_shortcut.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/message/file_type.h"

using namespace secondlook;

namespace {

DocumentFindings inspect(const std::string& file) {
  return inspect_document(file, detect_file_type(file), "a.txt", {});
}

DocumentFindings inspect_url(const std::string& url) {
  return inspect("[InternetShortcut]\r\nURL=" + url + "\r\nIconIndex=0\r\n");
}

}  // namespace

TEST_CASE("an internet shortcut to a page is a link") {
  const auto found = inspect_url("https://a.example/x?y=1");
  CHECK(found.holds("internet_shortcut"));
  CHECK_FALSE(found.holds("shortcut_elsewhere"));
  CHECK(found.urls() == std::vector<std::string>{"https://a.example/x?y=1"});
}

TEST_CASE("an internet shortcut to a file of a stranger's machine leads elsewhere") {
  for (const std::string url : {"file://192.0.2.7/share/a.exe", "FILE:////evil.example/a.lnk",
                                "\\\\evil.example@SSL\\a\\b.exe", "file://evil.example@80/a.url",
                                "search-ms:query=a&crumb=location:\\\\evil.example\\a"}) {
    INFO(url);
    CHECK(inspect_url(url).holds("shortcut_elsewhere"));
  }
}

TEST_CASE("an internet shortcut to the intranet or the own disk does not") {
  for (const std::string url : {"file://fs01/projekte/plan.pdf", "\\\\fs01\\projekte",
                                "file:///C:/plan.pdf", "outlook:Inbox", "mailto:a@b.example", ""}) {
    INFO(url);
    CHECK_FALSE(inspect_url(url).holds("shortcut_elsewhere"));
  }
}

TEST_CASE(
    "sections of an internet shortcut may stand in any order, and other sections say nothing") {
  const std::string properties =
      "[{000214A0-0000-0000-C000-000000000046}]\nProp3=19,2\nURL=file://evil.example/a\n";
  CHECK_FALSE(inspect(properties).holds("shortcut_elsewhere"));
  CHECK(inspect(properties + "[internetshortcut]\nurl = x\nurl=file://evil.example/b\n")
            .holds("shortcut_elsewhere"));
}
