#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult ambiguous_mime(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (!context.message.ambiguous_mime) return result;
  const PartCounts& counts = context.message.counts;
  add_evidence(result, "structure",
               std::to_string(counts.reader) + " parts by our reader, " +
                   std::to_string(counts.mimetic) + " by mimetic");
  return result;
}

}  // namespace secondlook
