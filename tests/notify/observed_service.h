// A service as an observer sees it while all is well, for tests to spoil.
#pragma once

#include <memory>

#include <unistd.h>

#include "notify/observer.h"

namespace secondlook {

struct ObservedService {
  std::shared_ptr<IngestFigures> ingest = std::make_shared<IngestFigures>();
  std::shared_ptr<AnalyzerFigures> analyzer = std::make_shared<AnalyzerFigures>();
  Observations seen;

  ObservedService() {
    seen.now = *parse_rfc3339("2026-11-27T12:00:00Z");
    seen.figures = {ingest, analyzer};
    ProcessTable table;
    table.supervisor = ::getpid();
    for (const char* name : {"secondlook-remediation", "secondlook-analyzer", "secondlook-ingest",
                             "secondlook-notify"}) {
      ProcessEntry entry;
      entry.name = name;
      entry.pid = ::getpid();
      entry.state = ProcessState::ready;
      entry.confinement = "no-new-privileges seccomp landlock-7";
      table.processes.push_back(entry);
    }
    seen.processes = table;
    ServiceNumbers numbers;
    numbers.recorded = 100;
    numbers.analyzer_connected = true;
    numbers.tenants = {{"contoso", true, seen.now + std::chrono::days(30), seen.now}};
    numbers.graph = {{"contoso", 50, 3, 2, 1, 4, 5, 6, 32, 1, false, false}};
    numbers.verdicts = {{"contoso", "clean", 90}, {"contoso", "malicious", 10}};
    seen.service = numbers;
    Tallies tallies;
    tallies.reports = 100;
    tallies.messages = {{"contoso", "clean", 88}, {"contoso", "malicious", 10}};
    tallies.steps = {{"recoverable", "removed", 9}, {"recoverable", "planned", 2}};
    tallies.exposures = {{std::chrono::seconds(1), 7, std::chrono::seconds(4)},
                         {std::nullopt, 2, std::chrono::seconds(200'000)}};
    tallies.oldest_due = seen.now - std::chrono::seconds(12);
    seen.tallies = tallies;
    seen.disks = {{"journal", 5'000'000'000}};
    ingest->durable_sequence.set(100);
    ingest->unrecorded_limit.set(1'000);
    analyzer->next_sequence.set(101);
  }
  ProcessEntry& process(std::size_t i) { return seen.processes->processes[i]; }
};

}  // namespace secondlook
