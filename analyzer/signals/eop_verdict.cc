#include <charconv>

#include "analyzer/message/ascii.h"
#include "analyzer/signals/own_hop.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult eop_scl_at_least(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  int least = 5;  // Microsoft's own line between spam and not
  if (!arguments.empty())
    std::from_chars(arguments[0].data(), arguments[0].data() + arguments[0].size(), least);
  const auto scl = OwnHop(context)->eop.scl;
  if (scl && *scl >= least)
    add_evidence(result, "header X-MS-Exchange-Organization-SCL", std::to_string(*scl));
  return result;
}

SignalResult eop_category(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  const std::string category = OwnHop(context)->eop.category;
  for (const std::string& wanted : arguments)
    if (equals_ignoring_case(category, wanted))
      add_evidence(result, "header X-Forefront-Antispam-Report", "CAT:" + category);
  return result;
}

}  // namespace secondlook
