#include "tests/journal_ingest/session_fixture.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

std::vector<TenantSettings> test_tenants() {
  TenantSettings contoso;
  contoso.name = "contoso";
  contoso.journal_addresses = {"reports@archive.example", "second@archive.example"};
  TenantSettings fabrikam;
  fabrikam.name = "fabrikam";
  fabrikam.journal_addresses = {"reports@other.example"};
  return {contoso, fabrikam};
}

}  // namespace

SessionFixture::SessionFixture() : addresses(test_tenants()) {}

Talk::Talk(SessionFixture& fixture)
    : session(fixture.settings, fixture.addresses, fixture.intake, "192.0.2.1") {
  collect();
}

void Talk::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t taken = session.feed(bytes);
    REQUIRE(taken <= bytes.size());
    bytes.remove_prefix(taken);
    collect();
    if (taken == 0) break;
  }
}

void Talk::collect() {
  for (CompleteReport& report : session.take_reports()) {
    if (answers) session.answer(report.ticket, accepts);
    reports.push_back(std::move(report));
  }
  const std::string output = session.take_output();
  for (std::size_t begin = 0; begin < output.size();) {
    const auto end = output.find("\r\n", begin);
    REQUIRE(end != std::string::npos);
    said.push_back(output.substr(begin, end - begin));
    begin = end + 2;
  }
  session.take_notes();
}

}  // namespace secondlook
