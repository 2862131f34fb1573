#include "analyzer/rule_engine/patterns/database_cache.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "analyzer/message/attachments.h"
#include "base/file_descriptor.h"

namespace secondlook {
namespace {

// The file: magic, SHA-256 (64 hex digits) of the rest, a line feed; engine letters, a line feed;
// Hyperscan's serialisation (empty when no pattern is Hyperscan's).
constexpr std::string_view kMagic = "secondlook patterns 1\n";
constexpr std::string_view kSuffix = ".patterns";
constexpr std::size_t kDigest = 64;
constexpr std::size_t kLargestFile = 512 << 20;

std::string cache_key(const std::vector<DatabasePattern>& patterns) {
  std::string key = std::string(kMagic) + database_platform() + "\n";
  for (const DatabasePattern& entry : patterns) {
    const PerlPattern& pattern = *entry.pattern;
    for (const bool flag : {pattern.caseless, pattern.multi_line, pattern.dot_all, pattern.extended,
                            pattern.extended_more, entry.in_pieces, entry.by_characters}) {
      key += flag ? '1' : '0';
    }
    key += " " + std::to_string(pattern.expression.size()) + " " + pattern.expression + "\n";
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

PatternDatabase::Compiled DatabaseCache::compile(const std::vector<DatabasePattern>& patterns) {
  PatternDatabase::Compiled compiled;
  const std::string path = directory_ + "/" + cache_key(patterns) + std::string(kSuffix);
  if (!directory_.empty() && load(path, patterns.size(), compiled)) {
    ++loaded_;
    return compiled;
  }
  compiled = PatternDatabase::compile(patterns);
  ++compiled_;
  if (!directory_.empty()) store(path, compiled);
  return compiled;
}

bool DatabaseCache::load(const std::string& path, std::size_t patterns,
                         PatternDatabase::Compiled& compiled) {
  const Result<std::string> file = read_file(path, kLargestFile);
  if (!file) return false;
  const std::string_view content = checked_content(*file);
  const std::size_t end = content.find('\n');
  if (end != patterns) return false;
  std::vector<PatternEngine> engines;
  for (const char letter : content.substr(0, end)) {
    if (letter != 'h' && letter != 'p' && letter != 'x') return false;
    engines.push_back(static_cast<PatternEngine>(letter));
  }
  if (content.size() > end + 1) {
    Result<PatternDatabase> database = PatternDatabase::deserialize(content.substr(end + 1));
    if (!database) return false;
    compiled.database = std::move(*database);
  }
  compiled.engines = std::move(engines);
  return true;
}

void DatabaseCache::store(const std::string& path,
                          const PatternDatabase::Compiled& compiled) const {
  std::string content;
  for (const PatternEngine engine : compiled.engines) content += static_cast<char>(engine);
  content += '\n';
  if (!compiled.database.is_empty()) {
    const Result<std::string> bytes = compiled.database.serialize();
    if (!bytes) return;
    content += *bytes;
  }
  if (!make_directories(directory_)) return;
  const std::string file = std::string(kMagic) + sha256_hex(content) + "\n" + content;
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
