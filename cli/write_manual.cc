// For the build alone: writes completions and the manual page of `secondlook` into a directory.
#include <cstdio>
#include <string>

#include "base/file_descriptor.h"
#include "cli/manual.h"

using namespace secondlook;

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: write_manual DIRECTORY VERSION\n", stderr);
    return 2;
  }
  const std::string directory = std::string(words[1]) + "/";
  const std::vector<Command> commands = all_commands();
  auto written = make_directories(words[1], 0755);
  if (written) written = replace_file(directory + "secondlook", bash_completion(commands), 0644);
  if (written) written = replace_file(directory + "_secondlook", zsh_completion(commands), 0644);
  if (written)
    written = replace_file(directory + "secondlook.fish", fish_completion(commands), 0644);
  if (written)
    written = replace_file(directory + "secondlook.1", manual_page(commands, words[2]), 0644);
  if (written) return 0;
  std::fprintf(stderr, "write_manual: %s\n", written.error().message.c_str());
  return 1;
}
