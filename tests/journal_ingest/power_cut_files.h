// A disk whose power can be cut, for tests. Calls go through to real files, which stand for the
// page cache; beside them this keeps what the disk itself would hold. Bytes and sizes are certain
// only after fdatasync or fsync of their file (cut_disk_file.h says what is left of others), names
// only after fsync of the directory: each unsynced one is left in any of its states since.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "journal_ingest/files.h"
#include "tests/support/cut_disk_file.h"

namespace secondlook {

// The sync that a control leaves out: it answers success and does nothing.
enum class LeftOut {
  nothing,
  segment_data,                  // fdatasync of a segment
  report_file,                   // fsync of a large report's file
  directory_after_report_link,   // the directory's, as far as it is about report files
  directory_after_segment_link,  // the same for segments
};

class PowerCutFiles final : public Files {
 public:
  PowerCutFiles(std::uint64_t seed, LeftOut left_out) : random_(seed), left_out_(left_out) {}

  // The content of `directory` is what the disk holds, all synced. Before its first use and after
  // each cut.
  void start(const std::string& directory);
  // The power goes at the n-th call from now: it and all later ones fail. 0: never.
  void cut_at(std::uint64_t call);
  // The n-th sync from now fails, once. 0: none.
  void fail_sync_at(std::uint64_t sync);
  bool is_off() const;
  // Makes the directory what the disk holds after a cut now; start() again before going on.
  void leave_what_is_left();

  Result<FileDescriptor> make_unnamed(int directory) override;
  Result<void> write_at(int file, std::span<const std::string_view> parts,
                        std::uint64_t offset) override;
  Result<void> reserve(int file, std::uint64_t offset, std::uint64_t length) override;
  Result<void> truncate(int file, std::uint64_t length) override;
  Result<void> sync_data(int file) override;
  Result<void> sync_all(int file) override;
  Result<void> link(int unnamed, int directory, const std::string& name) override;
  Result<void> unlink(int directory, const std::string& name) override;

 private:
  using Inode = std::uint64_t;
  struct DiskName {
    std::optional<Inode> synced;
    std::vector<std::optional<Inode>> since;
  };

  bool is_cut();
  CutDiskFile& file_of(int descriptor);
  bool is_left_out(int descriptor) const;
  Result<void> sync(int descriptor, bool data_only);
  void sync_names();
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  mutable std::mutex mutex_;
  SystemFiles files_;
  std::mt19937_64 random_;
  const LeftOut left_out_;
  std::string directory_;
  Inode directory_inode_ = 0;
  std::map<Inode, CutDiskFile> disk_;
  std::map<std::string, DiskName> names_;
  std::map<Inode, FileDescriptor> kept_;  // so that no number is given twice
  std::uint64_t calls_left_ = 0;
  std::uint64_t syncs_left_ = 0;
  bool off_ = false;
};

}  // namespace secondlook
