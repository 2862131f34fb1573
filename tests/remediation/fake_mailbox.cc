#include "tests/remediation/fake_mailbox.h"

#include <algorithm>

namespace secondlook {
namespace {

std::string name_of_folder(WellKnownFolder folder) {
  switch (folder) {
    case WellKnownFolder::inbox: return "inbox";
    case WellKnownFolder::junk_email: return "junk";
    case WellKnownFolder::deleted_items: return "deleted";
    case WellKnownFolder::recoverable_deletions: return "recoverable";
    case WellKnownFolder::recoverable_purges: return "purges";
  }
  return "inbox";
}

GraphError stale_id() {
  return graph_error(GraphError::Kind::stale_id, 404, "ErrorItemNotFound");
}

}  // namespace

GraphError graph_error(GraphError::Kind kind, int status, const std::string& code) {
  GraphError error;
  error.kind = kind;
  error.status = status;
  error.code = code;
  return error;
}

GraphError lost_answer() {
  return graph_error(GraphError::Kind::temporary, 0, "");
}

void FakeMailbox::add_user(const std::string& address) {
  const std::scoped_lock lock(mutex_);
  users_[address] = address;
}

std::string FakeMailbox::deliver(const std::string& mailbox, MailCopy mail) {
  const std::scoped_lock lock(mutex_);
  mail.id = "copy-" + std::to_string(next_id_++);
  if (mail.parent_folder_id.empty()) mail.parent_folder_id = "inbox";
  const std::string id = mail.id;
  copies_[id] = {mailbox, std::move(mail)};
  return id;
}

void FakeMailbox::put_in(const std::string& copy_id, const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  copies_.at(copy_id).mail.parent_folder_id = folder;
}

void FakeMailbox::forget(const std::string& copy_id) {
  const std::scoped_lock lock(mutex_);
  copies_.erase(copy_id);
}

std::string FakeMailbox::folder_of(const std::string& copy_id) const {
  const std::scoped_lock lock(mutex_);
  const auto copy = copies_.find(copy_id);
  return copy == copies_.end() ? "nowhere" : copy->second.mail.parent_folder_id;
}

const MailCopy& FakeMailbox::mail(const std::string& copy_id) const {
  const std::scoped_lock lock(mutex_);
  return copies_.at(copy_id).mail;
}

int FakeMailbox::moves_of(const std::string& copy_id) const {
  const std::scoped_lock lock(mutex_);
  const auto moves = moves_.find(copy_id);
  return moves == moves_.end() ? 0 : moves->second;
}

void FakeMailbox::fail_next(const std::string& call, GraphError error, bool after_effect) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back({call, std::move(error), after_effect});
}

void FakeMailbox::kill_at(const std::string& call, bool after_effect) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back({call, std::nullopt, after_effect});
}

void FakeMailbox::meanwhile(const std::string& call, std::function<void()> happens) {
  meanwhile_ = {call, std::move(happens)};
}

template <typename Value>
GraphResult<Value> FakeMailbox::answer(const std::string& call, const std::string& about,
                                       const std::function<GraphResult<Value>()>& effect) {
  const std::scoped_lock lock(mutex_);
  calls_.push_back(call + " " + about);
  if (meanwhile_.second && meanwhile_.first == call) std::exchange(meanwhile_.second, nullptr)();
  const auto found = std::find_if(faults_.begin(), faults_.end(),
                                  [&](const Fault& fault) { return call == fault.call; });
  if (found == faults_.end()) return effect();
  const Fault fault = *found;
  faults_.erase(found);
  if (fault.after_effect) {
    const auto lost = effect();
    static_cast<void>(lost);
  }
  if (!fault.error) throw Killed();
  return *fault.error;
}

GraphResult<std::optional<GraphUser>> FakeMailbox::find_user(std::string_view address) {
  const std::string mailbox(address);
  return answer<std::optional<GraphUser>>("find_user", mailbox,
                                          [&]() -> GraphResult<std::optional<GraphUser>> {
                                            if (!users_.contains(mailbox))
                                              return std::optional<GraphUser>();
                                            const std::string& id = users_.at(mailbox);
                                            return std::optional(GraphUser{id, id, id, {mailbox}});
                                          });
}

std::vector<MailCopy> FakeMailbox::matching(
    const std::string& mailbox, std::string_view message_id,
    const std::function<bool(const std::string&)>& in_folder) const {
  std::vector<MailCopy> found;
  for (const auto& [id, copy] : copies_)
    if (copy.mailbox == mailbox && copy.mail.internet_message_id == message_id &&
        in_folder(copy.mail.parent_folder_id))
      found.push_back(copy.mail);
  return found;
}

GraphResult<std::vector<MailCopy>> FakeMailbox::find_copies(const std::string& user_id,
                                                            std::string_view message_id) {
  return answer<std::vector<MailCopy>>(
      "find_copies", user_id, [&]() -> GraphResult<std::vector<MailCopy>> {
        return matching(user_id, message_id, [](const std::string& folder) {
          return folder != "recoverable" && folder != "purges";
        });
      });
}

