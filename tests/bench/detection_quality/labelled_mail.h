// A corpus as a measurement sees it: which mail is what, and where its neutral form lies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

struct LabelledMail {
  std::string path;
  bool is_phish = false;
  bool is_modern_ham = false;  // of today's sources; older ham only shows that nothing breaks
  bool passed_by_microsoft = false;
  std::optional<Timestamp> written_at;
};

// Beneath `directory`: phish/SOURCE/… and ham/SOURCE/…; in the order of paths. Only the paths and
// classes are filled in. Without any ham of today's sources all ham counts as modern.
Result<std::vector<LabelledMail>> find_labelled_mails(const std::string& directory);

// One mail a line, by tabs.
Result<void> write_labels(const std::string& file, const std::vector<LabelledMail>& mails);
Result<std::vector<LabelledMail>> read_labels(const std::string& file);

}  // namespace secondlook
