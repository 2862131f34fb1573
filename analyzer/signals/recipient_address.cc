#include "analyzer/signals/recipient_address.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostRecipients = 20;
constexpr std::size_t kFewestBytes = 6;  // "a@b.de"

// As far as whole groups of three bytes go, so that what follows does not matter.
std::string in_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t at = 0; at + 3 <= text.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | static_cast<unsigned char>(text[at + i]);
    for (int shift = 18; shift >= 0; shift -= 6) result += kDigits[group >> shift & 63];
  }
  return result;
}

std::string in_hexadecimal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    result += kDigits[static_cast<unsigned char>(c) >> 4];
    result += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return result;
}

}  // namespace

std::vector<std::string> recipient_addresses(const ScanContext& context) {
  std::vector<std::string> all;
  const std::string from = context.message.from.empty()
                               ? std::string()
                               : to_ascii_lower(context.message.from.front().address);
  const auto add = [&](std::string_view address) {
    if (all.size() >= kMostRecipients || address.size() < kFewestBytes) return;
    if (address.find('@') == std::string_view::npos) return;
    std::string lower = to_ascii_lower(address);
    if (lower != from && std::ranges::find(all, lower) == all.end())
      all.push_back(std::move(lower));
  };
  for (const Recipient& recipient : context.recipients) add(recipient.address);
  if (context.recipients.empty())
    for (const Mailbox& mailbox : context.message.to) add(mailbox.address);
  return all;
}

AddressInUrls::AddressInUrls(const std::string& address)
    : plain_(address),
      escaped_(address),
      base64_(in_base64(address)),
      hexadecimal_(in_hexadecimal(address)) {
  if (const auto at = escaped_.find('@'); at != std::string::npos) escaped_.replace(at, 1, "%40");
}

bool AddressInUrls::is_in(std::string_view url) const {
  if (url.size() < plain_.size()) return false;
  if (url.find(base64_) != url.npos) return true;
  const std::string lower = to_ascii_lower(url);
  return lower.find(plain_) != std::string::npos || lower.find(escaped_) != std::string::npos ||
         lower.find(hexadecimal_) != std::string::npos;
}

}  // namespace secondlook
