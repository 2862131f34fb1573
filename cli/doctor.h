// The checks of `secondlook doctor`: each looks at one thing and says what to do about it. They
// look, and change nothing.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "schema/configuration.h"

namespace secondlook {

struct Finding {
  enum class State { good, warning, problem };
  State state = State::good;
  std::string check;    // "journal directory"
  std::string finding;  // "there, 12 GiB free"
  std::string advice;   // what to do; empty when good
};
std::string_view name_of(Finding::State state);
using Findings = std::vector<Finding>;
void add(Findings& findings, Finding::State state, std::string check, std::string finding,
         std::string advice = "");

// analyzer: the executable that checks the rules; it may take a while to compile them.
Findings examine(const Configuration& configuration, const std::string& analyzer, Timestamp now);
// What can be looked at where the configuration cannot be read: `mistakes` says why.
Findings examine_without_configuration(const std::string& mistakes);

// One object a line.
std::string to_json(const Finding& finding);

// --- the parts, each in a file of its name ---
// doctor_files: certificates and secrets are there, lists are fresh.
void check_files(Findings& findings, const Configuration& configuration, Timestamp now);
// doctor_certificates: validity, chain and name of the SMTP server's, validity of each app's. Keys
// are not opened: this tool holds no secrets, and who uses a key refuses one of another pair.
void check_certificates(Findings& findings, const Configuration& configuration, Timestamp now);
// doctor_disk: directories, room, how long a sync takes.
void check_disk(Findings& findings, const PathSettings& paths);
// doctor_smtp: the own listener answers, and relays for nobody.
void check_smtp(Findings& findings, const Configuration& configuration);
// doctor_service: processes, control socket, mode, directory, and what Graph says through it.
void check_service(Findings& findings, const Configuration& configuration);
void check_clock(Findings& findings);
// doctor_reports: silence, what happens to reports that cannot be delivered, how long they are
// kept, the last backup.
void check_reports(Findings& findings, const Configuration& configuration, Timestamp now);

// Days as people say them: "3 days", "1 day".
std::string days_text(std::chrono::seconds time);
// The directory in which `path` stands; "." where it names none.
std::string parent_of(const std::string& path);

}  // namespace secondlook
