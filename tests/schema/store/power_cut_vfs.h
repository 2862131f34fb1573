// A disk under SQLite whose power can be cut (https://www.sqlite.org/vfs.html): while it lives it
// is SQLite's default VFS over the usual one. Real files stand for the page cache; what the disk
// itself would hold of database and WAL is kept beside them (cut_disk_file.h). The shared memory
// file is passed through, and gone after a cut. Names of files are taken as certain at once.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "tests/support/cut_disk_file.h"

struct sqlite3_vfs;

namespace secondlook {

class PowerCutVfs {
 public:
  // `ignores_syncs`: every xSync answers success and does nothing, for the control.
  PowerCutVfs(std::uint64_t seed, bool ignores_syncs);
  ~PowerCutVfs();  // no connection may be open any more
  PowerCutVfs(const PowerCutVfs&) = delete;
  PowerCutVfs& operator=(const PowerCutVfs&) = delete;

  // The power goes at the n-th write, truncation or sync from now; it and all later ones fail.
  void cut_at(std::uint64_t call) { calls_left_ = call; }
  bool is_off() const { return off_; }
  // After the last connection was closed: makes the files what the disk holds. The power is on
  // again.
  void leave_what_is_left();

  // --- for the functions that SQLite calls ---
  CutDiskFile* disk_of(const std::string& path);
  void forget(const std::string& path) { files_.erase(path); }
  bool is_cut();
  bool ignores_syncs() const { return ignores_syncs_; }

 private:
  struct Registration;

  std::mt19937_64 random_;
  const bool ignores_syncs_;
  std::uint64_t calls_left_ = 0;
  bool off_ = false;
  std::map<std::string, CutDiskFile> files_;
  sqlite3_vfs* registered_ = nullptr;
};

}  // namespace secondlook
