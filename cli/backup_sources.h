// Which files an installation consists of, beside its database: what a backup takes.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/backup_manifest.h"
#include "schema/configuration.h"

namespace secondlook {

struct BackupSource {
  BackupKind kind;
  std::string path;  // absolute
};

// The released mails, the configuration and the files it names, each once, in this order; of
// directories of rules their files. Not what a package ships (beneath /usr), ClamAV's signatures,
// the journal log, compiled patterns, nor tokens that others renew. Secrets only when wanted.
// `absent` gets the files that the configuration names and nobody has written yet.
Result<std::vector<BackupSource>> backup_sources(const Configuration& configuration,
                                                 bool with_secrets,
                                                 std::vector<std::string>& absent);

}  // namespace secondlook
