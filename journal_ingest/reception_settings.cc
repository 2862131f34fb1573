#include "journal_ingest/reception_settings.h"

#include <utility>

#include <unistd.h>

#include "journal_ingest/tls_context.h"

namespace secondlook {
namespace {

std::string host_name(const std::string& configured) {
  char name[256] = "localhost";
  if (configured.empty()) ::gethostname(name, sizeof name - 1);
  return configured.empty() ? name : configured;
}

// permitted_networks as they stand there, "exchange_online" replaced by the list.
Result<PermittedNetworks> permit(const std::vector<std::string>& names,
                                 const std::optional<NetworkList>& shipped) {
  std::vector<std::string> networks;
  for (const std::string& name : names) {
    if (name == kExchangeOnline && shipped)
      networks.insert(networks.end(), shipped->networks.begin(), shipped->networks.end());
    else
      networks.push_back(name);
  }
  return PermittedNetworks::parse(networks);
}

}  // namespace

Result<ReceptionSettings> make_reception_settings(const Configuration& configuration,
                                                  const SettingsFiles& files) {
  const SmtpSettings& smtp = configuration.smtp;
  std::optional<NetworkList> shipped;
  if (!files.networks.empty()) {
    auto list = parse_network_list(files.networks);
    if (!list) return within(exchange_online_networks_path(), list.error());
    shipped = std::move(*list);
  }
  auto permitted = permit(smtp.permitted_networks, shipped);
  if (!permitted) return permitted.error();
  auto tls = make_tls_context(smtp, files);
  if (!tls) return tls.error();
  SessionSettings session;
  session.hostname = host_name(smtp.hostname);
  session.offer_tls = *tls != nullptr;
  session.require_tls = smtp.require_tls;
  session.max_message_bytes = smtp.max_message_bytes;
  DeadlineSettings deadlines;
  deadlines.silence = std::chrono::seconds(smtp.timeout_seconds);
  return ReceptionSettings{std::move(session),
                           JournalAddresses(configuration.tenants),
                           std::move(*permitted),
                           std::move(shipped),
                           std::move(*tls),
                           {smtp.max_sessions, smtp.max_sessions_per_peer},
                           deadlines};
}

}  // namespace secondlook
