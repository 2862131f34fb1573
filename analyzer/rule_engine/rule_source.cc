#include "analyzer/rule_engine/rule_source.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

Result<std::vector<std::string>> files_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code failure;
  for (auto entry = std::filesystem::directory_iterator(directory, failure);
       !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    if (entry->path().extension() == ".cf") names.push_back(entry->path().string());
    if (names.size() > kMostRuleFiles) return malformed(directory + ": too many rule files");
  }
  if (failure) return forbidden(directory + ": " + failure.message());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

// What is no regular file, a FIFO above all, would be waited for.
Result<std::string> read_rule_file(const std::string& path) {
  auto file = open_file(path, O_RDONLY | O_NONBLOCK);
  if (!file) return file.error();
  struct stat status {};
  if (::fstat(file->number(), &status) != 0) return last_system_error("stat " + path);
  if (!S_ISREG(status.st_mode)) return malformed(path + ": not a regular file");
  return read_descriptor(file->number(), kLargestRuleFile).transform_error([&](Error error) {
    return within(path, std::move(error));
  });
}

Result<RuleSources> read_rule_sources(const std::vector<std::string>& paths) {
  Result<std::vector<RuleFile>> files = read_rule_files(paths);
  if (!files) return files.error();
  RuleSources sources{std::move(*files), {}};
  const auto read_once = [&](const std::string& path) -> Result<std::string> {
    const auto known = std::find_if(sources.included.begin(), sources.included.end(),
                                    [&](const RuleFile& file) { return file.name == path; });
    if (known != sources.included.end()) return known->content;
    Result<std::string> content = read_rule_file(path);
    if (content) sources.included.push_back({path, *content});
    return content;
  };
  // Which files are included, only reading can tell.
  parse_rules(sources.files, 0, read_once);
  return sources;
}

Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths) {
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
      names.push_back(path);
      continue;
    }
    Result<std::vector<std::string>> found = files_in(path);
    if (!found) return found.error();
    names.insert(names.end(), found->begin(), found->end());
  }
  std::vector<RuleFile> files;
  for (std::string& name : names) {
    Result<std::string> content = read_rule_file(name);
    if (!content) return content.error();
    files.push_back({std::move(name), std::move(*content)});
  }
  return files;
}

}  // namespace secondlook
