#include "remediation/forgery.h"

#include "remediation/mail_address.h"

namespace secondlook {
namespace {

std::string without_brackets(std::string_view path) {
  if (path.size() >= 2 && path.front() == '<' && path.back() == '>')
    path = path.substr(1, path.size() - 2);
  return lower_case(path);
}

bool is_expected(const std::string& sender, const std::string& entry) {
  const std::string expected = without_brackets(entry);
  if (!expected.empty() && expected.front() == '@') return "@" + domain_of(sender) == expected;
  return sender == expected;
}

}  // namespace

std::optional<std::string> forgery_reason(const VerdictStamp& stamp, const TenantSettings& tenant) {
  if (tenant.report_senders.empty()) return std::nullopt;
  const std::string sender = without_brackets(stamp.mail_from);
  for (const std::string& entry : tenant.report_senders)
    if (is_expected(sender, entry)) return std::nullopt;
  return "MAIL FROM <" + sender + "> is not among the report_senders of tenant " + tenant.name;
}

void mark_forged(Verdict& verdict, const std::string& reason) {
  verdict.disposition = Disposition::forged_report;
  verdict.errors.push_back(reason);
}

}  // namespace secondlook
