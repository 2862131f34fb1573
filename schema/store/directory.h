// A copy of each tenant's directory: users, groups and contacts with every address, who is in which
// group, overrides, and what is worth remembering about addresses. One part of the Store, used as
// the Store is: one thread at a time, writes best inside its transactions.
//
// A whole reading is written into a new generation over many transactions and put in force by one
// small one (publish): readers see the old directory or the new one, whole, and a reading that ends
// halfway changes nothing. Changes since then are written into the generation in force.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

class Connection;

enum class DirectoryKind { user, guest, group, unified_group, contact };
std::string_view name_of(DirectoryKind kind);
std::optional<DirectoryKind> parse_directory_kind(std::string_view name);

struct DirectoryObject {
  std::string id;  // of Entra; opaque, case matters
  DirectoryKind kind = DirectoryKind::user;
  std::string display_name;
  std::string mail;                        // primary address as address_key writes it, or empty
  std::string principal_name;              // userPrincipalName, the same way
  std::vector<std::string> addresses;      // all but the principal name, the primary one first
  bool is_enabled = true;                  // accountEnabled: false for shared and room mailboxes
  bool is_synced = false;                  // from a directory on premises
  bool has_exchange_plan = false;          // shared mailboxes have none
  std::array<std::string, 15> attributes;  // extensionAttribute1 stands at 0; no control characters

  bool operator==(const DirectoryObject&) const = default;
};

// An address as it is looked up: trimmed, NFC, lower case (full Unicode: Exchange tells no cases
// apart). Bytes that are no UTF-8 stay, in ASCII lower case.
std::string address_key(std::string_view address);

using Generation = std::int64_t;

struct DirectoryLinks {
  std::string users, groups, contacts;  // opaque delta links; empty: none
};

struct DirectoryCounts {
  std::uint64_t users = 0, guests = 0, groups = 0, contacts = 0, addresses = 0;
};

struct DirectoryState {
  std::optional<Generation> generation;  // nothing before the first whole reading
  std::string shape;
  DirectoryLinks links;
  // Of the last whole reading and of the last reading at all that succeeded; of the last failure,
  // when that was later.
  std::optional<Timestamp> full_at, synced_at, failed_at;
  std::string error;  // of that failure; empty after a success
  DirectoryCounts counts;
};

// What a person says about an address, before all rules.
enum class OverrideSetting { include, exclude, protect, external, group, contact, public_folder };
std::string_view name_of(OverrideSetting setting);
std::optional<OverrideSetting> parse_override_setting(std::string_view name);

struct DirectoryOverride {
  std::string address;  // address_key
  OverrideSetting setting = OverrideSetting::include;
  std::string note;

  bool operator==(const DirectoryOverride&) const = default;
};

struct DirectoryStranger {
  std::string address;
  Timestamp first_seen{}, last_seen{};
  std::uint64_t messages = 0;
};

class StoredDirectory {
 public:
  static constexpr std::uint64_t kMostStrangers = 10'000;  // a tenant's; more are not remembered

  // `connection` must outlive it.
  explicit StoredDirectory(Connection& connection) : connection_(connection) {}

  // --- what is in force ---
  Result<DirectoryState> state(const std::string& tenant);
  // Objects that have this address (any of theirs, or the principal name); two are an ambiguity.
  Result<std::vector<DirectoryObject>> find(Generation generation, std::string_view address);
  Result<std::optional<DirectoryObject>> find_by_id(Generation generation, const std::string& id);
  // Ids and addresses of every group the object is in, directly or through other groups.
  Result<std::vector<std::string>> groups_of(Generation generation, const std::string& id);
  // Who is in the group (its address or id), directly or through other groups, in the order of ids.
  Result<std::vector<DirectoryObject>> members_of(Generation generation, std::string_view group,
                                                  std::size_t most);
  // In the order of ids, behind `after`.
  Result<std::vector<DirectoryObject>> page(Generation generation, const std::string& after,
                                            std::size_t most);
  Result<DirectoryCounts> count(Generation generation);

  // --- writing ---
  Result<Generation> begin_generation(const std::string& tenant);
  // Adds or replaces.
  Result<void> put(Generation generation, const DirectoryObject& object);
  Result<void> remove(Generation generation, const std::string& id);  // memberships go as well
  Result<void> set_member(Generation generation, const std::string& group,
                          const std::string& member, bool is_in);
  // Puts `generation` in force (where it is not yet), with its links, and counts it. `full`: it is
  // a whole reading. Takes the last error away.
  Result<void> publish(const std::string& tenant, Generation generation, const std::string& shape,
                       const DirectoryLinks& links, bool full, Timestamp now);
  Result<void> note_failure(const std::string& tenant, std::string_view error, Timestamp now);
  // Removes at most about `limit` rows of generations of that tenant that are not in force and not
  // `keep`. False: nothing is left to remove.
  Result<bool> drop_unused(const std::string& tenant, std::optional<Generation> keep,
                           std::size_t limit);

  // --- overrides ---
  Result<std::vector<DirectoryOverride>> overrides(const std::string& tenant);
  Result<std::optional<DirectoryOverride>> override_of(const std::string& tenant,
                                                       std::string_view address);
  Result<void> replace_overrides(const std::string& tenant,
                                 const std::vector<DirectoryOverride>& overrides);

  // --- memory ---
  Result<void> note_stranger(const std::string& tenant, std::string_view address, Timestamp now);
  Result<std::vector<DirectoryStranger>> strangers(const std::string& tenant, std::size_t most);
  Result<std::uint64_t> count_strangers(const std::string& tenant);
  // Those that the directory knows by now.
  Result<void> forget_known_strangers(const std::string& tenant, Generation generation);
  Result<void> note_unreachable(const std::string& tenant, const std::string& user_id,
                                std::string_view reason, Timestamp until);
  // The reason, while it lasts.
  Result<std::optional<std::string>> unreachable(const std::string& tenant,
                                                 const std::string& user_id, Timestamp now);

 private:
  Result<void> put_addresses(Generation generation, const DirectoryObject& object);
  Result<std::vector<std::string>> addresses_of(Generation generation, const std::string& id);
  Result<std::vector<DirectoryObject>> with_addresses(Generation generation,
                                                      std::vector<DirectoryObject> objects);

  Connection& connection_;
};

}  // namespace secondlook
