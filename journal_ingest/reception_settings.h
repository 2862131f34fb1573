// What of the configuration concerns those who connect, as one value: made whole or not at all,
// never changed afterwards. A reload makes another; each connection keeps the one it began with.
#pragma once

#include <memory>
#include <optional>

#include <asio/ssl/context.hpp>

#include "base/result.h"
#include "journal_ingest/journal_addresses.h"
#include "journal_ingest/peer_deadline.h"
#include "journal_ingest/permitted_networks.h"
#include "journal_ingest/session_count.h"
#include "journal_ingest/settings_files.h"
#include "journal_ingest/smtp_session.h"
#include "schema/configuration.h"
#include "schema/network_list.h"

namespace secondlook {

struct ReceptionSettings {
  SessionSettings session;
  JournalAddresses addresses{{}};
  PermittedNetworks permitted;
  std::optional<NetworkList> shipped_networks;  // part of `permitted`; its age is to be looked at
  std::shared_ptr<asio::ssl::context> tls;      // null: STARTTLS is not offered
  SessionLimits limits;
  DeadlineSettings deadlines;
};

// Opens no file. malformed: certificate, key or networks that cannot be meant.
Result<ReceptionSettings> make_reception_settings(const Configuration& configuration,
                                                  const SettingsFiles& files);

}  // namespace secondlook
