// journal_load: numbered journal reports over a few SMTP sessions; prints one line of JSON and
// exits with 1 when a report was never acknowledged.
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"
#include "base/random.h"
#include "tests/support/journal_load/report_load.h"
#include "tests/support/stand_in_tenant/tenant_control.h"

namespace secondlook {

namespace {

struct Arguments {
  LoadOptions options;
  std::string to = "127.0.0.1:2525";
  std::string malicious_mail_file;
  unsigned give_up_seconds = 30;
  bool without_tls = false;
  bool has_recipients = false;
};

void describe(CLI::App& app, Arguments& arguments) {
  LoadOptions& options = arguments.options;
  app.add_option("--to", arguments.to, "HOST:PORT of the SMTP server");
  app.add_option("--journal-address", options.journal_address);
  app.add_option("--report-from", options.report_from, "JournalingReportNdrTo");
  app.add_option("--tenant-url", options.tenant_url, "a stand-in tenant that gets the copies");
  app.add_option("--recipients", options.recipients, "taken in turn; else the tenant's users")
      ->expected(1, -1)
      ->each([&](const std::string&) { arguments.has_recipients = true; });
  app.add_option("--sessions", options.sessions);
  app.add_option("--count", options.count);
  app.add_option("--per-second", options.per_second, "in all; 0: as fast as it goes");
  app.add_option("--first", options.first, "number of the first mail");
  app.add_option("--malicious-every", options.malicious_every);
  app.add_option("--malicious-mail", arguments.malicious_mail_file, "used for malicious ones");
  app.add_option("--resend-every", options.resend_every, "sent again after its 250");
  app.add_option("--body-bytes", options.body_bytes);
  app.add_option("--give-up-after", arguments.give_up_seconds, "seconds, for one report");
  app.add_option("--acknowledged-file", options.acknowledged_file);
  app.add_option("--run", options.run, "part of the Message-IDs");
  app.add_flag("--without-tls", arguments.without_tls);
}

Result<void> take_tenants_users(LoadOptions& options) {
  const auto addresses = stand_in::TenantControl(options.tenant_url).addresses();
  if (!addresses) return addresses.error();
  options.recipients.clear();
  for (const auto& [address, primary] : *addresses) {
    if (address == primary) options.recipients.push_back(address);
  }
  if (options.recipients.empty()) return malformed("the tenant has no users");
  return {};
}

Result<LoadResult> run(Arguments& arguments) {
  LoadOptions& options = arguments.options;
  auto target = split_host_and_port(arguments.to);
  if (!target) return std::move(target).error();
  std::tie(options.host, options.port) = *target;
  options.use_tls = !arguments.without_tls;
  options.give_up_after = std::chrono::seconds{arguments.give_up_seconds};
  if (!arguments.malicious_mail_file.empty()) {
    auto mail = read_file(arguments.malicious_mail_file, std::size_t{64} << 20U);
    if (!mail) return std::move(mail).error();
    options.malicious_template = *std::move(mail);
  }
  if (!options.tenant_url.empty() && !arguments.has_recipients) {
    if (auto taken = take_tenants_users(options); !taken) return std::move(taken).error();
  }
  return ReportLoad(options).run();
}

void print(const LoadResult& result) {
  std::cout << nlohmann::json{{"acknowledged", result.acknowledged},
                              {"given_up", result.given_up},
                              {"refusals", result.refusals},
                              {"lost_sessions", result.lost_sessions},
                              {"seconds", result.seconds},
                              {"per_second", result.acknowledged / std::max(result.seconds, 1e-9)},
                              {"last_problem", result.last_problem}}
                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
            << std::endl;
}

}  // namespace

}  // namespace secondlook

int main(int argc, char** argv) {
  using namespace secondlook;
  std::signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Arguments arguments;
  SystemRandom random;
  arguments.options.run = make_uuid(random).substr(0, 8);
  CLI::App app("Sends numbered journal reports by SMTP and remembers which were acknowledged.");
  describe(app, arguments);
  CLI11_PARSE(app, argc, argv);
  const auto result = run(arguments);
  if (!result) {
    std::cerr << "journal_load: " << result.error().message << "\n";
    return 2;
  }
  print(*result);
  return result->given_up == 0 ? 0 : 1;
}
