#include "remediation/list_files.h"

#include <algorithm>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "remediation/owned_entries.h"

namespace secondlook {
namespace {

constexpr std::string_view kFile = "file ";
constexpr std::size_t kLargestFile = std::size_t{4} << 20U;

Result<std::vector<ListEntry>> read_list_file(const std::string& path, Timestamp now) {
  const auto text = read_file(path, kLargestFile);
  if (!text) return text.error();
  auto entries = parse_list(*text);
  if (!entries) return within(path, entries.error());
  // What has ended counts for nothing; the file may keep it.
  std::erase_if(*entries,
                [&](const ListEntry& entry) { return entry.until && *entry.until <= now; });
  return entries;
}

Result<void> take_entries(Store& store, const std::string& path,
                          const std::vector<ListEntry>& entries, Timestamp now) {
  const auto taken =
      replace_entries(store, {added_by_file(path), "lists_file", "file", path}, entries, now);
  if (!taken) return within("lists", taken.error());
  return {};
}

}  // namespace

std::string added_by_file(const std::string& path) {
  return std::string(kFile) + path;
}

std::string file_that_added(const std::string& added_by) {
  return added_by.starts_with(std::string(kFile) + "/") ? added_by.substr(kFile.size()) : "";
}

Result<void> take_list_files(Store& store, const std::vector<std::string>& files, Timestamp now) {
  const auto owners = owners_beginning_with(store, std::string(kFile) + "/");
  if (!owners) return within("lists", owners.error());
  for (const std::string& owner : *owners) {
    const std::string path = file_that_added(owner);
    if (std::ranges::find(files, path) != files.end()) continue;
    if (auto taken = take_entries(store, path, {}, now); !taken) return taken;
  }
  for (const std::string& path : files) {
    const auto entries = read_list_file(path, now);
    if (!entries) {
      log_error("list file refused, its entries stay as they were",
                {{"error", entries.error().message}});
      continue;
    }
    if (auto taken = take_entries(store, path, *entries, now); !taken) return taken;
  }
  return {};
}

}  // namespace secondlook
