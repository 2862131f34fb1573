#include "cli/console.h"

#include <sstream>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

struct Streams {
  std::istringstream in;
  std::ostringstream out, err;
  Console console() { return Console{in, out, err}; }
};

}  // namespace

TEST_CASE("only a plain yes is a yes") {
  for (const auto& [answer, is_yes] : std::vector<std::pair<std::string, bool>>{{"y\n", true},
                                                                                {"yes\n", true},
                                                                                {"Y\n", true},
                                                                                {"\n", false},
                                                                                {"no\n", false},
                                                                                {"yessir\n", false},
                                                                                {"", false}}) {
    Streams streams;
    streams.in.str(answer);
    CHECK(streams.console().confirm("Remove 3 copies?") == is_yes);
    CHECK(streams.err.str() == "Remove 3 copies? [y/N] ");
  }
}

TEST_CASE("every line of a complaint is printed safely and names the tool") {
  Streams streams;
  CHECK(usage_error(streams.console(), "a.toml:1: bad\x1b[31m\na.toml:2: worse\n") == 2);
  CHECK(streams.err.str() == "secondlook: a.toml:1: bad\\x1b[31m\nsecondlook: a.toml:2: worse\n");
}

TEST_CASE("an error's kind decides between usage and failure") {
  Streams streams;
  CHECK(report_error(streams.console(), malformed("no such field")) == exit_usage);
  CHECK(report_error(streams.console(), temporary("disk full")) == exit_findings);
}

TEST_CASE("colours and progress appear only where they are wanted") {
  Streams streams;
  Console console = streams.console();
  CHECK(console.coloured(Colour::red, "malicious") == "malicious");
  console.progress("1 of 2");
  CHECK(streams.err.str().empty());

  console.colours = true;
  console.err_is_terminal = true;
  console.progress("1 of 2\n");
  CHECK(console.coloured(Colour::red, "malicious") == "\x1b[31mmalicious\x1b[0m");
  CHECK(streams.err.str() == "\r\x1b[K1 of 2\\n");
}
