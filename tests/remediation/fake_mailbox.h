// A tenant's mailboxes in memory, as MailboxClient shows them: folders, copies with immutable ids,
// effective moves counted, faults on demand. One user a mailbox; ids are the mailbox's address.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "graph_client/mailbox_client.h"

namespace secondlook {

class FakeMailbox final : public MailboxClient {
 public:
  struct Copy {
    std::string mailbox;
    MailCopy mail;
  };

  // --- the world as a test arranges it ---
  void add_user(const std::string& address);
  void add_alias(const std::string& alias, const std::string& address) { users_[alias] = address; }
  // Into the inbox; the immutable id, which never changes.
  std::string deliver(const std::string& mailbox, MailCopy mail);
  void put_in(const std::string& copy_id, const std::string& folder);
  void forget(const std::string& copy_id);  // as if deleted for good
  std::string folder_of(const std::string& copy_id) const;
  const MailCopy& mail(const std::string& copy_id) const;
  void remove_folder(const std::string& folder) { folders_.erase(folder); }
  void add_folder(const std::string& folder) { folders_.insert(folder); }
  // Effective moves and purges of one copy.
  int moves_of(const std::string& copy_id) const;
  const std::vector<std::string>& calls() const { return calls_; }

  // The next call whose name begins with `call` answers `error`; with `after_effect` the write
  // happens all the same, as when an answer is lost.
  void fail_next(const std::string& call, GraphError error, bool after_effect = false);
  // Something happens while the next such call is under way.
  void meanwhile(const std::string& call, std::function<void()> happens);
  // The process dies here: whatever is called next with that name throws Killed. Tests of kill -9.
  struct Killed {};
  void kill_at(const std::string& call, bool after_effect);

  // --- MailboxClient ---
  GraphResult<std::optional<GraphUser>> find_user(std::string_view address) override;
  GraphResult<std::vector<MailCopy>> find_copies(const std::string& user_id,
                                                 std::string_view message_id) override;
  GraphResult<std::vector<MailCopy>> find_copies_in(const std::string& user_id,
                                                    WellKnownFolder folder,
                                                    std::string_view message_id) override;
  GraphResult<std::vector<MailCopy>> find_copies_like(const std::string& user_id,
                                                      std::optional<WellKnownFolder> folder,
                                                      const MailTraits& traits) override;
  GraphResult<MailCopy> get_copy(const std::string& user_id, const std::string& copy_id) override;
  GraphResult<std::string> folder_id(const std::string& user_id, WellKnownFolder folder) override;
  GraphResult<std::string> folder_name(const std::string& user_id,
                                       const std::string& folder_id) override;
  GraphResult<bool> folder_exists(const std::string& user_id,
                                  const std::string& folder_id) override;
  GraphResult<MailCopy> move(const std::string& user_id, const std::string& copy_id,
                             WellKnownFolder destination) override;
  GraphResult<MailCopy> move_to_folder(const std::string& user_id, const std::string& copy_id,
                                       const std::string& folder_id) override;
  GraphResult<bool> purge(const std::string& user_id, const std::string& copy_id) override;
  GraphResult<bool> suppress_receipts(const std::string& user_id,
                                      const std::string& copy_id) override;
  GraphResult<MailCopy> set_properties(const std::string& user_id, const std::string& copy_id,
                                       const Properties& properties) override;

 private:
  struct Fault {
    std::string call;
    std::optional<GraphError> error;  // none: the process dies
    bool after_effect = false;
  };
  // Runs `effect` unless a fault for `call` says otherwise.
  template <typename Value>
  GraphResult<Value> answer(const std::string& call, const std::string& about,
                            const std::function<GraphResult<Value>()>& effect);
  GraphResult<MailCopy> relocate(const std::string& copy_id, const std::string& folder);
  std::vector<MailCopy> matching(const std::string& mailbox, std::string_view message_id,
                                 const std::function<bool(const std::string&)>& in_folder) const;

  mutable std::recursive_mutex mutex_;
  std::map<std::string, std::string> users_;  // address -> id
  std::set<std::string> folders_ = {"inbox",       "junk",   "deleted",
                                    "recoverable", "purges", "projects"};
  std::map<std::string, Copy> copies_;
  std::map<std::string, int> moves_;
  std::vector<std::string> calls_;
  std::deque<Fault> faults_;
  std::pair<std::string, std::function<void()>> meanwhile_;
  int next_id_ = 1;
};

GraphError graph_error(GraphError::Kind kind, int status, const std::string& code);
GraphError lost_answer();  // a timeout: the write may have taken effect

}  // namespace secondlook
