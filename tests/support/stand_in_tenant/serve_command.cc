#include "tests/support/stand_in_tenant/serve_command.h"

#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>
#include <signal.h>

#include "base/file_descriptor.h"
#include "tests/support/stand_in_tenant/control_service.h"

namespace secondlook::stand_in {

namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 20U;

constexpr const char* kDefaultUsers = R"([
  {"mail": "alice@contoso.example", "aliases": ["a.liddell@contoso.example"]},
  {"mail": "bob@contoso.example"},
  {"mail": "carol@contoso.example"}])";

Result<void> read_files(ServeCommand& command) {
  std::string text = kDefaultUsers;
  if (!command.users_file.empty()) {
    auto content = read_file(command.users_file, kLargestFile);
    if (!content) return std::move(content).error();
    text = *std::move(content);
  }
  const auto read_into = [](const std::string& path, std::string& content) -> Result<void> {
    if (path.empty()) return {};
    auto read = read_file(path, kLargestFile);
    if (!read) return std::move(read).error();
    content = *std::move(read);
    while (content.ends_with('\n')) content.pop_back();
    return {};
  };
  Credentials& known = command.options.credentials;
  if (auto read = read_into(command.certificate_file, known.certificate); !read) return read;
  if (auto read = read_into(command.federated_token_file, known.federated_token); !read)
    return read;
  auto users = read_users(text);
  if (!users) return within(command.users_file, std::move(users).error());
  command.options.users = *std::move(users);
  if (command.faults_file.empty()) return {};
  const auto content = read_file(command.faults_file, kLargestFile);
  if (!content) return content.error();
  auto faults = read_faults(*content);
  if (!faults) return within(command.faults_file, std::move(faults).error());
  command.options.faults = *std::move(faults);
  return {};
}

}  // namespace

void add_serve_command(CLI::App& app, ServeCommand& command) {
  CLI::App* const serve = app.add_subcommand("serve", "Answer as Graph and the login server.");
  serve->add_option("--port", command.options.port, "0 takes a free one");
  serve->add_option("--port-file", command.port_file, "gets the port when it is ready");
  serve->add_option("--tenant-id", command.options.credentials.tenant_id);
  serve->add_option("--client-id", command.options.credentials.client_id);
  serve->add_option("--client-secret", command.options.credentials.client_secret);
  serve->add_option("--certificate", command.certificate_file, "PEM, of the app registration");
  serve->add_option("--federated-token", command.federated_token_file, "file with the one token");
  serve->add_option("--identity-header", command.options.credentials.identity_header);
  serve->add_option("--login-url", command.options.credentials.login_url,
                    "in front of the audience of assertions");
  serve->add_option("--users", command.users_file, "JSON");
  serve->add_option("--faults", command.faults_file, "JSON");
  serve->add_option("--throttle", command.options.requests_per_mailbox,
                    "requests at once per mailbox, the next is a 429");
  serve->add_option("--latency-ms", command.latency_milliseconds, "of each mailbox request");
  serve->add_option("--token-seconds", command.token_seconds, "life of a token");
  serve->add_option("--public-url", command.options.public_url, "in front of next links");
}

Result<void> run(ServeCommand command) {
  if (auto read = read_files(command); !read) return read;
  command.options.token_lifetime = std::chrono::seconds{command.token_seconds};
  command.options.latency = std::chrono::milliseconds{command.latency_milliseconds};
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before threads start

  const SystemClock clock;
  SystemRandom random;
  const auto server = Server::start(std::move(command.options), clock, random);
  if (!server) return server.error();
  const std::string port = std::to_string((*server)->port());
  if (!command.port_file.empty()) {
    if (auto written = replace_file(command.port_file, port + "\n", 0644); !written) return written;
  }
  std::cout << "stand-in tenant on " << (*server)->url() << std::endl;
  int signal = 0;
  ::sigwait(&signals, &signal);
  return {};
}

}  // namespace secondlook::stand_in
