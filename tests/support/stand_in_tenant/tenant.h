// What the stand-in for Microsoft 365 remembers: users, their folders, the copies in them, and what
// was done to each copy. A value without sockets or JSON; one lock guards it from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "tests/support/stand_in_tenant/directory.h"

namespace secondlook::stand_in {

// What Graph answers about the mailbox.
enum class MailboxState { normal, unsupported, forbidden };

struct User {
  std::string id, display_name, mail, user_principal_name;
  std::vector<std::string> aliases;  // other addresses, lower case
  MailboxState mailbox = MailboxState::normal;
  std::string user_type = "Member";       // or "Guest"
  bool is_enabled = true;                 // shared and room mailboxes are not
  bool has_exchange_plan = true;          // nor have they a licence
  bool is_synced = false;                 // from a directory on premises
  std::map<int, std::string> attributes;  // onPremisesExtensionAttributes, 1 to 15
  std::uint64_t changed_at = 0;           // the directory's version, for /users/delta
};

struct Folder {
  std::string id, well_known_name, display_name, parent_id;
  bool is_recoverable = false;  // outside the mailbox search
};

// How a copy came to a folder. `by` is "graph", "user" or "purge".
struct Move {
  std::string from, to, by;  // folders by well-known name, else by display name
  Timestamp at;
};

struct Copy {
  std::string immutable_id;
  std::string id;  // the other one, new after each move
  std::string folder_id;
  std::string mail;  // RFC 5322 bytes
  std::string message_id, subject, sender, sender_name;
  Timestamp sent_at, received_at;
  bool is_read = false;
  bool is_draft = false;
  bool is_read_receipt_requested = false;
  bool receipts_suppressed = false;
  std::vector<std::string> categories;
  std::string flag = "notFlagged", importance = "normal";
  std::chrono::steady_clock::time_point visible_from;
  std::vector<Move> moves;
  unsigned effective_moves = 0;  // by Graph, to another folder; a purge counts too
  unsigned purges = 0;
};

struct Mailbox {
  User user;
  std::vector<Folder> folders;
  // By immutable id; stable addresses.
  std::map<std::string, std::unique_ptr<Copy>, std::less<>> copies;
  std::multimap<std::string, Copy*, std::less<>> by_message_id;
  std::map<std::string, Copy*, std::less<>> by_id;

  Folder* find_folder(std::string_view id_or_name);
  const Folder& folder_of(const Copy& copy) const;
  // Either id is understood, as Graph does within one request's preference.
  Copy* find_copy(std::string_view id, std::chrono::steady_clock::time_point now);
};

class Tenant {
 public:
  // Both must outlive it.
  Tenant(const Clock& clock, RandomSource& random) : clock_(clock), random_(random) {}

  // Fills in what is empty: id, principal name, and the folders every mailbox has.
  Mailbox& add_user(User user);
  // An address or an id; false when there is no such user. The mailbox goes with it.
  bool remove_user(std::string_view who, std::string_view reason);
  // The user's properties changed: the next delta tells it.
  void touch(User& user) { user.changed_at = ++version_; }
  Group& add_group(Group group);
  Contact& add_contact(Contact contact);
  std::uint64_t next_version() { return ++version_; }
  Mailbox* find_by_address(std::string_view address);
  Mailbox* find_by_id_or_principal_name(std::string_view id);
  Folder& add_folder(Mailbox& mailbox, std::string display_name, std::string_view parent);

  // Puts a copy into a folder, visible after `late`.
  Copy& deliver(Mailbox& mailbox, std::string mail, std::string_view folder,
                std::chrono::milliseconds late);
  // Moves, with a new id; `by` as in Move. Nothing effective when the copy is there already.
  void move(Mailbox& mailbox, Copy& copy, const Folder& destination, std::string_view by);

  const std::map<std::string, Mailbox, std::less<>>& mailboxes() const { return mailboxes_; }
  std::map<std::string, Mailbox, std::less<>>& mailboxes() { return mailboxes_; }
  std::uint64_t directory_version() const { return version_; }
  Directory& directory() { return directory_; }
  Timestamp now() const { return clock_.now(); }
  std::chrono::steady_clock::time_point steady() const { return clock_.steady(); }
  // Anything from zero to just below `limit`.
  std::chrono::milliseconds chance_below(std::chrono::milliseconds limit);

 private:
  std::string make_item_id(std::string_view prefix);

  const Clock& clock_;
  RandomSource& random_;
  std::map<std::string, Mailbox, std::less<>> mailboxes_;  // by user id
  // User ids by address, as of directory version `indexed_`: thousands of users are asked for.
  std::unordered_map<std::string, std::string> by_address_;
  std::uint64_t indexed_ = 0;
  Directory directory_;
  std::uint64_t version_ = 0;
};

}  // namespace secondlook::stand_in
