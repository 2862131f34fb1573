#include "tests/support/stand_in_tenant/tenant.h"

#include <algorithm>
#include <array>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

struct FolderTemplate {
  const char* well_known_name;
  const char* display_name;
  const char* parent;
};

constexpr std::array<FolderTemplate, 10> kFolders{{
    {"msgfolderroot", "Top of Information Store", ""},
    {"inbox", "Inbox", "msgfolderroot"},
    {"junkemail", "Junk Email", "msgfolderroot"},
    {"deleteditems", "Deleted Items", "msgfolderroot"},
    {"archive", "Archive", "msgfolderroot"},
    {"drafts", "Drafts", "msgfolderroot"},
    {"sentitems", "Sent Items", "msgfolderroot"},
    {"recoverableitemsroot", "Recoverable Items", ""},
    {"recoverableitemsdeletions", "Deletions", "recoverableitemsroot"},
    {"recoverableitemspurges", "Purges", "recoverableitemsroot"},
}};

std::string name_of(const Folder& folder) {
  return folder.well_known_name.empty() ? folder.display_name : folder.well_known_name;
}

Timestamp sent_at(const MailHeaders& headers, Timestamp fallback) {
  std::tm parts{};
  const std::string date = headers.value("Date");
  const std::size_t comma = date.find(", ");
  const std::string text = comma == date.npos ? date : date.substr(comma + 2);
  const char* const rest = ::strptime(text.c_str(), "%d %b %Y %H:%M:%S", &parts);
  if (rest == nullptr) return fallback;
  long zone = 0;
  const char sign = rest[0] == ' ' ? rest[1] : '\0';
  if (sign == '+' || sign == '-') {
    const long number = std::strtol(rest + 2, nullptr, 10);
    zone = (number / 100 * 60 + number % 100) * (sign == '-' ? -1 : 1);
  }
  return Timestamp(std::chrono::seconds{::timegm(&parts)}) - std::chrono::minutes{zone};
}

}  // namespace

Folder* Mailbox::find_folder(std::string_view id_or_name) {
  const std::string name = lower_case(id_or_name);
  const auto found = std::find_if(folders.begin(), folders.end(), [&](const Folder& folder) {
    return folder.id == id_or_name || (!name.empty() && folder.well_known_name == name);
  });
  return found == folders.end() ? nullptr : &*found;
}

const Folder& Mailbox::folder_of(const Copy& copy) const {
  return *std::find_if(folders.begin(), folders.end(),
                       [&](const Folder& folder) { return folder.id == copy.folder_id; });
}

Copy* Mailbox::find_copy(std::string_view id, std::chrono::steady_clock::time_point now) {
  Copy* copy = nullptr;
  if (const auto found = copies.find(id); found != copies.end()) copy = found->second.get();
  if (const auto found = by_id.find(id); found != by_id.end()) copy = found->second;
  return copy != nullptr && now >= copy->visible_from ? copy : nullptr;
}

Mailbox& Tenant::add_user(User user) {
  if (user.id.empty()) user.id = make_uuid(random_);
  if (user.user_principal_name.empty()) user.user_principal_name = user.mail;
  if (user.display_name.empty()) user.display_name = user.mail.substr(0, user.mail.find('@'));
  user.changed_at = ++version_;
  Mailbox& mailbox = mailboxes_[user.id];
  mailbox.user = std::move(user);
  for (const FolderTemplate& known : kFolders) {
    if (mailbox.find_folder(known.well_known_name) != nullptr) continue;
    const Folder* const parent = mailbox.find_folder(known.parent);
    mailbox.folders.push_back({make_item_id("AQMkAD"), known.well_known_name, known.display_name,
                               parent == nullptr ? "" : parent->id,
                               std::string_view(known.well_known_name).starts_with("recoverable")});
  }
  return mailbox;
}

bool Tenant::remove_user(std::string_view who, std::string_view reason) {
  Mailbox* mailbox = find_by_address(who);
  if (mailbox == nullptr) mailbox = find_by_id_or_principal_name(who);
  if (mailbox == nullptr) return false;
  const std::string id = mailbox->user.id;
  directory_.removed.push_back({"users", id, std::string(reason), ++version_});
  mailboxes_.erase(id);
  return true;
}

Group& Tenant::add_group(Group group) {
  if (group.id.empty()) group.id = make_uuid(random_);
  if (group.display_name.empty()) group.display_name = group.mail.substr(0, group.mail.find('@'));
  group.changed_at = ++version_;
  for (Membership& member : group.members) member.changed_at = version_;
  const std::string id = group.id;
  return directory_.groups.insert_or_assign(id, std::move(group)).first->second;
}