GraphResult<std::vector<MailCopy>> FakeMailbox::find_copies_in(const std::string& user_id,
                                                               WellKnownFolder folder,
                                                               std::string_view message_id) {
  const std::string wanted = name_of_folder(folder);
  return answer<std::vector<MailCopy>>(
      "find_copies_in", wanted, [&]() -> GraphResult<std::vector<MailCopy>> {
        return matching(user_id, message_id,
                        [&](const std::string& name) { return name == wanted; });
      });
}

GraphResult<std::vector<MailCopy>> FakeMailbox::find_copies_like(
    const std::string& user_id, std::optional<WellKnownFolder> folder, const MailTraits& traits) {
  const std::string wanted = folder ? name_of_folder(*folder) : "";
  return answer<std::vector<MailCopy>>(
      "find_copies_like", user_id, [&]() -> GraphResult<std::vector<MailCopy>> {
        std::vector<MailCopy> found;
        for (const auto& [id, copy] : copies_) {
          const std::string& place = copy.mail.parent_folder_id;
          const bool is_here =
              folder ? place == wanted : place != "recoverable" && place != "purges";
          const auto received = parse_rfc3339(copy.mail.received_at);
          const bool fits = copy.mailbox == user_id && is_here && received &&
                            *received >= traits.received_from &&
                            *received <= traits.received_until &&
                            (traits.sender.empty() || copy.mail.sender == traits.sender) &&
                            (traits.subject.empty() || copy.mail.subject == traits.subject);
          if (fits) found.push_back(copy.mail);
        }
        return found;
      });
}

GraphResult<MailCopy> FakeMailbox::get_copy(const std::string& /*user_id*/,
                                            const std::string& copy_id) {
  return answer<MailCopy>("get_copy", copy_id, [&]() -> GraphResult<MailCopy> {
    const auto copy = copies_.find(copy_id);
    if (copy == copies_.end()) return stale_id();
    return copy->second.mail;
  });
}

GraphResult<std::string> FakeMailbox::folder_id(const std::string& /*user_id*/,
                                                WellKnownFolder folder) {
  return name_of_folder(folder);
}

GraphResult<std::string> FakeMailbox::folder_name(const std::string& /*user_id*/,
                                                  const std::string& folder_id) {
  return "Folder " + folder_id;
}

GraphResult<bool> FakeMailbox::folder_exists(const std::string& /*user_id*/,
                                             const std::string& folder_id) {
  return answer<bool>("folder_exists", folder_id,
                      [&]() -> GraphResult<bool> { return folders_.contains(folder_id); });
}

GraphResult<MailCopy> FakeMailbox::relocate(const std::string& copy_id, const std::string& folder) {
  const auto copy = copies_.find(copy_id);
  if (copy == copies_.end() || !folders_.contains(folder)) return stale_id();
  copy->second.mail.parent_folder_id = folder;
  ++moves_[copy_id];
  return copy->second.mail;
}

GraphResult<MailCopy> FakeMailbox::move(const std::string& /*user_id*/, const std::string& copy_id,
                                        WellKnownFolder destination) {
  return answer<MailCopy>("move", copy_id,
                          [&] { return relocate(copy_id, name_of_folder(destination)); });
}

GraphResult<MailCopy> FakeMailbox::move_to_folder(const std::string& /*user_id*/,
                                                  const std::string& copy_id,
                                                  const std::string& folder_id) {
  return answer<MailCopy>("move_to_folder", copy_id, [&] { return relocate(copy_id, folder_id); });
}

GraphResult<bool> FakeMailbox::purge(const std::string& /*user_id*/, const std::string& copy_id) {
  return answer<bool>("purge", copy_id, [&]() -> GraphResult<bool> {
    const auto moved = relocate(copy_id, "purges");
    if (!moved) return moved.error();
    return true;
  });
}

GraphResult<bool> FakeMailbox::suppress_receipts(const std::string& /*user_id*/,
                                                 const std::string& copy_id) {
  return answer<bool>("suppress_receipts", copy_id, [&]() -> GraphResult<bool> {
    copies_.at(copy_id).mail.is_read_receipt_requested = false;
    return true;
  });
}

GraphResult<MailCopy> FakeMailbox::set_properties(const std::string& /*user_id*/,
                                                  const std::string& copy_id,
                                                  const Properties& properties) {
  return answer<MailCopy>("set_properties", copy_id, [&]() -> GraphResult<MailCopy> {
    const auto copy = copies_.find(copy_id);
    if (copy == copies_.end()) return stale_id();
    copy->second.mail.is_read = properties.is_read;
    copy->second.mail.categories = properties.categories;
    copy->second.mail.flag = properties.flag;
    copy->second.mail.importance = properties.importance;
    return copy->second.mail;
  });
}

}  // namespace secondlook
