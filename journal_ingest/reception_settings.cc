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

}  // namespace

Result<ReceptionSettings> make_reception_settings(const Configuration& configuration,
                                                  const SettingsFiles& files) {
  const SmtpSettings& smtp = configuration.smtp;
  auto permitted = PermittedNetworks::parse(smtp.permitted_networks);
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
  return ReceptionSettings{
      std::move(session), JournalAddresses(configuration.tenants),         std::move(*permitted),
      std::move(*tls),    {smtp.max_sessions, smtp.max_sessions_per_peer}, deadlines};
}

}  // namespace secondlook
