#include "analyzer/report_evidence.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

TenantSettings contoso() {
  TenantSettings tenant;
  tenant.tenant_id = "5b2d9c70-41fe-4a86-b3a7-8d0e6f1c2b94";
  tenant.domains = {"contoso.example", "contoso.onmicrosoft.com"};
  return tenant;
}

JournalReport report_of(std::string organisation, std::string tenant_id) {
  JournalReport report;
  report.originator_org = std::move(organisation);
  report.tenant_guid = std::move(tenant_id);
  return report;
}

}  // namespace

TEST_CASE("a report of Exchange Online names the tenant's organisation or its id") {
  const TenantSettings tenant = contoso();
  CHECK_FALSE(reason_to_call_forged(report_of("Contoso.onmicrosoft.com", ""), tenant, ""));
  CHECK_FALSE(
      reason_to_call_forged(report_of("", "5B2D9C70-41FE-4A86-B3A7-8D0E6F1C2B94"), tenant, ""));
  CHECK(reason_to_call_forged(report_of("", ""), tenant, "") ==
        "neither X-OriginatorOrg nor X-LD-Processed stands in the report");
  CHECK(reason_to_call_forged(report_of("fabrikam.onmicrosoft.com", ""), tenant, ""));
}

TEST_CASE("a tenant that lists no initial domain is not called forged for writing it") {
  TenantSettings tenant = contoso();
  tenant.domains = {"contoso.example"};
  CHECK_FALSE(reason_to_call_forged(report_of("contoso.onmicrosoft.com", ""), tenant, ""));
  CHECK(reason_to_call_forged(report_of(".onmicrosoft.com", ""), tenant, ""));
  CHECK(reason_to_call_forged(report_of("fabrikam.example", ""), tenant, ""));
}

TEST_CASE("a report that names another tenant's id is forged whatever else it says") {
  CHECK(reason_to_call_forged(
      report_of("contoso.onmicrosoft.com", "00000000-0000-0000-0000-000000000000"), contoso(), ""));
}

TEST_CASE("a report from on-premises carries no such evidence") {
  TenantSettings tenant = contoso();
  tenant.report_source = "on_premises";
  CHECK_FALSE(reason_to_call_forged(report_of("", ""), tenant, ""));
}

TEST_CASE("a report comes from an announced sender, where senders were announced") {
  TenantSettings tenant = contoso();
  tenant.report_senders = {"ndr@contoso.example", "<>"};
  const JournalReport report = report_of("contoso.onmicrosoft.com", "");
  CHECK_FALSE(reason_to_call_forged(report, tenant, "NDR@contoso.example"));
  CHECK_FALSE(reason_to_call_forged(report, tenant, ""));
  CHECK(reason_to_call_forged(report, tenant, "else@contoso.example") ==
        "MAIL FROM else@contoso.example is none of report_senders");
  tenant.report_source = "on_premises";
  CHECK(reason_to_call_forged(report, tenant, "else@contoso.example"));
}

TEST_CASE("report_senders may name a whole domain") {
  TenantSettings tenant = contoso();
  tenant.report_senders = {"@contoso.example"};
  const JournalReport report = report_of("contoso.onmicrosoft.com", "");
  CHECK_FALSE(reason_to_call_forged(report, tenant, "ndr@Contoso.example"));
  CHECK(reason_to_call_forged(report, tenant, ""));
  CHECK(reason_to_call_forged(report, tenant, "ndr@evil-contoso.example"));
}

TEST_CASE("a report of one tenant is forged at the address of another") {
  TenantSettings fabrikam;
  fabrikam.tenant_id = "0c8a1f52-7d3e-4b96-a1c4-2e5f9b8d7a60";
  fabrikam.domains = {"fabrikam.example", "fabrikam.onmicrosoft.com"};
  const JournalReport by_name = report_of("contoso.onmicrosoft.com", "");
  const JournalReport by_id = report_of("", contoso().tenant_id);
  CHECK_FALSE(reason_to_call_forged(by_name, contoso(), ""));
  CHECK_FALSE(reason_to_call_forged(by_id, contoso(), ""));
  CHECK(reason_to_call_forged(by_name, fabrikam, "") ==
        "X-OriginatorOrg contoso.onmicrosoft.com is none of the tenant's domains");
  CHECK(reason_to_call_forged(by_id, fabrikam, "") ==
        "X-LD-Processed names the tenant " + contoso().tenant_id);
}
