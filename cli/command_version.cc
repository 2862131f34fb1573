#include "cli/commands.h"

namespace secondlook {
namespace {

int run_version(const Invocation& invocation) {
  invocation.console.out << "secondlook " SECONDLOOK_VERSION "\n";
  return exit_done;
}

}  // namespace

Command version_command() {
  return {"version",
          "print the version",
          "Usage: secondlook version\n\nPrints the version.\n",
          {{}, false, 0},
          &run_version};
}

}  // namespace secondlook
