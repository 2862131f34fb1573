#include "analyzer/rule_engine/patterns/database_cache.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "analyzer/message/attachments.h"
#include "base/file_descriptor.h"

namespace secondlook {
namespace {

// The file: magic, SHA-256 (64 hex digits) of the rest, a line feed; Hyperscan's serialisation.
constexpr std::string_view kMagic = "secondlook patterns 2\n";
constexpr std::string_view kSuffix = ".patterns";
constexpr std::size_t kDigest = 64;
constexpr std::size_t kLargestFile = 512 << 20;

std::string cache_key(const std::vector<std::string>& literals) {
  std::string key = std::string(kMagic) + database_platform() + "\n";
  for (const std::string& literal : literals) {
    key += std::to_string(literal.size()) + " " + literal + "\n";
  }
  return sha256_hex(key);
}

// Cuts the frame off; nothing when it does not hold.
std::string_view checked_content(std::string_view file) {
  if (!file.starts_with(kMagic) || file.size() < kMagic.size() + kDigest + 1) return {};
  const std::string_view digest = file.substr(kMagic.size(), kDigest);
  const std::string_view content = file.substr(kMagic.size() + kDigest + 1);
  return sha256_hex(content) == digest ? content : std::string_view();
}

}  // namespace

Result<LiteralDatabase> DatabaseCache::compile(const std::vector<std::string>& literals) {
  if (literals.empty()) return LiteralDatabase();
  const std::string path = directory_ + "/" + cache_key(literals) + std::string(kSuffix);
  if (!directory_.empty()) {
    auto kept = load(path);
    if (kept) ++loaded_;
    if (kept) return kept;
  }
  auto compiled = LiteralDatabase::compile(literals);
  ++compiled_;
  if (compiled && !directory_.empty()) store(path, *compiled);
  return compiled;
}

Result<LiteralDatabase> DatabaseCache::load(const std::string& path) const {
  const Result<std::string> file = read_file(path, kLargestFile);
  if (!file) return file.error();
  return LiteralDatabase::deserialize(checked_content(*file));
}

void DatabaseCache::store(const std::string& path, const LiteralDatabase& database) const {
  const Result<std::string> content = database.serialize();
  if (!content || !make_directories(directory_)) return;
  const std::string file = std::string(kMagic) + sha256_hex(*content) + "\n" + *content;
  if (!replace_file(path, file)) return;  // the next start compiles again
}

void DatabaseCache::remove_old_files() const {
  if (directory_.empty()) return;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    if (entry.path().extension() != kSuffix) continue;
    files.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  if (files.size() <= kMostFiles) return;
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i + kMostFiles < files.size(); ++i) {
    std::filesystem::remove(files[i].second, ignored);
  }
}

}  // namespace secondlook
