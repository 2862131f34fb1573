// TLS for STARTTLS: certificate chain and key as PEM, version 1.2 and newer.
#pragma once

#include <memory>

#include <asio/ssl/context.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "journal_ingest/settings_files.h"
#include "schema/configuration.h"

namespace secondlook {

// `smtp` gives the names for errors, `files` what stands in them. Null where no certificate is
// named. malformed: no PEM, or the key belongs to another certificate.
Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const SmtpSettings& smtp,
                                                             const SettingsFiles& files);

// Until when its certificate holds; zero for a null context.
Timestamp expiry_of(asio::ssl::context* context);

}  // namespace secondlook
