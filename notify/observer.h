// Looks at everything that is served, once for each scrape: the figures of ingest and analyzer, the
// process table, remediation's numbers, the database's tallies, what was told to people, disks.
// Each source may fail by itself; the others are served all the same.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/service_numbers.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"
#include "schema/process_table.h"
#include "schema/store/alerts/alert_outbox.h"
#include "schema/store/store.h"
#include "schema/store/tallies.h"

namespace secondlook {

// What became of alerts, by channel: each that is configured, and those that once were.
struct AlertNumbers {
  std::map<std::string, AlertOutbox::Counts> channels;
  std::uint64_t missed = 0;  // events that were gone before they were read
};

struct Observations {
  struct Disk {
    std::string name;  // "journal", "database"
    std::uint64_t free_bytes = 0;
  };
  Timestamp now{};
  ReadFigures figures;
  Result<ProcessTable> processes = temporary("not looked at");
  Result<ServiceNumbers> service = temporary("not looked at");
  Result<Tallies> tallies = temporary("not looked at");
  // Nothing: no channel is configured.
  std::optional<Result<AlertNumbers>> alerts;
  std::vector<Disk> disks;
  bool scans_for_malware = false;                // a database is configured
  std::optional<Timestamp> malware_database_at;  // when its newest file was written
  std::chrono::microseconds took{0};

  bool supervised() const { return processes && is_alive(*processes); }
  // Null: there is no such process.
  const ProcessEntry* process(std::string_view name) const;
  bool is_ready(std::string_view name) const;
};

class Observer {
 public:
  // `clock` must outlive it. Not to be called by two threads at once.
  Observer(const Configuration& configuration, ReadFigures figures, const Clock& clock);

  // Not older than a second: several scrapers cost as much as one.
  const Observations& look();

 private:
  Result<Tallies> read_tallies();
  Result<AlertNumbers> read_alerts();

  const PathSettings paths_;
  const AlertSettings alerts_;
  const std::string malware_database_;
  const ReadFigures figures_;
  const Clock& clock_;
  std::unique_ptr<Store> store_;         // closed while it cannot be read
  std::unique_ptr<AlertOutbox> outbox_;  // likewise
  Observations latest_;
  std::optional<std::chrono::steady_clock::time_point> looked_at_;
};

}  // namespace secondlook
