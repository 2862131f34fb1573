#include "tests/journal_ingest/broken_files.h"

#include <cerrno>
#include <string>
#include <vector>

namespace secondlook {
Error BrokenFiles::broken() const {
  return system_error("broken on purpose", code_);
}

bool BrokenFiles::fails() {
  if (left_ == 0) return false;
  if (left_ > 1) {
    --left_;
    return false;
  }
  if (!for_ever_) left_ = 0;
  failed_ = true;
  return true;
}

Result<FileDescriptor> BrokenFiles::make_unnamed(int directory) {
  if (fails()) return broken();
  return files_.make_unnamed(directory);
}

Result<void> BrokenFiles::write_at(int file, std::span<const std::string_view> parts,
                                   std::uint64_t offset) {
  if (!fails()) return files_.write_at(file, parts, offset);
  std::string joined;
  for (const std::string_view part : parts) joined += part;
  const std::vector<std::string_view> half = {
      std::string_view(joined).substr(0, joined.size() / 2)};
  if (auto done = files_.write_at(file, half, offset); !done) return done;
  return broken();
}

Result<void> BrokenFiles::reserve(int file, std::uint64_t offset, std::uint64_t length) {
  return fails() ? Result<void>(broken()) : files_.reserve(file, offset, length);
}

Result<void> BrokenFiles::truncate(int file, std::uint64_t length) {
  return fails() ? Result<void>(broken()) : files_.truncate(file, length);
}

Result<void> BrokenFiles::sync_data(int file) {
  return fails() ? Result<void>(broken()) : files_.sync_data(file);
}

Result<void> BrokenFiles::sync_all(int file) {
  return fails() ? Result<void>(broken()) : files_.sync_all(file);
}

Result<void> BrokenFiles::link(int unnamed, int directory, const std::string& name) {
  return fails() ? Result<void>(broken()) : files_.link(unnamed, directory, name);
}

Result<void> BrokenFiles::unlink(int directory, const std::string& name) {
  return fails() ? Result<void>(broken()) : files_.unlink(directory, name);
}

}  // namespace secondlook
