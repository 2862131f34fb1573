// The way from an installed package to the first journal report, as data: each step with its
// reason, its commands and its traps. Printed, given as JSON, and written as a PowerShell script.
// The same stands for reading in deploy/exchange_online.md; the facts' sources are named there.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "schema/configuration.h"

namespace secondlook {

struct SetupStep {
  std::string id;     // "journal_rule"
  std::string where;  // "here", "dns", "entra" or "exchange"
  std::string title;
  std::string why;
  std::vector<std::string> commands;  // for a shell, a zone file, or Exchange Online PowerShell
  std::vector<std::string> notes;     // what goes wrong
};

// What stands in for what the configuration does not say.
struct SetupFacts {
  std::string journal_address;  // as it is to be shown: whole, or redacted
  std::string thumbprint;       // of the app's certificate; empty: not looked at
  std::string certificate_expires;
};

// In the order in which they are taken. For one tenant of the configuration.
std::vector<SetupStep> setup_steps(const Configuration& configuration, const TenantSettings& tenant,
                                   const SetupFacts& facts);

void print_steps(std::ostream& out, const std::vector<SetupStep>& steps);
std::string to_json(const SetupStep& step, const std::string& tenant);  // one line
// The commands of the "exchange" steps with the reasons as comments.
std::string powershell_script(const std::vector<SetupStep>& steps);

}  // namespace secondlook
