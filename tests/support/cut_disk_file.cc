#include "tests/support/cut_disk_file.h"

#include <algorithm>
#include <map>

namespace secondlook {
namespace {

constexpr std::uint64_t kSector = 512;

}  // namespace

void CutDiskFile::apply(std::string& content, const Write& write) {
  if (!write.bytes) {
    content.resize(write.offset, '\0');
    return;
  }
  const std::uint64_t end = write.offset + write.bytes->size();
  if (content.size() < end) content.resize(end, '\0');
  content.replace(write.offset, write.bytes->size(), *write.bytes);
}

void CutDiskFile::sync() {
  for (const Write& write : since_) apply(synced_, write);
  since_.clear();
}

void CutDiskFile::fail_sync(std::mt19937_64& random) {
  synced_ = after_cut(random);
  since_.clear();
}

// How far the file's size had come is drawn first, since a truncation is a change of that: one
// before it took its blocks for good, one behind it did not happen, and took none. The content is
// walked forward through all writes once; each sector is taken when its turn, drawn before, has
// come. A turn in which it was not written gives what it held then.
std::string CutDiskFile::after_cut(std::mt19937_64& random) const {
  if (since_.empty()) return synced_;
  std::string content = synced_;
  std::uint64_t longest = content.size();
  std::vector<std::uint64_t> sizes = {content.size()};
  for (const Write& write : since_) {
    const std::uint64_t end = write.offset + (write.bytes ? write.bytes->size() : 0);
    sizes.push_back(write.bytes ? std::max(sizes.back(), end) : end);
    longest = std::max(longest, end);
  }
  std::string left(longest, '\0');
  const std::size_t sized = random() % sizes.size();
  std::multimap<std::size_t, std::uint64_t> turns;  // after how many writes -> sector
  for (std::uint64_t at = 0; at < longest; at += kSector) {
    std::size_t first = 0, last = since_.size();
    for (std::size_t turn = 1; turn <= since_.size(); ++turn) {
      if (since_[turn - 1].bytes || since_[turn - 1].offset > at) continue;
      if (turn <= sized)
        first = turn;
      else
        last = std::min(last, turn - 1);
    }
    turns.emplace(first + random() % (last + 1 - first), at);
  }
  auto next = turns.begin();
  for (std::size_t turn = 0; turn <= since_.size(); ++turn) {
    if (turn > 0) apply(content, since_[turn - 1]);
    for (; next != turns.end() && next->first == turn; ++next)
      if (next->second < content.size())
        left.replace(next->second, std::min(kSector, content.size() - next->second), content,
                     next->second, kSector);
  }
  left.resize(sizes[sized], '\0');
  return left;
}

}  // namespace secondlook
