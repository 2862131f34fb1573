#include <array>

#include "analyzer/domain_name.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 24> kFreemail = {
    "gmail.com", "googlemail.com", "outlook.com",  "hotmail.com",    "live.com",
    "msn.com",   "yahoo.com",      "yahoo.co.jp",  "ymail.com",      "icloud.com",
    "me.com",    "aol.com",        "proton.me",    "protonmail.com", "gmx.com",
    "gmx.de",    "gmx.net",        "mail.com",     "zohomail.com",   "yandex.com",
    "yandex.ru", "mail.ru",        "tutanota.com", "hotmail.co.jp"};

bool is_freemail(std::string_view domain) {
  return std::ranges::find(kFreemail, domain) != kFreemail.end();
}

}  // namespace

SignalResult reply_to_differs(const ScanContext& context, const SignalArguments& arguments) {
  SignalResult result;
  if (context.message.from.empty() || context.message.reply_to.empty()) return result;
  const std::string from = registrable_name(domain_of_address(context.message.from[0].address));
  const std::string& reply_address = context.message.reply_to[0].address;
  const std::string reply = registrable_name(domain_of_address(reply_address));
  if (from.empty() || reply.empty() || from == reply) return result;
  const bool only_freemail = std::ranges::find(arguments, "freemail") != arguments.end();
  if (only_freemail && (!is_freemail(reply) || is_freemail(from))) return result;
  add_evidence(result, "header Reply-To", reply_address);
  return result;
}

}  // namespace secondlook
