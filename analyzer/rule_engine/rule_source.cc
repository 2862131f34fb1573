#include "analyzer/rule_engine/rule_source.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file_descriptor.h"

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

Result<std::string> read_included_file(const std::string& path) {
  return read_file(path, kLargestRuleFile);
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
    Result<std::string> content = read_file(name, kLargestRuleFile);
    if (!content) return within(name, content.error());
    files.push_back({std::move(name), std::move(*content)});
  }
  return files;
}

}  // namespace secondlook
