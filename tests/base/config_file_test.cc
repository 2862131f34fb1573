#include "base/config_file.h"

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

ConfigFile parsed(std::string_view content) {
  auto file = ConfigFile::parse(content, "site.toml");
  REQUIRE(file);
  return std::move(*file);
}

std::string complaints_of(ConfigFile& file) {
  const auto finished = file.finish();
  return finished ? "" : finished.error().message;
}

TEST_CASE("values are read with their types, absent ones are the fallback") {
  ConfigFile file = parsed(
      "name = \"x\"\nflag = true\ncount = 5\nratio = 2\nlist = [\"a\", \"b\"]\nmode = \"on\"\n");
  ConfigTable root = file.root();
  CHECK(root.text("name") == "x");
  CHECK(root.flag("flag", false));
  CHECK(root.integer("count", 0, 1, 10) == 5);
  CHECK(root.number("ratio", 0, 0, 10) == 2.0);
  CHECK(root.texts("list") == std::vector<std::string>{"a", "b"});
  CHECK(root.choice("mode", {"on", "off"}, "off") == "on");
  CHECK(root.text("absent", "fallback") == "fallback");
  CHECK(root.table("absent").integer("too", 7, 0, 10) == 7);
  CHECK(root.has("name"));
  CHECK_FALSE(root.has("nothing"));
  CHECK(complaints_of(file).empty());
}

TEST_CASE("all complaints come at once, in the order of their lines") {
  ConfigFile file = parsed(
      "name = 5\n"
      "count = 11\n"
      "[table]\n"
      "list = [1]\n"
      "mode = \"maybe\"\n"
      "unasked = true\n");
  ConfigTable root = file.root();
  ConfigTable table = root.table("table");
  table.choice("mode", {"on", "off"}, "on");
  table.texts("list");
  CHECK(root.integer("count", 3, 1, 10) == 3);
  root.text("name");
  CHECK(complaints_of(file) ==
        "site.toml:1: name: must be a text in quotes\n"
        "site.toml:2: count: must be a whole number from 1 to 10\n"
        "site.toml:4: table.list: must be a list of texts: [\"...\", \"...\"]\n"
        "site.toml:5: table.mode: must be one of \"on\", \"off\"\n"
        "site.toml:6: table.unasked: unknown name");
}

TEST_CASE("a whole table nobody asked for is unknown, and so is a name in one of several") {
  ConfigFile file = parsed("[[item]]\nname = \"a\"\n[[item]]\nnaem = \"b\"\n[other]\nx = 1\n");
  for (ConfigTable& item : file.root().tables("item")) item.text("name");
  const std::string complaints = complaints_of(file);
  CHECK(complaints.find("site.toml:4: item.naem: unknown name") != std::string::npos);
  CHECK(complaints.find("other: unknown name") != std::string::npos);
}

TEST_CASE("a table written as a value, and a value as a table, is a complaint") {
  ConfigFile file = parsed("table = 3\nitems = [1]\n");
  file.root().table("table").text("x");
  CHECK(file.root().tables("items").empty());
  const std::string complaints = complaints_of(file);
  CHECK(complaints.find("site.toml:1: table: must be a table") != std::string::npos);
  CHECK(complaints.find("items: must be written [[items]]") != std::string::npos);
}

TEST_CASE("a syntax error names file, line and column") {
  const auto file = ConfigFile::parse("a = 1\nb = = 2\n", "site.toml");
  REQUIRE_FALSE(file);
  CHECK(file.error().kind == Error::Kind::malformed);
  CHECK(file.error().message.find("site.toml:2:") == 0);
}

TEST_CASE("a file is read from disk, but not a huge or a missing one") {
  TemporaryDirectory directory;
  CHECK(ConfigFile::open(directory.write("a.toml", "x = 1\n")));
  CHECK_FALSE(ConfigFile::open(directory.write("b.toml", std::string((1 << 20) + 1, '#'))));
  CHECK(ConfigFile::open(directory.file("none")).error().kind == Error::Kind::not_found);
}

TEST_CASE("a complaint of the caller's own carries the line of the name") {
  ConfigFile file = parsed("\n\nurl = \"http://x\"\n");
  ConfigTable root = file.root();
  root.text("url");
  root.complain("url", "must be https");
  CHECK(complaints_of(file) == "site.toml:3: url: must be https");
}

}  // namespace
}  // namespace secondlook
