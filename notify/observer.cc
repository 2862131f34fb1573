#include "notify/observer.h"

#include <algorithm>
#include <filesystem>

#include <sys/stat.h>
#include <sys/statvfs.h>

namespace secondlook {
namespace {

constexpr std::chrono::seconds kFresh{1};
// Prometheus gives a scrape ten seconds by default.
constexpr std::chrono::milliseconds kPatience{3'000};
constexpr int kMostDatabaseFiles = 1000;

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

std::vector<Observations::Disk> look_at_disks(const PathSettings& paths) {
  std::vector<Observations::Disk> disks;
  for (const auto& [name, path] :
       {std::pair("journal", paths.journal), std::pair("database", directory_of(paths.database))}) {
    struct statvfs facts {};
    if (::statvfs(path.c_str(), &facts) == 0)
      disks.push_back({name, std::uint64_t{facts.f_bavail} * facts.f_frsize});
  }
  return disks;
}

std::optional<Timestamp> newest_file(const std::string& directory) {
  std::optional<Timestamp> newest;
  std::error_code failed;
  int left = kMostDatabaseFiles;
  for (std::filesystem::directory_iterator file(directory, failed), end; !failed && file != end;
       file.increment(failed)) {
    struct stat facts {};
    if (--left < 0 || ::stat(file->path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
      continue;
    const Timestamp written{std::chrono::seconds(facts.st_mtim.tv_sec)};
    newest = std::max(newest.value_or(written), written);
  }
  return newest;
}

}  // namespace

const ProcessEntry* Observations::process(std::string_view name) const {
  if (!processes) return nullptr;
  const auto found = std::ranges::find_if(
      processes->processes, [&](const ProcessEntry& entry) { return entry.name == name; });
  return found == processes->processes.end() ? nullptr : &*found;
}

bool Observations::is_ready(std::string_view name) const {
  const ProcessEntry* const entry = process(name);
  return entry != nullptr && supervised() && entry->state == ProcessState::ready;
}

Observer::Observer(const Configuration& configuration, ReadFigures figures, const Clock& clock)
    : paths_(configuration.paths),
      alerts_(configuration.alerts),
      malware_database_(configuration.analyzer.clamav_database),
      figures_(std::move(figures)),
      clock_(clock) {}

const Observations& Observer::look() {
  const auto begun = clock_.steady();
  if (looked_at_ && begun - *looked_at_ < kFresh) return latest_;
  latest_.now = clock_.now();
  latest_.figures = figures_;
  // Whether serve lives it cannot be asked by a signal from here; when serve ends, so do we.
  latest_.processes = read_process_table(paths_.process_table());
  latest_.service = ask_service_numbers(paths_.control_socket(), kPatience);
  latest_.tallies = read_tallies();
  if (!alerts_.channels.empty()) latest_.alerts = read_alerts();
  latest_.disks = look_at_disks(paths_);
  latest_.scans_for_malware = !malware_database_.empty();
  latest_.malware_database_at =
      malware_database_.empty() ? std::nullopt : newest_file(malware_database_);
  looked_at_ = clock_.steady();
  latest_.took = std::chrono::duration_cast<std::chrono::microseconds>(*looked_at_ - begun);
  return latest_;
}

// Opened late and again: remediation makes the file, and brings it up to date when it starts.
Result<Tallies> Observer::read_tallies() {
  if (store_ == nullptr) {
    auto store = Store::open_read_only(paths_.database);
    if (!store) return store.error();
    store_ = std::move(*store);
  }
  auto tallies = store_->tallies();
  if (!tallies) store_.reset();
  return tallies;
}

// A connection of its own: the sender's belongs to its thread.
Result<AlertNumbers> Observer::read_alerts() {
  if (outbox_ == nullptr) {
    auto outbox = AlertOutbox::open_read_only(alerts_.database);
    if (!outbox) return outbox.error();
    outbox_ = std::move(*outbox);
  }
  AlertNumbers numbers;
  auto counts = outbox_->counts();
  auto missed = counts ? outbox_->missed() : Result<std::uint64_t>(counts.error());
  if (!missed) {
    outbox_.reset();
    return missed.error();
  }
  numbers.channels = std::move(*counts);
  numbers.missed = *missed;
  for (const AlertChannel& channel : alerts_.channels) numbers.channels.try_emplace(channel.name);
  return numbers;
}

}  // namespace secondlook
