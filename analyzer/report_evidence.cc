#include "analyzer/report_evidence.h"

#include <algorithm>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(
      names, [&](const std::string& one) { return equals_ignoring_case(one, name); });
}

std::string_view without_brackets(std::string_view path) {
  return path.starts_with('<') && path.ends_with('>') ? path.substr(1, path.size() - 2) : path;
}

// Entries are addresses, "<>" or a whole "@domain".
bool is_expected_sender(std::string_view mail_from, const std::vector<std::string>& expected) {
  const std::string_view sender = without_brackets(mail_from);
  const std::string_view domain = sender.substr(std::min(sender.rfind('@'), sender.size()));
  return std::ranges::any_of(expected, [&](const std::string& entry) {
    return equals_ignoring_case(without_brackets(entry), entry.starts_with('@') ? domain : sender);
  });
}

// Every tenant has a *.onmicrosoft.com name, and Exchange Online writes that one, but few people
// list it. While the configuration names none, any such name is taken: calling all reports of a
// tenant forged would miss all of its mail.
bool may_be_initial_domain(std::string_view name, const std::vector<std::string>& domains) {
  constexpr std::string_view kInitial = ".onmicrosoft.com";
  const auto is_initial = [&](std::string_view domain) {
    return domain.size() > kInitial.size() &&
           equals_ignoring_case(domain.substr(domain.size() - kInitial.size()), kInitial);
  };
  return is_initial(name) && std::ranges::none_of(domains, is_initial);
}

}  // namespace

std::optional<std::string> reason_to_call_forged(const JournalReport& report,
                                                 const TenantSettings& tenant,
                                                 std::string_view mail_from) {
  const std::string_view path = mail_from.empty() ? "<>" : mail_from;
  if (!tenant.report_senders.empty() && !is_expected_sender(mail_from, tenant.report_senders))
    return "MAIL FROM " + std::string(path) + " is none of report_senders";
  if (tenant.report_source != "exchange_online") return std::nullopt;
  const bool knows_id = !report.tenant_guid.empty() && !tenant.tenant_id.empty();
  if (knows_id && !equals_ignoring_case(report.tenant_guid, tenant.tenant_id))
    return "X-LD-Processed names the tenant " + report.tenant_guid;
  if (knows_id || holds(tenant.domains, report.originator_org)) return std::nullopt;
  if (may_be_initial_domain(report.originator_org, tenant.domains)) return std::nullopt;
  if (report.originator_org.empty())
    return "neither X-OriginatorOrg nor X-LD-Processed stands in the report";
  return "X-OriginatorOrg " + report.originator_org + " is none of the tenant's domains";
}

}  // namespace secondlook
