#include "remediation/released_mails.h"

#include <algorithm>
#include <filesystem>

#include "base/file_descriptor.h"
#include "base/log.h"

namespace secondlook {
namespace {

// Readable by the group, which the analyzer's user is of.
constexpr unsigned kDirectoryMode = 0750;
constexpr unsigned kFileMode = 0640;
constexpr std::size_t kMostAcceptedBytes = 16 << 20;

Error within_released(Error error) {
  return within("released mails", std::move(error));
}

}  // namespace

Result<void> ReleasedMails::prepare() const {
  return make_directories(directory_, kDirectoryMode).transform_error(within_released);
}

bool ReleasedMails::has(MessageRowId message) const {
  std::error_code ignored;
  return std::filesystem::exists(directory_ + "/" + released_mail_file_name(message), ignored);
}

bool ReleasedMails::is_full() const {
  std::error_code ignored;
  const auto files = std::filesystem::directory_iterator(directory_, ignored);
  return std::distance(begin(files), end(files)) >= std::ptrdiff_t{ReleasedMail::kMostMails};
}

Result<void> ReleasedMails::keep(const ReleasedMail& mail) {
  const std::lock_guard lock(mutex_);
  if (!has(mail.id) && is_full())
    return forbidden("released mails: " + std::to_string(ReleasedMail::kMostMails) +
                     " are kept already; remove old ones from " + directory_);
  return replace_file(directory_ + "/" + released_mail_file_name(mail.id), to_json(mail), kFileMode)
      .transform_error(within_released);
}

Result<void> ReleasedMails::complete(Store& store, Timestamp now) {
  const auto messages = store.false_positives();
  if (!messages) return messages.error();
  for (const MessageRowId message : *messages) {
    if (has(message)) continue;
    auto mail = store.reduced_mail(message);
    if (!mail) return mail.error();
    if (!*mail) continue;
    (*mail)->released_at = format_rfc3339(now);
    (*mail)->reason = "completed at start: see the audit";
    if (auto kept = keep(**mail); !kept) return kept;
  }
  return {};
}

Result<void> ReleasedMails::accept(AcceptedRuleSet accepted) {
  const std::lock_guard lock(mutex_);
  const std::string path = directory_ + "/" + std::string(kAcceptedRuleSets);
  const auto content = read_file(path, kMostAcceptedBytes);
  if (!content && content.error().kind != Error::Kind::not_found)
    return within_released(content.error());
  auto all = content ? parse_accepted_rule_sets(*content) : std::vector<AcceptedRuleSet>();
  if (!all) return within_released(all.error());
  std::erase_if(*all,
                [&](const AcceptedRuleSet& one) { return one.rule_set == accepted.rule_set; });
  all->push_back(std::move(accepted));
  return replace_file(path, to_json(*all), kFileMode).transform_error(within_released);
}

}  // namespace secondlook
