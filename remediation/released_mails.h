// The files by which the analyzer learns which mails no new rule set may remove again
// (schema/released_mail.h). Each is replaced whole and synced; the analyzer reads them when it
// loads rules. Callable from several threads.
#pragma once

#include <mutex>
#include <string>

#include "base/result.h"
#include "schema/released_mail.h"
#include "schema/store/store.h"

namespace secondlook {

class ReleasedMails {
 public:
  explicit ReleasedMails(std::string directory) : directory_(std::move(directory)) {}

  // Makes the directory (0750: the texts of mails lie in it). Once, before anything else.
  Result<void> prepare() const;

  // Keeps one, or replaces it. forbidden: there are ReleasedMail::kMostMails already.
  Result<void> keep(const ReleasedMail& mail);
  // Writes what a stop between the database's commit and keep() left out.
  Result<void> complete(Store& store, Timestamp now);
  Result<void> accept(AcceptedRuleSet accepted);

 private:
  bool has(MessageRowId message) const;
  bool is_full() const;

  const std::string directory_;
  std::mutex mutex_;
};

}  // namespace secondlook
