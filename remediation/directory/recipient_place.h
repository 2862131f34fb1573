// What an address of a journal report is to us: whose mailbox, or why none, and whether it is acted
// on automatically. Pure: the directory's facts come as values (directory_view.h reads them).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/configuration.h"
#include "schema/store/store.h"

namespace secondlook {

struct RecipientPlace {
  enum class Kind {
    mailbox,        // a user's, a shared or a room mailbox: Graph does not tell them apart
    group,          // distribution list or security group: members got copies of their own
    group_mailbox,  // Microsoft 365 group
    contact,
    public_folder,
    external,  // a guest, or a mailbox outside the tenant
    unknown    // in the tenant's domains or not: the directory says nothing, or two things
  };
  enum class Treatment { act, excluded, protected_mailbox };

  Kind kind = Kind::unknown;
  Treatment treatment = Treatment::act;
  std::string because;  // for people: which rule, override or setting; empty: nothing spoke of it
  std::string user_id;  // Graph object id of a mailbox
  std::string mailbox;  // its primary address, under which its steps stand; else the address
  std::vector<std::string> addresses;  // all that the object has
  std::vector<std::string> groups;     // ids and addresses of those it is in, lower case
};
std::string_view name_of(RecipientPlace::Kind kind);
std::string_view name_of(RecipientPlace::Treatment treatment);

// All that is known of one address.
struct DirectoryFacts {
  std::vector<DirectoryObject> objects;   // those that have it; two: nobody can say which
  std::vector<std::string> groups;        // of the object: ids and addresses, lower case
  bool can_decide = true;                 // whether the directory in force tells what the rules ask
  std::optional<DirectoryOverride> said;  // of the address, else of another one of the object
};

// First what a person said of it (an override), then, of mailboxes:
//   protected  [policy] protected_mailboxes names any of its addresses, or a `protect` rule holds
//   excluded   an `exclude` rule holds, or there are `include` rules and none holds
// An override "include" beats the rules, never protected_mailboxes. Where there are rules that
// cannot be decided yet, everything is excluded: who was to be left alone is not touched for want
// of an answer. For the same reason include rules leave out who is unknown.
RecipientPlace place_recipient(const std::string& address, const DirectoryFacts& facts,
                               const TenantSettings& tenant);

// The places of the addresses a plan is about. Without a directory it holds nothing but overrides,
// and what it does not hold is decided by address alone.
class DirectoryView {
 public:
  void add(std::string address, RecipientPlace place);
  // `address` as it was added: lower case.
  const RecipientPlace* find(std::string_view address) const;
  // The address under which its mailbox's steps stand; itself when nothing else is known.
  std::string mailbox_of(const std::string& address) const;

  const std::map<std::string, RecipientPlace, std::less<>>& places() const { return places_; }

 private:
  std::map<std::string, RecipientPlace, std::less<>> places_;
};

}  // namespace secondlook
