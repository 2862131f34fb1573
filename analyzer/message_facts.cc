#include "analyzer/message_facts.h"

#include <algorithm>
#include <set>

#include "analyzer/domain_name.h"
#include "analyzer/link_sites.h"
#include "analyzer/message/addresses.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/mail_date.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostLinks = 1000;
constexpr std::size_t kMostAttachments = 1000;

std::string without_angle_brackets(std::string_view path) {
  path = trim(path);
  if (path.starts_with('<') && path.ends_with('>')) path = path.substr(1, path.size() - 2);
  return std::string(path);
}

void fill_sender(Verdict& verdict, const ParsedMessage& original) {
  if (!original.from.empty()) {
    verdict.sender = original.from.front().address;
    verdict.sender_name = original.from.front().display_name;
    const auto at = verdict.sender.rfind('@');
    if (at != std::string::npos)
      verdict.from_domain = to_ascii_lower(verdict.sender.substr(at + 1));
  }
  if (!original.reply_to.empty()) verdict.reply_to = original.reply_to.front().address;
  verdict.envelope_sender = without_angle_brackets(original.header("Return-Path"));
}

void add_recipients(const std::vector<Mailbox>& mailboxes, const char* role,
                    std::vector<Recipient>& recipients) {
  for (const Mailbox& mailbox : mailboxes)
    if (!mailbox.address.empty()) recipients.push_back({mailbox.address, role, "", ""});
}

}  // namespace

void fill_identity(Verdict& verdict, const ParsedMessage& original, const TrustedHeaders& trusted) {
  verdict.message_id = trim(original.header("Message-ID"));
  verdict.digest = stable_digest(original);
  fill_sender(verdict, original);
  verdict.subject = original.header("Subject");
  if (const auto date = parse_mail_date(original.header("Date")))
    verdict.sent_at = format_rfc3339(*date);
  verdict.size = original.bytes.size();
  verdict.x_mailer = original.header("X-Mailer");
  if (verdict.x_mailer.empty()) verdict.x_mailer = original.header("User-Agent");
  verdict.network_message_id = trusted.network_message_id;
  verdict.connecting_ip = trusted.connecting_ip;
  verdict.helo = trusted.helo;
  verdict.authentication = trusted.authentication;
  verdict.eop = trusted.eop;
}

void fill_content(Verdict& verdict, const ParsedMessage& read) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const FoundLink& found : read.links) {
    if (verdict.links.size() >= kMostLinks) break;
    if (seen.emplace(found.link.url, found.link.text).second) verdict.links.push_back(found.link);
  }
  verdict.link_sites = link_sites(read);
  const auto count = std::min(read.attachments.size(), kMostAttachments);
  verdict.attachments.assign(read.attachments.begin(),
                             read.attachments.begin() + static_cast<std::ptrdiff_t>(count));
  verdict.parts = read.counts;
  verdict.errors.insert(verdict.errors.end(), read.errors.begin(), read.errors.end());
}

std::vector<Recipient> recipients_in_header(const ParsedMessage& message) {
  std::vector<Recipient> recipients;
  add_recipients(message.to, "to", recipients);
  add_recipients(message.cc, "cc", recipients);
  return recipients;
}

std::vector<Recipient> own_recipients_in_header(const ParsedMessage& message,
                                                const TenantSettings& tenant) {
  std::vector<Recipient> named = recipients_in_header(message);
  for (const HeaderField& field : message.headers)
    if (equals_ignoring_case(field.name, "Delivered-To") ||
        equals_ignoring_case(field.name, "X-Gm-Original-To"))
      add_recipients(parse_mailboxes(field.raw), "recipient", named);
  std::vector<Recipient> own;
  std::set<std::string> seen(tenant.journal_addresses.begin(), tenant.journal_addresses.end());
  for (Recipient& recipient : named)
    if (is_own_domain(domain_of_address(recipient.address), tenant.domains) &&
        seen.insert(to_ascii_lower(recipient.address)).second)
      own.push_back(std::move(recipient));
  return own;
}

std::string direction_of(const TrustedHeaders& trusted, const std::vector<Recipient>& recipients,
                         const std::vector<std::string>& own_domains) {
  if (!trusted.sent_by_tenant) return "inbound";
  const bool stays_inside =
      !recipients.empty() && std::ranges::all_of(recipients, [&](const Recipient& recipient) {
        return is_own_domain(domain_of_address(recipient.address), own_domains);
      });
  return stays_inside ? "internal" : "outbound";
}

}  // namespace secondlook
