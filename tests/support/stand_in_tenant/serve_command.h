// stand_in_tenant serve: runs the stand-in until SIGTERM or SIGINT.
#pragma once

#include <string>

#include "base/result.h"
#include "tests/support/stand_in_tenant/server.h"

namespace CLI {
class App;
}

namespace secondlook::stand_in {

struct ServeCommand {
  ServerOptions options;
  std::string port_file;   // gets the port once connections are accepted
  std::string users_file;  // JSON of read_users; without it alice, bob and carol@contoso.example
  std::string certificate_file;      // PEM: what client assertions must be signed with
  std::string federated_token_file;  // the one token that workload identity may show
  std::string faults_file;           // JSON of read_faults
  unsigned token_seconds = 3599;
  unsigned latency_milliseconds = 0;
};

void add_serve_command(CLI::App& app, ServeCommand& command);
Result<void> run(ServeCommand command);

}  // namespace secondlook::stand_in
