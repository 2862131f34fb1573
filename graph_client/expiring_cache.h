// A bounded map whose entries end. Time is handed in. Not safe from several threads by itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace secondlook {

template <typename Value>
class ExpiringCache {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit ExpiringCache(std::size_t most_entries) : most_entries_(most_entries) {}

  std::optional<Value> find(std::string_view key, Moment now) const {
    const auto found = entries_.find(key);
    if (found == entries_.end() || now >= found->second.ends_at) return std::nullopt;
    return found->second.value;
  }

  // A full cache first loses what has ended, and if that is nothing, everything: it only costs
  // looking it up again.
  void keep(const std::string& key, Value value, Moment ends_at, Moment now) {
    if (entries_.size() >= most_entries_) {
      std::erase_if(entries_, [&](const auto& entry) { return now >= entry.second.ends_at; });
      if (entries_.size() >= most_entries_) entries_.clear();
    }
    entries_.insert_or_assign(key, Entry{std::move(value), ends_at});
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Value value;
    Moment ends_at;
  };
  std::size_t most_entries_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace secondlook
