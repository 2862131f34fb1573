#include "remediation/forgery.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

bool is_forged(const std::vector<std::string>& expected, const std::string& mail_from) {
  TenantSettings tenant;
  tenant.report_senders = expected;
  VerdictStamp stamp;
  stamp.mail_from = mail_from;
  return forgery_reason(stamp, tenant).has_value();
}

}  // namespace

TEST_CASE("a report is forged when its envelope sender is not the one expected") {
  CHECK_FALSE(is_forged({}, "anybody@elsewhere.example"));
  CHECK_FALSE(is_forged({"<>"}, ""));
  CHECK_FALSE(is_forged({"<>"}, "<>"));
  CHECK(is_forged({"<>"}, "mallory@mallory.example"));
  CHECK(is_forged({"journal@acme.example"}, ""));
  CHECK_FALSE(is_forged({"journal@acme.example"}, "Journal@ACME.example"));
  CHECK_FALSE(is_forged({"<journal@acme.example>", "<>"}, "journal@acme.example"));
  CHECK_FALSE(
      is_forged({"@acme.onmicrosoft.example"}, "MicrosoftExchange@acme.onmicrosoft.example"));
  CHECK(is_forged({"@acme.onmicrosoft.example"}, "x@evil-acme.onmicrosoft.example"));
}

}  // namespace secondlook
