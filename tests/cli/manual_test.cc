#include "cli/manual.h"

#include <array>
#include <cstdio>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

struct Ended {
  int status = -1;
  std::string out;
};

Ended run_shell(const std::string& command) {
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Ended ended;
  std::array<char, 4096> buffer{};
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    ended.out.append(buffer.data(), count);
  ended.status = ::pclose(pipe);
  return ended;
}

bool has_program(const std::string& name) {
  return run_shell("command -v " + name).status == 0;
}

// What bash would offer for the last of `words`, blanks between.
std::string offered(const TemporaryDirectory& directory, const std::string& words) {
  return run_shell(
             "bash -c 'source " + directory.file("secondlook") + "; COMP_WORDS=(" + words +
             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _secondlook; echo \"${COMPREPLY[*]}\"'")
      .out;
}

}  // namespace

TEST_CASE("bash offers commands, each command's options, and files behind --config") {
  const TemporaryDirectory directory;
  REQUIRE(replace_file(directory.file("secondlook"), bash_completion(all_commands())));
  CHECK(offered(directory, "secondlook retra") == "retract\n");
  CHECK(offered(directory, "secondlook --config x.toml retra") == "retract\n");
  CHECK(offered(directory, "secondlook --config=x.toml retra") == "retract\n");
  CHECK(offered(directory, "secondlook --config \"\"") == "\n");  // left to file names
  CHECK(offered(directory, "secondlook setup --tenant") == "--tenant-id\n");
  for (const Command& command : all_commands()) {
    INFO(command.name);
    std::string all;
    for (const OptionRule& option : command.arguments.options)
      all += "--" + std::string(option.name) + " ";
    CHECK(offered(directory, "secondlook " + std::string(command.name) + " --") ==
          all + "--help\n");
  }
}

TEST_CASE("zsh and fish read their completions") {
  const TemporaryDirectory directory;
  REQUIRE(replace_file(directory.file("_secondlook"), zsh_completion(all_commands())));
  REQUIRE(replace_file(directory.file("secondlook.fish"), fish_completion(all_commands())));
  if (has_program("zsh"))
    CHECK(run_shell("zsh -n " + directory.file("_secondlook")).out.empty());
  else
    WARN("zsh is not installed: its completion was not read");
  if (!has_program("fish")) {
    WARN("fish is not installed: its completion was not read");
    return;
  }
  const auto fish = [&](const std::string& line) {
    return run_shell("HOME=" + directory.path().string() + " fish -c 'source " +
                     directory.file("secondlook.fish") + "; complete -C \"" + line + "\"'")
        .out;
  };
  CHECK(fish("secondlook retra") == "retract\tremove mails from mailboxes, by hand\n");
  CHECK(fish("secondlook setup --tenant") == "--tenant-id\n");
}

TEST_CASE("the manual page says of each command what its help says") {
  const std::string page = manual_page(all_commands(), "1.2.3");
  CHECK(page.find("secondlook 1.2.3") != std::string::npos);
  for (const Command& command : all_commands())
    CHECK(page.find(".SS " + std::string(command.name) + "\n") != std::string::npos);
  if (!has_program("man")) {
    WARN("man is not installed: the page was not rendered");
    return;
  }
  const TemporaryDirectory directory;
  REQUIRE(replace_file(directory.file("secondlook.1"), page));
  const Ended shown =
      run_shell("MANWIDTH=200 LC_ALL=C.UTF-8 man --warnings -l " + directory.file("secondlook.1"));
  CHECK(shown.status == 0);
  CHECK(shown.out.find("--tenant-id GUID       of the Entra tenant") != std::string::npos);
  CHECK(shown.out.find("warning:") == std::string::npos);
}
