#include "cli/manual.h"

#include <sstream>

namespace secondlook {
namespace {

std::string names_of(const std::vector<Command>& commands) {
  std::string names;
  for (const Command& command : commands)
    names += (names.empty() ? "" : " ") + std::string(command.name);
  return names;
}

std::string options_of(const Command& command) {
  std::string options;
  for (const OptionRule& option : command.arguments.options)
    options += "--" + std::string(option.name) + " ";
  return options + "--help";
}

// In single quotes, for any of the three shells' descriptions.
std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char letter : text)
    if (letter == '\'')
      result += "\\'";
    else
      result += letter;
  return result + "'";
}

// Of zsh's _describe: "name:text", where a colon parts the two; a quote ends and begins anew.
std::string zsh_item(std::string_view name, std::string_view text) {
  std::string result = "'" + std::string(name) + ":";
  for (const char letter : text)
    if (letter == '\'')
      result += "'\\''";
    else
      result += letter;
  return result + "'";
}

// A line that begins with a dot or a quote would be a request, a backslash an escape, and a plain
// hyphen may become a typographic one.
std::string roff_text(std::string_view text) {
  std::string result;
  bool at_start = true;
  for (const char letter : text) {
    if (at_start && (letter == '.' || letter == '\'')) result += "\\&";
    if (letter == '\\')
      result += "\\e";
    else if (letter == '-')
      result += "\\-";
    else
      result += letter;
    at_start = letter == '\n';
  }
  return result;
}

}  // namespace

std::string bash_completion(const std::vector<Command>& commands) {
  std::ostringstream out;
  out << "# Completion of secondlook for bash; made from its list of commands.\n"
         "_secondlook() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} command= options= at\n"
         "  for ((at = 1; at < COMP_CWORD; at++)); do\n"
         "    case ${COMP_WORDS[at]} in\n"
         "      --config) at=$((at + 1)) ;;\n"
         "      --config=* | =) ;;\n"
         "      *) command=${COMP_WORDS[at]}; break ;;\n"
         "    esac\n"
         "  done\n"
         "  case $command in\n"
         "    '') options='--config --help --version "
      << names_of(commands) << "' ;;\n";
  for (const Command& command : commands)
    out << "    " << command.name << ") options='" << options_of(command) << "' ;;\n";
  out << "  esac\n"
         "  [ \"${COMP_WORDS[COMP_CWORD - 1]}\" != --config ] || options=\n"
         "  COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "}\n"
         "complete -o bashdefault -o default -F _secondlook secondlook\n";
  return out.str();
}

std::string zsh_completion(const std::vector<Command>& commands) {
  std::ostringstream out;
  out << "#compdef secondlook\n"
         "# Completion of secondlook for zsh; made from its list of commands.\n"
         "local -a commands options\n"
         "local at command=\n"
         "for ((at = 2; at < CURRENT; at++)); do\n"
         "  case ${words[at]} in\n"
         "    --config) ((at++)) ;;\n"
         "    --config=*) ;;\n"
         "    *) command=${words[at]}; break ;;\n"
         "  esac\n"
         "done\n"
         "if [[ ${words[CURRENT-1]} == --config ]]; then\n"
         "  _files\n"
         "  return\n"
         "fi\n"
         "case $command in\n"
         "  '')\n"
         "    commands=(\n";
  for (const Command& command : commands)
    out << "      " << zsh_item(command.name, command.summary) << '\n';
  out << "    )\n"
         "    options=(--config --help --version)\n"
         "    _describe command commands\n"
         "    ;;\n";
  for (const Command& command : commands)
    out << "  " << command.name << ") options=(" << options_of(command) << ") ;;\n";
  out << "esac\n"
         "[[ ${words[CURRENT]} != -* ]] || compadd -- $options\n"
         "[[ -z $command ]] || _files\n";
  return out.str();
}

std::string fish_completion(const std::vector<Command>& commands) {
  std::ostringstream out;
  out << "# Completion of secondlook for fish; made from its list of commands.\n"
         "set -l commands "
      << names_of(commands)
      << "\n"
         "complete -c secondlook -n \"not __fish_seen_subcommand_from $commands\" -f\n"
         "complete -c secondlook -n \"not __fish_seen_subcommand_from $commands\" -l config -r -F\n"
         "complete -c secondlook -n \"not __fish_seen_subcommand_from $commands\" -l version\n"
         "complete -c secondlook -l help\n";
  for (const Command& command : commands) {
    out << "complete -c secondlook -n \"not __fish_seen_subcommand_from $commands\" -a "
        << command.name << " -d " << quoted(command.summary) << '\n';
    for (const OptionRule& option : command.arguments.options)
      out << "complete -c secondlook -n \"__fish_seen_subcommand_from " << command.name << "\" -l "
          << option.name << (option.takes_value ? " -r" : "") << '\n';
  }
  return out.str();
}

std::string manual_page(const std::vector<Command>& commands, const std::string& version) {
  std::ostringstream out;
  out << ".\\\" Made from what each command says with --help.\n"
         ".TH SECONDLOOK 1 \"\" \"secondlook "
      << version
      << "\" \"User Commands\"\n"
         ".SH NAME\n"
         "secondlook \\- removes malicious mail from Microsoft 365 after delivery\n"
         ".SH SYNOPSIS\n"
         ".B secondlook\n"
         "[\\-\\-config FILE] COMMAND [ARGUMENTS]\n"
         ".SH DESCRIPTION\n"
         "The operator's tool of secondlook; its command\n"
         ".B serve\n"
         "runs the service. Each command explains itself with \\-\\-help.\n"
         ".SH COMMANDS\n";
  for (const Command& command : commands)
    out << ".SS " << command.name << "\n"
        << roff_text(command.summary) << "\n.PP\n.nf\n"
        << roff_text(command.help) << ".fi\n";
  out << ".SH EXIT STATUS\n"
         "0 done; 1 done, but with findings or failures; 2 bad usage or configuration; 3 the "
         "service\n"
         "cannot be reached.\n"
         ".SH FILES\n"
         ".I /etc/secondlook/secondlook.toml\n"
         "the configuration; every name stands in\n"
         ".IR /usr/share/secondlook/secondlook.toml .\n";
  return out.str();
}

}  // namespace secondlook
