// stand_in_tenant deliver: one mail's way through Exchange, and its journal report by SMTP.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"

namespace CLI {
class App;
}

namespace secondlook::stand_in {

struct DeliverCommand {
  ExchangeDelivery delivery;
  std::string tenant_url;  // empty: no mailboxes, the report only
  std::string journal;     // HOST:PORT; empty: the report goes to standard output
  std::string journal_address = "journal@secondlook.example";
  std::string report_from = "journal-ndr@contoso.example";
  std::vector<std::string> expanded;  // "member@x=list@x"
  std::string file;                   // the mail, or with `is_report` a ready report
  bool is_report = false;
  bool without_tls = false;
};

void add_deliver_command(CLI::App& app, DeliverCommand& command);

// Prints one line of JSON: message_id, network_message_id, mailboxes, external, reply, seconds of
// the SMTP exchange. An error when the report was not accepted.
Result<void> run(DeliverCommand command);

}  // namespace secondlook::stand_in
