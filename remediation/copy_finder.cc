#include "remediation/copy_finder.h"

#include <array>
#include <span>
#include <utility>

#include "remediation/recognise.h"

namespace secondlook {
namespace {

using NamedPlace = std::pair<WellKnownFolder, Place>;

// The inbox first: most copies lie there, and each folder's id costs a request a mailbox.
constexpr std::array<NamedPlace, 5> kFolders = {
    std::pair(WellKnownFolder::inbox, Place::visible),
    std::pair(WellKnownFolder::junk_email, Place::junk),
    std::pair(WellKnownFolder::deleted_items, Place::deleted_items),
    std::pair(WellKnownFolder::recoverable_deletions, Place::recoverable),
    std::pair(WellKnownFolder::recoverable_purges, Place::purges)};
constexpr NamedPlace kRecoverable = kFolders[3], kPurges = kFolders[4];
// Those that the search of a mailbox reaches.
constexpr std::span<const NamedPlace> kFoldersOfMailbox = std::span(kFolders).first<3>();

// A mailbox may lack a folder (no dumpster, Purges not open to us): then no copy is in it.
bool folder_is_absent(const GraphError& error) {
  return error.kind == GraphError::Kind::stale_id || error.kind == GraphError::Kind::refused;
}

GraphResult<Place> place_of(MailboxClient& client, const std::string& user_id,
                            const std::string& folder, std::span<const NamedPlace> folders) {
  for (const auto& [well_known, place] : folders) {
    const auto id = client.folder_id(user_id, well_known);
    if (!id && !folder_is_absent(id.error())) return id.error();
    if (id && *id == folder) return place;
  }
  return Place::visible;
}

void sort_out(MailCopy copy, Place place, const JudgedMessage& judged, FoundCopies& found) {
  if (recognise(judged, copy) == Likeness::judged)
    found.judged.push_back({std::move(copy), place});
  else if (!judged.message_id.empty())
    found.others = true;
}

// Beyond these times recognise() finds no mail to be the judged one.
MailTraits traits_of(const JudgedMessage& judged) {
  const bool is_plain = judged.subject.find_first_of("\t\r\n") == std::string::npos &&
                        judged.subject.find("  ") == std::string::npos;
  return {judged.sender, is_plain ? judged.subject : "", judged.received_at - std::chrono::hours(1),
          judged.received_at + std::chrono::hours(24)};
}

// A mail without Message-ID is looked for by its traits.
GraphResult<std::vector<MailCopy>> candidates(MailboxClient& client, const std::string& user_id,
                                              std::optional<WellKnownFolder> folder,
                                              const JudgedMessage& judged) {
  if (judged.message_id.empty()) return client.find_copies_like(user_id, folder, traits_of(judged));
  return folder ? client.find_copies_in(user_id, *folder, judged.message_id)
                : client.find_copies(user_id, judged.message_id);
}

GraphResult<bool> search_folder(MailboxClient& client, const std::string& user_id,
                                NamedPlace folder, const JudgedMessage& judged,
                                FoundCopies& found) {
  auto copies = candidates(client, user_id, folder.first, judged);
  if (!copies && !folder_is_absent(copies.error())) return copies.error();
  if (copies)
    for (MailCopy& copy : *copies) sort_out(std::move(copy), folder.second, judged, found);
  return true;
}

}  // namespace

GraphResult<FoundCopies> find_judged_copies(MailboxClient& client, const std::string& user_id,
                                            const JudgedMessage& judged, Reach reach) {
  FoundCopies found;
  auto copies = candidates(client, user_id, std::nullopt, judged);
  if (!copies) return copies.error();
  for (MailCopy& copy : *copies) {
    const auto place = place_of(client, user_id, copy.parent_folder_id, kFoldersOfMailbox);
    if (!place) return place.error();
    sort_out(std::move(copy), *place, judged, found);
  }
  if (reach == Reach::mailbox) return found;
  if (reach == Reach::mailbox_then_recoverable && !found.judged.empty()) return found;
  const auto recoverable = search_folder(client, user_id, kRecoverable, judged, found);
  if (!recoverable) return recoverable.error();
  if (reach != Reach::with_purges) return found;
  const auto purges = search_folder(client, user_id, kPurges, judged, found);
  if (!purges) return purges.error();
  return found;
}

GraphResult<SightedCopy> look_at_copy(MailboxClient& client, const std::string& user_id,
                                      const std::string& copy_id) {
  auto copy = client.get_copy(user_id, copy_id);
  if (!copy) return copy.error();
  const auto place = place_of(client, user_id, copy->parent_folder_id, kFolders);
  if (!place) return place.error();
  return SightedCopy{std::move(*copy), *place};
}

}  // namespace secondlook
