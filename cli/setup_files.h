// The files that `secondlook setup` makes: planned as values first, then written, each new.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "cli/app_certificate.h"
#include "cli/setup_answers.h"
#include "schema/configuration.h"

namespace secondlook {

struct SetupFile {
  std::string path, content;
  unsigned mode = 0600;
  std::string user, group;  // given to them by root, where they exist
};

struct SetupPlan {
  std::vector<SetupFile> files;  // the configuration first
  Configuration configuration;   // as the service will read it
  AppCertificate certificate;
  std::vector<std::string> paths() const;
};

// The configuration is read back before anything is written: a plan is one that the service takes.
Result<SetupPlan> plan_setup_files(const std::string& configuration_file, SetupAnswers answers,
                                   const std::string& clamav_database, Timestamp now,
                                   RandomSource& random);

// forbidden: there is such a file.
Result<void> check_that_new(const std::string& path);

// All or none: where one cannot be written, those written before it are removed again.
Result<void> write_setup_files(const SetupPlan& plan);

}  // namespace secondlook
