// Looks at everything that is served, once for each scrape: the figures of ingest and analyzer, the
// process table, remediation's numbers, the database's tallies, disks. Each source may fail by
// itself; the others are served all the same.
#pragma once

#include <chrono>
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
#include "schema/store/store.h"
#include "schema/store/tallies.h"

namespace secondlook {

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

  const PathSettings paths_;
  const std::string malware_database_;
  const ReadFigures figures_;
  const Clock& clock_;
  std::unique_ptr<Store> store_;  // closed while it cannot be read
  Observations latest_;
  std::optional<std::chrono::steady_clock::time_point> looked_at_;
};

}  // namespace secondlook