Contact& Tenant::add_contact(Contact contact) {
  if (contact.id.empty()) contact.id = make_uuid(random_);
  contact.changed_at = ++version_;
  const std::string id = contact.id;
  return directory_.contacts.insert_or_assign(id, std::move(contact)).first->second;
}

Mailbox* Tenant::find_by_address(std::string_view address) {
  if (indexed_ != version_) {
    by_address_.clear();
    for (const auto& [id, mailbox] : mailboxes_) {
      by_address_.emplace(lower_case(mailbox.user.mail), id);
      for (const std::string& alias : mailbox.user.aliases) by_address_.emplace(alias, id);
    }
    indexed_ = version_;
  }
  const auto found = by_address_.find(lower_case(address));
  return found == by_address_.end() ? nullptr : &mailboxes_.at(found->second);
}

std::chrono::milliseconds Tenant::chance_below(std::chrono::milliseconds limit) {
  return std::chrono::milliseconds{
      static_cast<long>(random_fraction(random_) * static_cast<double>(limit.count()))};
}

Mailbox* Tenant::find_by_id_or_principal_name(std::string_view id) {
  if (const auto found = mailboxes_.find(id); found != mailboxes_.end()) return &found->second;
  const std::string wanted = lower_case(id);
  for (auto& [key, mailbox] : mailboxes_) {
    if (lower_case(mailbox.user.user_principal_name) == wanted) return &mailbox;
  }
  return nullptr;
}

Folder& Tenant::add_folder(Mailbox& mailbox, std::string display_name, std::string_view parent) {
  const Folder* const above = mailbox.find_folder(parent.empty() ? "msgfolderroot" : parent);
  const std::string parent_id = above == nullptr ? "" : above->id;
  return mailbox.folders.emplace_back(
      Folder{make_item_id("AQMkAD"), "", std::move(display_name), parent_id, false});
}

Copy& Tenant::deliver(Mailbox& mailbox, std::string mail, std::string_view folder,
                      std::chrono::milliseconds late) {
  const MailHeaders headers = read_mail_headers(mail);
  auto owned = std::make_unique<Copy>();
  Copy& copy = *owned;
  copy.immutable_id = make_item_id("AAkALg");
  copy.id = make_item_id("AAMkAD");
  const Folder* const target = mailbox.find_folder(folder);
  copy.folder_id = (target == nullptr ? mailbox.find_folder("inbox") : target)->id;
  copy.message_id = headers.value("Message-ID");
  copy.subject = decode_words(headers.value("Subject"));
  const std::string from = headers.value("From");
  const std::string sender = headers.value("Sender");
  copy.sender = first_address(sender.empty() ? from : sender);
  copy.sender_name = display_name(sender.empty() ? from : sender);
  copy.received_at = clock_.now() + late;
  copy.sent_at = sent_at(headers, copy.received_at);
  copy.is_read_receipt_requested = headers.find("Disposition-Notification-To") != nullptr;
  copy.visible_from = clock_.steady() + late;
  copy.mail = std::move(mail);
  mailbox.by_message_id.emplace(copy.message_id, &copy);
  mailbox.by_id.emplace(copy.id, &copy);
  mailbox.copies.emplace(copy.immutable_id, std::move(owned));
  return copy;
}

void Tenant::move(Mailbox& mailbox, Copy& copy, const Folder& destination, std::string_view by) {
  const bool is_effective = copy.folder_id != destination.id;
  copy.moves.push_back(
      {name_of(mailbox.folder_of(copy)), name_of(destination), std::string(by), clock_.now()});
  if (is_effective && by != "user") ++copy.effective_moves;
  if (by == "purge") ++copy.purges;
  copy.folder_id = destination.id;
  mailbox.by_id.erase(copy.id);
  copy.id = make_item_id("AAMkAD");
  mailbox.by_id.emplace(copy.id, &copy);
}

// Real ids are base64 with - and _ and often end in =, and their case matters.
std::string Tenant::make_item_id(std::string_view prefix) {
  std::array<std::uint8_t, 40> bytes{};
  random_.fill(bytes);
  std::string id = encode_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::replace(id.begin(), id.end(), '+', '-');
  std::replace(id.begin(), id.end(), '/', '_');
  return std::string(prefix) + id;
}

}  // namespace secondlook::stand_in
