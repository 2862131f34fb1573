#include "journal_ingest/rights.h"

#include <filesystem>

namespace secondlook {

Confinement ingest_rights(const PathSettings& paths) {
  Confinement confinement;
  confinement.calls.open_files = true;
  confinement.calls.start_threads = true;
  confinement.calls.accept_connections = true;
  // The directory, not the file: remediation replaces the mark by rename. The mark is all it holds.
  confinement.readable_paths = {
      std::filesystem::path(paths.recorded_mark()).parent_path().string()};
  confinement.writable_paths = {paths.journal};
  return confinement;
}

}  // namespace secondlook
