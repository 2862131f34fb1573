#include <array>

#include "analyzer/message/ascii.h"
#include "analyzer/sender_history.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kMailsOfKnown = 10;

const SenderHistory* known_history(const ScanContext& context) {
  return context.history != nullptr && context.history->is_known ? context.history : nullptr;
}

std::string_view sender_of(const ScanContext& context) {
  return context.message.from.empty() ? std::string_view() : context.message.from.front().address;
}

// How programs begin the subject of an answer or a forwarded mail: English, German, Japanese.
bool says_to_answer(std::string_view subject) {
  constexpr std::array<std::string_view, 11> kPrefixes = {
      "re:", "re：", "aw:", "fw:", "fwd:", "wg:", "fw：", "返信:", "返信：", "転送:", "転送："};
  const std::string lower = to_ascii_lower(trim(subject));
  for (const std::string_view prefix : kPrefixes)
    if (lower.starts_with(prefix)) return true;
  return false;
}

}  // namespace

SignalResult new_sender(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  const SenderHistory* history = known_history(context);
  if (history == nullptr || !history->sender_is_new) return result;
  const bool asks_domain = !arguments.empty() && arguments.front() == "domain";
  if (asks_domain && !history->domain_is_new) return result;
  add_evidence(result, "header From", sender_of(context));
  return result;
}

SignalResult false_reply(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const SenderHistory* history = known_history(context);
  if (history == nullptr || history->names_known_mail || !history->pair_is_new) return result;
  const std::string_view subject = context.message.header("Subject");
  if (!history->names_mails && !says_to_answer(subject)) return result;
  add_evidence(result, "header Subject", subject);
  return result;
}

SignalResult known_correspondent(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const SenderHistory* history = known_history(context);
  if (history == nullptr || history->bad > 0 || history->sender_is_new) return result;
  if (!history->was_written_to && history->mails < kMailsOfKnown) return result;
  add_evidence(result, "header From", sender_of(context));
  return result;
}

SignalResult sender_was_bad(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  const SenderHistory* history = known_history(context);
  if (history == nullptr || history->bad == 0) return result;
  add_evidence(result, "header From", sender_of(context));
  return result;
}

}  // namespace secondlook
