// secondlook-extract, control socket on descriptor 3: looks into files of risky formats for the
// analyzer's workers. This process makes and ends extractors and sees no file. See README.md.
#include <csignal>
#include <cstdio>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/extract/extract_keeper.h"
#include "analyzer/helper_process.h"
#include "analyzer/message/kept_memory.h"
#include "base/confinement.h"
#include "base/log.h"

using namespace secondlook;

namespace {

int fail(const Error& error) {
  log_error("extract helper ends", {{"error", error.message}});
  return 1;
}

Result<ConfinementReport> confine_keeper() {
  Confinement confinement;
  confinement.calls.start_processes = true;
  return confine(confinement);
}

DocumentFindings inspect(std::string_view content, std::string_view type,
                         InspectionAllowance allowance) {
  return inspect_document(content, type, {}, std::move(allowance));
}

}  // namespace

int main(int count, char**) {
  keep_freed_memory();
  set_up_log("extract", LogFormat::text, LogLevel::info);
  std::signal(SIGPIPE, SIG_IGN);
  if (count != 1) {
    std::fputs("secondlook-extract is started by secondlook-analyzer\n", stderr);
    return 2;
  }
  if (auto confined = confine_keeper(); !confined) return fail(confined.error());
  if (auto told = tell_helper_ready(); !told) return fail(told.error());
  ExtractKeeper keeper(kHelperControlDescriptor, inspect, {});
  const auto kept = keeper.run();
  return kept ? 0 : fail(kept.error());
}
