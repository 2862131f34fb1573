#include "tests/journal_ingest/power_cut_files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

namespace fs = std::filesystem;

Error power_is_off() {
  return system_error("the power is off", EIO);
}

std::uint64_t inode_of(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) throw std::runtime_error("fstat");
  return facts.st_ino;
}

std::string read_whole(int descriptor) {
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0) throw std::runtime_error("fstat");
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  if (::pread(descriptor, bytes.data(), bytes.size(), 0) != facts.st_size)
    throw std::runtime_error("pread");
  return bytes;
}

}  // namespace

void PowerCutFiles::start(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  directory_ = directory;
  struct stat facts {};
  if (::stat(directory.c_str(), &facts) != 0) throw std::runtime_error("no " + directory);
  directory_inode_ = facts.st_ino;
  disk_.clear();
  names_.clear();
  kept_.clear();
  calls_left_ = syncs_left_ = 0;
  off_ = false;
  for (const auto& entry : fs::directory_iterator(directory)) {
    auto file = open_file(entry.path().string(), O_RDONLY);
    if (!file) throw std::runtime_error(file.error().message);
    const Inode inode = inode_of(file->number());
    disk_[inode] = CutDiskFile(read_whole(file->number()));
    names_[entry.path().filename().string()].synced = inode;
    kept_[inode] = std::move(*file);
  }
}

void PowerCutFiles::cut_at(std::uint64_t call) {
  const std::lock_guard lock(mutex_);
  calls_left_ = call;
}

void PowerCutFiles::fail_sync_at(std::uint64_t sync) {
  const std::lock_guard lock(mutex_);
  syncs_left_ = sync;
}

bool PowerCutFiles::is_off() const {
  const std::lock_guard lock(mutex_);
  return off_;
}

bool PowerCutFiles::is_cut() {
  if (calls_left_ > 0 && --calls_left_ == 0) off_ = true;
  return off_;
}

// A file that was made past this (the log's name, the durable end: replace_file syncs them) counts
// as it is when it is first met.
CutDiskFile& PowerCutFiles::file_of(int descriptor) {
  const Inode inode = inode_of(descriptor);
  const auto [found, is_new] = disk_.try_emplace(inode);
  if (is_new) {
    found->second = CutDiskFile(read_whole(descriptor));
    kept_[inode] = FileDescriptor(::dup(descriptor));
  }
  return found->second;
}

Result<FileDescriptor> PowerCutFiles::make_unnamed(int directory) {
  const std::lock_guard lock(mutex_);
  if (is_cut()) return power_is_off();
  auto file = files_.make_unnamed(directory);
  if (file) file_of(file->number());
  return file;
}

// A write in which the power goes has reached the cache: some of its sectors may be on the disk.
Result<void> PowerCutFiles::write_at(int file, std::span<const std::string_view> parts,
                                     std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  if (off_) return power_is_off();
  std::string joined;
  for (const std::string_view part : parts) joined += part;
  file_of(file).write(offset, std::move(joined));
  if (is_cut()) return power_is_off();
  return files_.write_at(file, parts, offset);
}

// Space that is reserved changes no byte, and tmpfs would fill it.
Result<void> PowerCutFiles::reserve(int, std::uint64_t, std::uint64_t) {
  const std::lock_guard lock(mutex_);
  return is_cut() ? Result<void>(power_is_off()) : Result<void>();
}

Result<void> PowerCutFiles::truncate(int file, std::uint64_t length) {
  const std::lock_guard lock(mutex_);
  if (off_) return power_is_off();
  file_of(file).truncate(length);
  if (is_cut()) return power_is_off();
  return files_.truncate(file, length);
}

bool PowerCutFiles::is_left_out(int descriptor) const {
  if (left_out_ != LeftOut::segment_data && left_out_ != LeftOut::report_file) return false;
  const Inode inode = inode_of(descriptor);
  const auto named = std::find_if(names_.begin(), names_.end(), [&](const auto& name) {
    return name.second.since.empty() ? name.second.synced == inode
                                     : name.second.since.back() == inode;
  });
  if (left_out_ == LeftOut::segment_data)
    return named != names_.end() && named->first.ends_with(".segment");
  return named == names_.end();  // a report is synced before it gets its name
}

void PowerCutFiles::sync_names() {
  for (auto& [name, state] : names_) {
    if (left_out_ == LeftOut::directory_after_report_link && name.ends_with(".report")) continue;
    if (left_out_ == LeftOut::directory_after_segment_link && name.ends_with(".segment")) continue;
    if (!state.since.empty()) state.synced = state.since.back();
    state.since.clear();
  }
}

Result<void> PowerCutFiles::sync(int descriptor, bool data_only) {
  const std::lock_guard lock(mutex_);
  if (is_cut()) return power_is_off();
  const bool fails = syncs_left_ > 0 && --syncs_left_ == 0;
  if (inode_of(descriptor) == directory_inode_) {
    if (fails) return system_error("fsync of the directory, failed on purpose", EIO);
    sync_names();
    return {};
  }
  CutDiskFile& file = file_of(descriptor);
  if (fails) {
    file.fail_sync(random_);
    return system_error("sync failed on purpose", EIO);
  }
  // Zeros written ahead are synced by fdatasync, too; only the report's own sync is an fsync.
  if (is_left_out(descriptor) && (left_out_ == LeftOut::segment_data || !data_only)) return {};
  file.sync();
  return {};
}

Result<void> PowerCutFiles::sync_data(int file) {
  return sync(file, true);
}

Result<void> PowerCutFiles::sync_all(int file) {
  return sync(file, false);
}

Result<void> PowerCutFiles::link(int unnamed, int directory, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (off_) return power_is_off();
  const bool cut = is_cut();
  if (!cut)
    if (auto done = files_.link(unnamed, directory, name); !done) return done;
  file_of(unnamed);
  names_[name].since.emplace_back(inode_of(unnamed));
  return cut ? Result<void>(power_is_off()) : Result<void>();
}

Result<void> PowerCutFiles::unlink(int directory, const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (off_) return power_is_off();
  if (names_.contains(name)) names_[name].since.emplace_back(std::nullopt);
  if (is_cut()) return power_is_off();
  return files_.unlink(directory, name);
}

void PowerCutFiles::leave_what_is_left() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::string> left;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string name = entry.path().filename().string();
    if (names_.contains(name)) continue;
    const auto file = open_file(entry.path().string(), O_RDONLY);
    const auto known = disk_.find(inode_of(file->number()));
    left[name] =
        known == disk_.end() ? read_whole(file->number()) : known->second.after_cut(random_);
  }
  for (const auto& [name, state] : names_) {
    const std::uint64_t choice = below(state.since.size() + 1);
    const std::optional<Inode> inode = choice == 0 ? state.synced : state.since[choice - 1];
    if (inode) left[name] = disk_.at(*inode).after_cut(random_);
  }
  for (const auto& entry : fs::directory_iterator(directory_)) fs::remove(entry.path());
  for (const auto& [name, bytes] : left) {
    const auto file = open_file(directory_ + "/" + name, O_WRONLY | O_CREAT | O_EXCL, 0640);
    if (!file || !write_fully(file->number(), bytes)) throw std::runtime_error("write " + name);
  }
}

}  // namespace secondlook
