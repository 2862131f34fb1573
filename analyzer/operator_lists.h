// The operators' lists (schema/lists) as signals ask them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/known_brands.h"
#include "base/clock.h"
#include "schema/cidr_networks.h"
#include "schema/lists/list_entry.h"

namespace secondlook {

class OperatorLists {
 public:
  OperatorLists() = default;
  // Of two about the same the later one holds.
  explicit OperatorLists(const std::vector<ListEntry>& entries);

  // The entry that names the value at that time, for domains and hosts also by a parent; null: none
  // does. Values in any case.
  const ListEntry* find(ListKind kind, ListSubject subject, std::string_view value,
                        Timestamp at) const;
  // People whose name this is (person_name.h); by their addresses.
  std::vector<const ListEntry*> people_named(std::string_view name) const;
  const std::vector<std::string>& partners() const { return partners_; }
  const KnownBrands& brands() const { return brands_; }
  bool is_empty() const { return entries_.empty(); }

 private:
  const ListEntry* find_exactly(ListKind kind, ListSubject subject, std::string_view value,
                                Timestamp at) const;

  std::vector<ListEntry> entries_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::unordered_multimap<std::string, std::size_t> people_;
  std::vector<std::pair<CidrNetworks, std::size_t>> networks_;
  std::vector<std::string> partners_;
  KnownBrands brands_;
};

}  // namespace secondlook
