// Which programs make up the service, whom they run as, and the directories they need: what `serve`
// lays out before it supervises.
#pragma once

#include <string>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "cli/listening_sockets.h"
#include "cli/supervisor.h"
#include "schema/configuration.h"
#include "schema/process_figures.h"

namespace secondlook {

// As root, or with its right to change users, and where they exist: the users secondlook-ingest,
// -analyzer, -remediation and -notify. Otherwise all run as the caller, and only Landlock parts
// them; `missing` names the reason for the log.
struct ServiceUsers {
  std::optional<ProcessUser> ingest, analyzer, remediation, notify;
  std::string missing;  // empty: each process has its own user
  bool separate() const { return missing.empty(); }
};
ServiceUsers find_service_users();

// The directories of [paths]. Those that are made now belong to the process that writes there:
// journal (2750) to ingest with the analyzer's group; the database's (2751) to remediation with the
// group secondlook-readers, or else ingest's; beneath it the recorded mark's (0755) to remediation,
// which ingest reaches as one of the others, and the released mails' (2750) with the analyzer's
// group; runtime (0775) to remediation with the group secondlook-serve, or else root's; cache
// (0700) to the analyzer, notify's state (0700) to notify. Where the first digit is 2, what is made
// inside gets the directory's group. Existing ones are left as they are.
Result<void> make_service_directories(const PathSettings& paths, const ServiceUsers& users);

// Memory that ingest and the analyzer count in, and notify reads, and that all show their pulse in
// (schema/process_figures.h).
struct ServiceFigures {
  FileDescriptor ingest, analyzer, remediation, notify;
  FileDescriptor ingest_to_read, analyzer_to_read;
  // For `serve` itself: whether they are alive.
  ReadFigures read;
  std::shared_ptr<const PulseFigures> remediation_pulse, notify_pulse;
};
Result<ServiceFigures> make_service_figures();

// remediation, analyzer, ingest, notify: the order of starting. Sockets and figures must outlive
// the plans.
std::vector<SupervisedProgram> service_programs(const Configuration& configuration,
                                                const ServiceUsers& users,
                                                const std::vector<ListeningSocket>& sockets,
                                                const ServiceFigures& figures);

// Held as long as the descriptor is open: a second serve with the same runtime directory is refused
// (forbidden).
Result<FileDescriptor> lock_runtime_directory(const std::string& runtime);

}  // namespace secondlook
