#include "cli/console.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/terminal_text.h"

namespace secondlook {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::none: return "";
    case Colour::red: return "\x1b[31m";
    case Colour::green: return "\x1b[32m";
    case Colour::yellow: return "\x1b[33m";
    case Colour::dim: return "\x1b[2m";
    case Colour::bold: return "\x1b[1m";
  }
  return "";
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<std::size_t>(40, size.ws_col);
}

void complain(const Console& console, std::string_view message) {
  console.progress("");
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size());
    if (end > 0) console.err << "secondlook: " << terminal_text(message.substr(0, end)) << '\n';
    message.remove_prefix(std::min(end + 1, message.size()));
  }
}

}  // namespace

std::string Console::coloured(Colour colour, std::string_view text) const {
  if (!colours || colour == Colour::none) return std::string(text);
  return std::string(code_of(colour)) + std::string(text) + "\x1b[0m";
}

bool Console::confirm(std::string_view question) const {
  progress("");
  out.flush();
  err << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(in, answer)) return false;
  return answer == "y" || answer == "Y" || answer == "yes";
}

void Console::progress(std::string_view text) const {
  if (!err_is_terminal) return;
  err << "\r\x1b[K" << fit_to_width(terminal_text(text), width == 0 ? 79 : width - 1) << std::flush;
}

int usage_error(const Console& console, std::string_view message) {
  complain(console, message);
  return exit_usage;
}

int failure(const Console& console, std::string_view message) {
  complain(console, message);
  return exit_findings;
}

int unreachable(const Console& console, std::string_view message) {
  complain(console, message);
  return exit_unreachable;
}

int report_error(const Console& console, const Error& error) {
  return error.kind == Error::Kind::malformed ? usage_error(console, error.message)
                                              : failure(console, error.message);
}

Console standard_console() {
  const bool out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return Console{std::cin,
                 std::cout,
                 std::cerr,
                 ::isatty(STDIN_FILENO) == 1,
                 out_is_terminal,
                 ::isatty(STDERR_FILENO) == 1 && !dumb,
                 out_is_terminal && !dumb && (no_color == nullptr || *no_color == '\0'),
                 out_is_terminal ? terminal_width() : 0};
}

}  // namespace secondlook
