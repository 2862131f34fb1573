// What `secondlook setup` has to know of an organisation before it can write a configuration: from
// flags, else from questions on a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/argument_reader.h"
#include "cli/console.h"

namespace secondlook {

struct SetupAnswers {
  std::string name;                   // of the tenant: a label of letters, digits and hyphens
  std::string tenant_id;              // GUID
  std::vector<std::string> domains;   // accepted domains, lower case
  std::string hostname;               // of this machine in public DNS; the journal address's domain
  std::string client_id;              // GUID of the app; empty: not registered yet
  std::string ndr_mailbox;            // where reports go that could not be delivered
  std::vector<std::string> gateways;  // CIDRs of a filter in front
};

// The options that give answers, for the command's list.
std::vector<OptionRule> answer_options();
bool has_answers(const Arguments& arguments);

// malformed: an answer that cannot be meant, named by its flag; or one that is missing where nobody
// can be asked.
Result<SetupAnswers> collect_answers(const Arguments& arguments, const Console& console);

}  // namespace secondlook
