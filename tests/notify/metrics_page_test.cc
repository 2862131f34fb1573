#include "notify/metrics_page.h"

#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/notify/observed_service.h"

using namespace secondlook;

namespace {

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("numbers stand on the page under their names") {
  ObservedService service;
  service.ingest->reports.set(123);
  service.ingest->last_report_at.set(service.seen.now);
  service.analyzer->analysis.observe(std::chrono::microseconds(700));
  const std::string page = metrics_page(service.seen);
  CHECK(has_line(page, "# TYPE secondlook_reports_received_total counter"));
  CHECK(has_line(page, "secondlook_reports_received_total 123"));
  CHECK(has_line(page, "secondlook_last_report_timestamp_seconds 1795780800"));
  CHECK(has_line(page, "secondlook_messages{tenant=\"contoso\",disposition=\"malicious\"} 10"));
  CHECK(has_line(page, "secondlook_steps{action=\"recoverable\",state=\"removed\"} 9"));
  CHECK(has_line(page, "secondlook_exposure_seconds_bucket{le=\"1\"} 7"));
  CHECK(has_line(page, "secondlook_exposure_seconds_bucket{le=\"+Inf\"} 9"));
  CHECK(has_line(page, "secondlook_exposure_seconds_count 9"));
  CHECK(has_line(page, "secondlook_analysis_seconds_bucket{le=\"0.001\"} 1"));
  CHECK(has_line(page,
                 "secondlook_graph_requests_total{tenant=\"contoso\",outcome=\"answered\"} 45"));
  CHECK(has_line(page, "secondlook_graph_denied_total{tenant=\"contoso\"} 1"));
  CHECK(has_line(page, "secondlook_process_up{process=\"secondlook-ingest\"} 1"));
}

TEST_CASE("the dearest rules stand on the page as long as some were measured") {
  ObservedService service;
  CHECK(metrics_page(service.seen).find("secondlook_rule_seconds_total") == std::string::npos);
  service.analyzer->rule_times.write(
      {4, {{"DEAR_RULE", 1'500'000'000, 9}, {"CHEAP_RULE", 2'000, 1}}});
  const std::string page = metrics_page(service.seen);
  CHECK(has_line(page, "secondlook_rule_measured_reports_total 4"));
  CHECK(has_line(page, "secondlook_rule_seconds_total{rule=\"DEAR_RULE\"} 1.5"));
  CHECK(has_line(page, "secondlook_rule_searches_total{rule=\"DEAR_RULE\"} 9"));
  CHECK(has_line(page, "secondlook_rule_searches_total{rule=\"CHEAP_RULE\"} 1"));
}

TEST_CASE("every family has its own name, its help and at least one value") {
  const ObservedService service;
  std::istringstream page(metrics_page(service.seen));
  std::set<std::string> helped, typed;
  std::string before;
  for (std::string line; std::getline(page, line); before = line) {
    std::istringstream words(line);
    std::string hash, word, name;
    words >> hash >> word >> name;
    if (word == "HELP") CHECK(helped.insert(name).second);
    if (word == "TYPE") CHECK(typed.insert(name).second);
    if (hash == "#") CHECK(name.starts_with("secondlook_"));
    if (hash == "#" && word == "HELP") CHECK_FALSE(before.starts_with("# TYPE"));
  }
  CHECK(helped == typed);
  CHECK(helped.size() > 40);
}

TEST_CASE("a source that fails takes its own numbers along, and no others") {
  ObservedService service;
  service.seen.service = temporary("away");
  service.seen.tallies = temporary("no such file");
  const std::string page = metrics_page(service.seen);
  CHECK(has_line(page, "secondlook_source_up{source=\"service\"} 0"));
  CHECK(has_line(page, "secondlook_source_up{source=\"database\"} 0"));
  CHECK(has_line(page, "secondlook_reports_received_total 0"));
  CHECK(page.find("secondlook_brake_engaged") == std::string::npos);
  CHECK(page.find("secondlook_messages") == std::string::npos);
}

TEST_CASE("what became of alerts is told by channel, where there is one") {
  ObservedService service;
  CHECK(metrics_page(service.seen).find("secondlook_alert_") == std::string::npos);
  service.seen.alerts = AlertNumbers{{{"soc-teams", {2, 7, 1}}, {"pager", {}}}, 3};
  const std::string page = metrics_page(service.seen);
  CHECK(has_line(page, "secondlook_source_up{source=\"alerts\"} 1"));
  CHECK(has_line(page, "secondlook_alert_deliveries_waiting{channel=\"soc-teams\"} 2"));
  CHECK(has_line(
      page, "secondlook_alert_deliveries_total{channel=\"soc-teams\",outcome=\"delivered\"} 7"));
  CHECK(has_line(
      page, "secondlook_alert_deliveries_total{channel=\"soc-teams\",outcome=\"given_up\"} 1"));
  CHECK(has_line(page,
                 "secondlook_alert_deliveries_total{channel=\"pager\",outcome=\"given_up\"} 0"));
  CHECK(has_line(page, "secondlook_alert_events_missed_total 3"));
  service.seen.alerts = temporary("alerts.db is away");
  CHECK(has_line(metrics_page(service.seen), "secondlook_source_up{source=\"alerts\"} 0"));
}

TEST_CASE("without serve's figures the rest is told") {
  ObservedService service;
  service.seen.figures = {};
  const std::string page = metrics_page(service.seen);
  CHECK(has_line(page, "secondlook_source_up{source=\"figures\"} 0"));
  CHECK(page.find("secondlook_reports_received_total") == std::string::npos);
  CHECK(has_line(page, "secondlook_brake_engaged 0"));
}

TEST_CASE("a tenant's name may hold what the format has to escape") {
  ObservedService service;
  service.seen.tallies->messages = {{"a\"b\\c\nd", "clean", 1}};
  CHECK(has_line(metrics_page(service.seen),
                 "secondlook_messages{tenant=\"a\\\"b\\\\c\\nd\",disposition=\"clean\"} 1"));
}
