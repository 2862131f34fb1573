// What Exchange Online does with an incoming mail, in its order: stamp it, make the journal report
// and send it by SMTP, put the copies into the mailboxes of its internal recipients.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "tests/support/journal_report_builder.h"
#include "tests/support/smtp_client.h"
#include "tests/support/stand_in_tenant/tenant_control.h"
#include "tests/support/transport_stamps.h"

namespace secondlook::stand_in {

struct ExchangeDelivery {
  std::string envelope_from;
  std::vector<std::string> recipients;  // RCPT TO as used: aliases, externals
  // Group address -> the members it was expanded to; journaled as "Recipient: m, Expanded: g".
  std::vector<JournalRecipient> expanded;
  TransportStamps stamps;     // client ip and results; ids, times and recipients are filled in
  JournalReportDraft report;  // shape; original, recipients, ids and time are filled in
  DeliveryOptions delivery;   // late copies, omitted mailboxes
};

struct ExchangeResult {
  std::string report;              // bytes to be sent to the journal address
  std::string message_id;          // of the mail
  std::string network_message_id;  // stamped on copies and report
  DeliveredTo delivered;
};

// Puts the copies into the mailboxes (without a TenantControl: nowhere) and makes the report. A
// mail that already has a Network-Message-Id is taken as stamped. Sends nothing.
Result<ExchangeResult> deliver_as_exchange(std::string_view mail, ExchangeDelivery delivery,
                                           const TenantControl* tenant, const Clock& clock,
                                           RandomSource& random);

}  // namespace secondlook::stand_in
