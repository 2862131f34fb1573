// What shells and man(1) are told of the tool, made from the list of commands at build time, so
// that it cannot say anything else than the tool does.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"

namespace secondlook {

// Completion of commands and of each command's options; elsewhere file names.
std::string bash_completion(const std::vector<Command>& commands);
std::string zsh_completion(const std::vector<Command>& commands);
std::string fish_completion(const std::vector<Command>& commands);

// secondlook(1), in roff: the overview, then what each command says with --help.
std::string manual_page(const std::vector<Command>& commands, const std::string& version);

}  // namespace secondlook
