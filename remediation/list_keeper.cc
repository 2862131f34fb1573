#include "remediation/list_keeper.h"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {

Result<FileDescriptor> write_unnamed_file(const std::string& path, std::string_view bytes) {
  auto writing = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (!writing) return writing.error();
  if (auto written = write_fully(writing->number(), bytes); !written) return written.error();
  auto reading = open_file(path, O_RDONLY);
  if (::unlink(path.c_str()) != 0) return last_system_error("unlink " + path);
  return reading;
}

Result<void> ListKeeper::renew() {
  const std::scoped_lock alone(one_at_a_time_);
  const auto entries = store_.with([](Store& store) { return store.lists().all(); });
  if (!entries) return entries.error();
  std::string text;
  for (const StoredListEntry& stored : *entries) text += to_line(stored.entry) + "\n";
  // An empty file cannot be mapped.
  auto file = write_unnamed_file(path_, text.empty() ? "\n" : text);
  if (!file) return file.error();
  const std::scoped_lock lock(mutex_);
  file_ = std::make_shared<const FileDescriptor>(std::move(*file));
  return {};
}

std::shared_ptr<const FileDescriptor> ListKeeper::newest() const {
  const std::scoped_lock lock(mutex_);
  return file_;
}

}  // namespace secondlook
