// stand_in_tenant serve | deliver: Microsoft 365 for tests and the demo. See README.md beside it.
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>
#include <curl/curl.h>

#include "tests/support/stand_in_tenant/deliver_command.h"
#include "tests/support/stand_in_tenant/serve_command.h"

int main(int argc, char** argv) {
  using namespace secondlook::stand_in;
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);

  CLI::App app("A stand-in for Microsoft 365: Graph, login, and delivery with journal reports.");
  app.require_subcommand(1);
  ServeCommand serve;
  DeliverCommand deliver;
  add_serve_command(app, serve);
  add_deliver_command(app, deliver);
  CLI11_PARSE(app, argc, argv);

  const auto done = app.got_subcommand("serve") ? run(serve) : run(deliver);
  if (!done) std::cerr << "stand_in_tenant: " << done.error().message << "\n";
  return done ? 0 : 1;
}
