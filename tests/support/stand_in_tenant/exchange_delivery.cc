#include "tests/support/stand_in_tenant/exchange_delivery.h"

#include <algorithm>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

constexpr const char* kNetworkMessageId = "X-MS-Exchange-Organization-Network-Message-Id";

using Addresses = std::map<std::string, std::string>;

std::string primary_address(const Addresses& addresses, const std::string& address) {
  const auto found = addresses.find(lower_case(address));
  return found == addresses.end() ? address : found->second;
}

// Reports name resolved primary addresses, not the RCPT TO that was used; one line per mailbox.
std::vector<JournalRecipient> journaled_recipients(const ExchangeDelivery& delivery,
                                                   const Addresses& addresses) {
  std::vector<JournalRecipient> recipients;
  const auto add = [&](JournalRecipient recipient) {
    recipient.address = primary_address(addresses, recipient.address);
    const bool is_known = std::any_of(recipients.begin(), recipients.end(), [&](const auto& other) {
      return other.address == recipient.address;
    });
    if (!is_known) recipients.push_back(std::move(recipient));
  };
  for (const std::string& address : delivery.recipients) {
    JournalRecipient recipient;
    recipient.address = address;
    add(std::move(recipient));
  }
  for (const JournalRecipient& recipient : delivery.expanded) add(recipient);
  return recipients;
}

std::string stamped(std::string_view mail, const ExchangeDelivery& delivery,
                    const Addresses& addresses, Timestamp now, RandomSource& random) {
  if (read_mail_headers(mail).find(kNetworkMessageId) != nullptr) return with_crlf(mail);
  TransportStamps stamps = delivery.stamps;
  stamps.network_message_id = make_uuid(random);
  if (stamps.tenant_id.empty()) stamps.tenant_id = "5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94";
  stamps.mail_from = delivery.envelope_from;
  stamps.recipients = delivery.recipients;
  stamps.is_internal = addresses.contains(lower_case(delivery.envelope_from));
  stamps.received_at = now;
  return stamp_mail(mail, stamps);
}

}  // namespace

Result<ExchangeResult> deliver_as_exchange(std::string_view mail, ExchangeDelivery delivery,
                                           const TenantControl* tenant, const Clock& clock,
                                           RandomSource& random) {
  Addresses addresses;
  if (tenant != nullptr) {
    auto known = tenant->addresses();
    if (!known) return std::move(known).error();
    addresses = *std::move(known);
  }
  const Timestamp now = clock.now();
  ExchangeResult result;
  const std::string original = stamped(mail, delivery, addresses, now, random);
  const MailHeaders headers = read_mail_headers(original);
  result.message_id = headers.value("Message-ID");
  result.network_message_id = headers.value(kNetworkMessageId);

  JournalReportDraft report = std::move(delivery.report);
  report.original = original;
  report.recipients = journaled_recipients(delivery, addresses);
  report.report_id = make_uuid(random);
  report.made_at = now;
  result.report = build_journal_report(report);

  if (tenant != nullptr) {
    std::vector<std::string> everybody = delivery.recipients;
    for (const JournalRecipient& member : delivery.expanded) everybody.push_back(member.address);
    auto delivered = tenant->deliver(original, everybody, delivery.delivery);
    if (!delivered) return std::move(delivered).error();
    result.delivered = *std::move(delivered);
  }
  return result;
}

}  // namespace secondlook::stand_in
