#include "tests/schema/store/power_cut_vfs.h"

#include <cstring>
#include <filesystem>
#include <fstream>

#include <sqlite3.h>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

// The real VFS's own file stands behind this one in the memory that SQLite gives.
struct CutFile {
  sqlite3_file base;
  PowerCutVfs* vfs;
  CutDiskFile* disk;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

CutFile& cut(sqlite3_file* file) {
  return *reinterpret_cast<CutFile*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return cut(file).real();
}
sqlite3_vfs* real(sqlite3_vfs* vfs) {
  return sqlite3_vfs_find(vfs->zName + std::strlen("cut-"));
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  CutFile& one = cut(file);
  if (one.vfs->is_off()) return SQLITE_IOERR_WRITE;
  one.disk->write(static_cast<std::uint64_t>(offset),
                  std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count)));
  if (one.vfs->is_cut()) return SQLITE_IOERR_WRITE;
  return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
}

int truncate(sqlite3_file* file, sqlite3_int64 length) {
  CutFile& one = cut(file);
  if (one.vfs->is_off()) return SQLITE_IOERR_TRUNCATE;
  one.disk->truncate(static_cast<std::uint64_t>(length));
  if (one.vfs->is_cut()) return SQLITE_IOERR_TRUNCATE;
  return real(file)->pMethods->xTruncate(real(file), length);
}

int sync(sqlite3_file* file, int) {
  CutFile& one = cut(file);
  if (one.vfs->is_cut()) return SQLITE_IOERR_FSYNC;
  if (!one.vfs->ignores_syncs()) one.disk->sync();
  return SQLITE_OK;
}

// Everything else goes to the real file. Version 2: no memory-mapped reads past this.
const sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = [](sqlite3_file* file) { return real(file)->pMethods->xClose(real(file)); },
    .xRead =
        [](sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
          return real(file)->pMethods->xRead(real(file), bytes, count, offset);
        },
    .xWrite = &write,
    .xTruncate = &truncate,
    .xSync = &sync,
    .xFileSize =
        [](sqlite3_file* file, sqlite3_int64* size) {
          return real(file)->pMethods->xFileSize(real(file), size);
        },
    .xLock = [](sqlite3_file* file,
                int lock) { return real(file)->pMethods->xLock(real(file), lock); },
    .xUnlock = [](sqlite3_file* file,
                  int lock) { return real(file)->pMethods->xUnlock(real(file), lock); },
    .xCheckReservedLock =
        [](sqlite3_file* file, int* out) {
          return real(file)->pMethods->xCheckReservedLock(real(file), out);
        },
    .xFileControl =
        [](sqlite3_file* file, int operation, void* argument) {
          return real(file)->pMethods->xFileControl(real(file), operation, argument);
        },
    .xSectorSize = [](sqlite3_file* file) { return real(file)->pMethods->xSectorSize(real(file)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); },
    .xShmMap =
        [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
          return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
        },
    .xShmLock =
        [](sqlite3_file* file, int offset, int count, int flags) {
          return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
        },
    .xShmBarrier = [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); },
    .xShmUnmap = [](sqlite3_file* file,
                    int remove) { return real(file)->pMethods->xShmUnmap(real(file), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* owner = static_cast<PowerCutVfs*>(vfs->pAppData);
  CutFile& one = cut(file);
  one = {};
  if (const int code = real(vfs)->xOpen(real(vfs), name, one.real(), flags, out); code != SQLITE_OK)
    return code;
  one.vfs = owner;
  one.disk = owner->disk_of(name == nullptr ? "" : name);
  one.base.pMethods = &kMethods;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  static_cast<PowerCutVfs*>(vfs->pAppData)->forget(name);
  return real(vfs)->xDelete(real(vfs), name, sync_directory);
}

}  // namespace

PowerCutVfs::PowerCutVfs(std::uint64_t seed, bool ignores_syncs)
    : random_(seed), ignores_syncs_(ignores_syncs), registered_(new sqlite3_vfs) {
  const sqlite3_vfs* usual = sqlite3_vfs_find(nullptr);
  *registered_ = *usual;
  registered_->zName = usual->zName[0] == 'u' ? "cut-unix" : "cut-";
  registered_->szOsFile = static_cast<int>(sizeof(CutFile)) + usual->szOsFile;
  registered_->pAppData = this;
  registered_->pNext = nullptr;
  registered_->xOpen = &open;
  registered_->xDelete = &remove;
  sqlite3_vfs_register(registered_, 1);
}

PowerCutVfs::~PowerCutVfs() {
  sqlite3_vfs_unregister(registered_);
  delete registered_;
}

CutDiskFile* PowerCutVfs::disk_of(const std::string& path) {
  const auto [found, is_new] = files_.try_emplace(path);
  if (is_new) found->second = CutDiskFile(content_of(path));
  return &found->second;
}

bool PowerCutVfs::is_cut() {
  if (calls_left_ > 0 && --calls_left_ == 0) off_ = true;
  return off_;
}

void PowerCutVfs::leave_what_is_left() {
  for (const auto& [path, file] : files_) {
    if (path.empty()) continue;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << file.after_cut(random_);
    if (path.ends_with("-wal")) std::filesystem::remove(path.substr(0, path.size() - 4) + "-shm");
  }
  files_.clear();
  calls_left_ = 0;
  off_ = false;
}

}  // namespace secondlook
