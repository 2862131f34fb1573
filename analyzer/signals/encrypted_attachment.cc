#include "analyzer/message/attachments.h"
#include "analyzer/message/encryption.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {

SignalResult encrypted_attachment(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const ParsedMessage& message = context.message;
  for (std::size_t i = 0; i < message.attachments.size(); ++i) {
    const Attachment& attachment = message.attachments[i];
    if (!attachment.encrypted) continue;
    const auto how = encryption_of(content_of_attachment(message, i), attachment.detected_type);
    add_evidence(result, "attachment " + evidence_text(attachment.name),
                 attachment.detected_type + (how.empty() ? "" : ", ") + std::string(how));
  }
  return result;
}

}  // namespace secondlook
