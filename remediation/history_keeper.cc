#include "remediation/history_keeper.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "remediation/list_keeper.h"

namespace secondlook {
namespace {

constexpr std::size_t kReadAtOnce = 10'000;

}  // namespace

void HistoryKeeper::start() {
  thread_ = std::jthread([this] { work(); });
}

void HistoryKeeper::work() {
  for (;;) {
    if (auto done = go_on(); !done)
      log_error("history of correspondents", {{"error", done.error().message}});
    const auto woken = stop_.wait(-1, limits_.between_counts);
    if (!woken || *woken == StopEvent::Woken::stopped) return;
  }
}

std::shared_ptr<const FileDescriptor> HistoryKeeper::newest() const {
  const std::scoped_lock lock(mutex_);
  return snapshot_;
}

Result<void> HistoryKeeper::go_on() {
  for (;;) {
    if (stop_.is_set()) return {};
    const auto counted = count();
    if (!counted) return counted.error();
    is_stale_ = is_stale_ || *counted;
    if (!*counted) break;
  }
  if (auto forgotten = forget(); !forgotten) return forgotten;
  if (auto noticed = notice_import(); !noticed) return noticed;
  const bool is_due =
      newest() == nullptr || clock_.steady() - made_at_ >= limits_.between_snapshots;
  return is_stale_ && is_due ? make_snapshot() : Result<void>();
}

// False: nothing was left to count.
Result<bool> HistoryKeeper::count() {
  return store_.in_transaction([&](Store& store) -> Result<bool> {
    const auto keys = store.history().keys(random_);
    if (!keys) return keys.error();
    const auto counted = store.history().count_next(*keys, limits_.counted_at_once);
    if (!counted) return counted.error();
    return *counted > 0;
  });
}

Result<void> HistoryKeeper::notice_import() {
  const auto imported = store_.with([](Store& store) { return store.history().imported(); });
  if (!imported) return imported.error();
  is_stale_ = is_stale_ || *imported != imported_;
  imported_ = *imported;
  return {};
}

Result<void> HistoryKeeper::forget() {
  const std::uint16_t day = day_of(clock_.now() - limits_.kept);
  slice_ = (slice_ + 1) % StoredHistory::kSlices;
  return store_.in_transaction(
      [&](Store& store) { return store.history().forget_before(day, slice_); });
}

Result<HistoryContent> HistoryKeeper::gather() {
  if (!reading_) {
    auto opened = Store::open_read_only(database_);
    if (!opened) return opened.error();
    reading_ = std::move(*opened);
  }
  StoredHistory& history = reading_->history();
  const auto keys = history.keys(random_);
  if (!keys) return keys.error();
  HistoryContent content;
  content.secret = keys->secret();
  content.made_at = clock_.now();
  auto seen = history.correspondents(*keys);
  if (!seen) return seen.error();
  content.seen = std::move(*seen);
  if (newest_mail_ < 0) {
    const auto from = history.newest_mails(limits_.known_mails);
    if (!from) return from.error();
    newest_mail_ = *from;
  }
  for (;;) {
    const auto more = history.mails_above(*keys, newest_mail_, kReadAtOnce);
    if (!more) return more.error();
    if (more->empty()) break;
    mails_.insert(mails_.end(), more->begin(), more->end());
  }
  if (mails_.size() > limits_.known_mails)
    mails_.erase(mails_.begin(), mails_.end() - static_cast<std::ptrdiff_t>(limits_.known_mails));
  content.mails = mails_;
  return content;
}

Result<void> HistoryKeeper::make_snapshot() {
  auto content = gather();
  if (!content) return content.error();
  const std::string bytes = encode_history(std::move(*content));
  auto file = write_unnamed_file(database_ + ".history", bytes);
  if (!file) return file.error();
  const std::scoped_lock lock(mutex_);
  snapshot_ = std::make_shared<const FileDescriptor>(std::move(*file));
  made_at_ = clock_.steady();
  is_stale_ = false;
  return {};
}

}  // namespace secondlook
