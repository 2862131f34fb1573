// What SIGHUP does to the running service: rules and host lists as they now stand are tried in a
// child; good ones are taken up in place, bad ones change nothing and are told, to the log and to
// `secondlook status`. A changed configuration is taken up by a new process.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "analyzer/handed_rules.h"
#include "analyzer/host_lists.h"
#include "analyzer/master.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "base/clock.h"
#include "schema/configuration.h"
#include "schema/process_notice.h"

namespace secondlook {

class ConfiguredRules {
 public:
  // Both must outlive it. `notice`: descriptor of schema/process_notice.h or -1. Reads the
  // configuration's file, to know later whether it changed.
  ConfiguredRules(const Configuration& configuration, const Clock& clock, int notice);

  // How the child that checks hands the files it read to the process that takes them up: so that
  // exactly what was checked is loaded, without a look at the disk. Before the first reload().
  void hand_over_by(HandedRules rules, HandedRules host_lists) {
    handed_ = std::move(rules);
    handed_lists_ = std::move(host_lists);
  }
  // CPU time that loading a set may take in the child, since mails wait while it is loaded again:
  // Debian's rules take about a second.
  static constexpr std::chrono::seconds kMostLoading{30};

  // The service is ready, judges by these rules, and says so.
  void tell_ready(const ProcessNotice& notice, const LoadedRules& rules,
                  const HostLists* host_lists);

  // Shown by `secondlook status` beside the process.
  void tell_waiting_places(std::uint32_t places);

  RuleReload reload();

 private:
  CheckAnswer check() const;
  Result<NewRules> take(const std::string& checked_hash);
  Result<std::shared_ptr<const HostLists>> take_host_lists() const;
  void refuse(const std::string& reason);
  bool is_configuration_changed() const;
  void note(const LoadedRules& rules, const HostLists* host_lists);

  const Configuration& configuration_;
  const Clock& clock_;
  int notice_;
  std::optional<HandedRules> handed_, handed_lists_;
  std::string file_;  // the configuration's, as it was read
  ProcessNotice told_;
  std::string detail_;        // without host lists and places
  std::string listed_hosts_;  // ", 1200 listed hosts, the oldest list of 2026-11-20"
};

// What may not be removed again is told either way; forbidden: the set may not be taken.
Result<void> guard_released_mails(const Configuration& configuration, const LoadedRules& rules,
                                  const Clock& clock);

}  // namespace secondlook
