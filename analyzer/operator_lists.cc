#include "analyzer/operator_lists.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/person_name.h"

namespace secondlook {
namespace {

constexpr int kMostParents = 16;

bool holds_at(const ListEntry& entry, Timestamp at) {
  return !entry.until || at < *entry.until;
}

}  // namespace

OperatorLists::OperatorLists(const std::vector<ListEntry>& entries) : entries_(entries) {
  std::vector<BrandDomain> brands;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const ListEntry& entry = entries_[i];
    by_key_.insert_or_assign(entry.key(), i);
    if (entry.kind == ListKind::partner) partners_.push_back(entry.value);
    if (entry.kind == ListKind::brand) brands.push_back({entry.name, entry.value});
    if (entry.kind == ListKind::vip)
      for (std::string& key : person_name_keys(entry.name)) people_.emplace(std::move(key), i);
    if (entry.subject != ListSubject::ip) continue;
    if (auto network = CidrNetworks::parse({entry.value}))
      networks_.emplace_back(std::move(*network), i);
  }
  brands_ = KnownBrands(std::move(brands));
}

const ListEntry* OperatorLists::find_exactly(ListKind kind, ListSubject subject,
                                             std::string_view value, Timestamp at) const {
  ListEntry asked;
  asked.kind = kind;
  asked.subject = subject;
  asked.value = to_ascii_lower(value);
  const auto found = by_key_.find(asked.key());
  if (found == by_key_.end() || !holds_at(entries_[found->second], at)) return nullptr;
  return &entries_[found->second];
}

const ListEntry* OperatorLists::find(ListKind kind, ListSubject subject, std::string_view value,
                                     Timestamp at) const {
  if (entries_.empty() || value.empty()) return nullptr;
  if (subject == ListSubject::ip) {
    for (const auto& [network, index] : networks_)
      if (entries_[index].kind == kind && holds_at(entries_[index], at) && network.contain(value))
        return &entries_[index];
    return nullptr;
  }
  const bool has_parents = subject == ListSubject::domain || subject == ListSubject::host;
  for (int depth = 0; depth < kMostParents; ++depth) {
    if (const ListEntry* entry = find_exactly(kind, subject, value, at)) return entry;
    const auto dot = value.find('.');
    if (!has_parents || dot == value.npos) return nullptr;
    value.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::vector<const ListEntry*> OperatorLists::people_named(std::string_view name) const {
  std::vector<const ListEntry*> found;
  if (people_.empty()) return found;
  for (const std::string& key : person_name_keys(name)) {
    const auto [first, last] = people_.equal_range(key);
    for (auto one = first; one != last; ++one)
      if (std::ranges::find(found, &entries_[one->second]) == found.end())
        found.push_back(&entries_[one->second]);
  }
  return found;
}

}  // namespace secondlook
