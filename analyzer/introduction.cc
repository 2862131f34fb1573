#include "analyzer/introduction.h"

#include <utility>

namespace secondlook {

Result<VerdictHello> introduce(JournalLogReader& log, std::string rule_set, std::string signatures,
                               std::string host_lists) {
  const auto durable = log.durable_sequence();
  if (!durable) return durable.error();
  const auto oldest = log.oldest_sequence();
  if (!oldest) return oldest.error();
  return VerdictHello{log.log(),
                      *durable,
                      *oldest,
                      std::move(rule_set),
                      std::move(signatures),
                      std::move(host_lists)};
}

}  // namespace secondlook
