#include "schema/store/search_keys.h"

#include <algorithm>
#include <cstdint>

#include "base/sha256.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostParentDomains = 16;
constexpr std::size_t kShortestBeginning = 4;
constexpr std::size_t kLongestBeginning = 64;
constexpr int kMostInside = 4;

// The keys of one message, each once.
class Keys {
 public:
  explicit Keys(std::string_view secret) : secret_(secret) {}

  void add(KeyKind kind, std::string_view value) { keys_.insert(search_key(secret_, kind, value)); }
  void add_some(KeyKind kind, std::string_view value) {
    if (!value.empty()) add(kind, value);
  }
  void add_address(KeyKind whole, KeyKind domain, std::string_view address) {
    if (address.empty()) return;
    add(whole, lower_ascii(address));
    add(domain, domain_of_address(address));
  }
  void add_host(std::string_view host) {
    for (std::size_t count = 0; !host.empty() && count < kMostParentDomains; ++count) {
      add(KeyKind::host, domain_key(host));
      const auto dot = host.find('.');
      if (dot == std::string_view::npos) return;
      host.remove_prefix(dot + 1);
    }
  }
  std::set<std::string> take() && { return std::move(keys_); }

 private:
  std::string_view secret_;
  std::set<std::string> keys_;
};

void add_envelope(Keys& keys, const Verdict& verdict) {
  keys.add_some(KeyKind::sender, lower_ascii(verdict.sender));
  keys.add_some(KeyKind::sender_domain, domain_key(verdict.from_domain));
  keys.add_address(KeyKind::reply_to, KeyKind::reply_to_domain, verdict.reply_to);
  keys.add_address(KeyKind::envelope_sender, KeyKind::envelope_domain, verdict.envelope_sender);
  keys.add_some(KeyKind::direction, verdict.direction);
  keys.add_some(KeyKind::message_id, without_brackets(verdict.message_id));
  keys.add_some(KeyKind::ip, verdict.connecting_ip);
  for (const std::string& beginning : ip_beginnings(verdict.connecting_ip))
    keys.add(KeyKind::ip_beginning, beginning);
}

void add_findings(Keys& keys, const Verdict& verdict) {
  for (const RuleHit& hit : verdict.hits) keys.add(KeyKind::rule, lower_ascii(hit.rule));
  for (const std::string& attribute : verdict.attributes)
    keys.add(KeyKind::attribute, lower_ascii(attribute));
  for (const Link& link : verdict.links) {
    keys.add_host(link.host);
    for (const std::string& beginning : url_beginnings(link.url))
      keys.add(KeyKind::url_beginning, beginning);
  }
  for (const Attachment& attachment : verdict.attachments)
    keys.add_some(KeyKind::sha256, lower_ascii(attachment.sha256));
}

}  // namespace

std::string search_key(std::string_view secret, KeyKind kind, std::string_view value) {
  std::string text(secret);
  text += static_cast<char>(kind);
  text += value;
  const Sha256 digest = sha256(text);
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | digest[i];
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string key;
  for (int shift = 60; shift >= 0; shift -= 5)
    key += kLetters[number >> static_cast<unsigned>(shift) & 31U];
  return key;
}

std::string key_expression(KeyKind kind) {
  return "'keys : ' || search_key((SELECT secret FROM search_state), " +
         std::to_string(static_cast<int>(kind)) + ", ?)";
}

std::set<std::string> keys_of(const KeyedMessage& message) {
  const Verdict& verdict = message.verdict;
  Keys keys(message.secret);
  keys.add_some(KeyKind::tenant, message.tenant);
  keys.add(KeyKind::disposition, name_of(verdict.disposition));
  if (verdict.disposition != Disposition::clean && verdict.disposition != Disposition::not_a_report)
    keys.add(KeyKind::detection, "");
  add_envelope(keys, verdict);
  add_findings(keys, verdict);
  for (const Recipient& recipient : message.recipients) {
    keys.add(KeyKind::recipient, lower_ascii(recipient.address));
    keys.add(KeyKind::recipient_domain, domain_of_address(recipient.address));
  }
  if (message.is_user_reported) keys.add(KeyKind::attribute, kUserReported);
  return std::move(keys).take();
}

std::vector<std::string> ip_beginnings(std::string_view address) {
  std::vector<std::string> beginnings;
  if (std::ranges::count(address, '.') != 3 || address.find(':') != std::string_view::npos)
    return beginnings;
  const auto second = address.find('.', address.find('.') + 1) + 1;
  beginnings.emplace_back(address.substr(0, second));
  beginnings.emplace_back(address.substr(0, address.find('.', second) + 1));
  return beginnings;
}

std::vector<std::string> url_beginnings(std::string_view url) {
  std::vector<std::string> beginnings;
  auto scheme = url.find("://");
  for (int inside = 0; inside < kMostInside && scheme != std::string_view::npos; ++inside) {
    const std::string text = lower_ascii(url.substr(scheme + 3));
    const auto path = text.find('/');
    for (std::size_t length = kShortestBeginning;
         path != std::string::npos && length <= kLongestBeginning; length *= 2)
      if (path + 1 + length <= text.size()) beginnings.push_back(text.substr(0, path + 1 + length));
    scheme = url.find("://", scheme + 3);
  }
  return beginnings;
}

std::string without_brackets(std::string_view message_id) {
  if (message_id.size() >= 2 && message_id.front() == '<' && message_id.back() == '>')
    message_id = message_id.substr(1, message_id.size() - 2);
  return std::string(message_id);
}

std::string domain_of_address(std::string_view address) {
  return lower_ascii(address.substr(address.find('@') + 1));
}

}  // namespace secondlook
