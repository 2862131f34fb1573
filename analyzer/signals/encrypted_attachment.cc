#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult encrypted_attachment(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  for (const Attachment& attachment : context.message.attachments)
    if (attachment.encrypted)
      add_evidence(result, "attachment " + evidence_text(attachment.name),
                   attachment.detected_type);
  return result;
}

}  // namespace secondlook
