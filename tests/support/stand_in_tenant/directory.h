// The rest of the stand-in's directory beside its users: groups with members, contacts, what was
// deleted, and how /delta is to behave. Versions count the changes of the whole directory, so that
// a delta link is nothing but the version it was given at.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook::stand_in {

struct Membership {
  std::string id;  // of a user, a group or a contact
  std::uint64_t changed_at = 0;
  bool has_left = false;
};

struct Group {
  std::string id, display_name, mail;  // no mail: a security group that gets none
  std::vector<std::string> aliases;    // other addresses, lower case
  bool is_unified = false;             // a Microsoft 365 group, which has a mailbox of its own
  bool is_security = false;
  std::vector<Membership> members;
  std::uint64_t changed_at = 0;
};

struct Contact {
  std::string id, display_name, mail;
  std::vector<std::string> aliases;
  std::uint64_t changed_at = 0;
};

struct RemovedObject {
  std::string collection;  // "users", "groups", "contacts"
  std::string id;
  std::string reason;  // "changed": may come back for 30 days; "deleted": gone for good
  std::uint64_t changed_at = 0;
};

struct Directory {
  std::map<std::string, Group, std::less<>> groups;      // by id
  std::map<std::string, Contact, std::less<>> contacts;  // by id
  std::vector<RemovedObject> removed;

  std::size_t page_size = 100;    // objects a page of /delta
  bool repeats = false;           // each page begins with the last object of the page before
  bool is_empty = false;          // /delta says that nobody is there: a service's bad day
  std::uint64_t oldest_link = 0;  // links of an older version are 410

  Group* find_group(std::string_view id_or_address);
};

}  // namespace secondlook::stand_in
