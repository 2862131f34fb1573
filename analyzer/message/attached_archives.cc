#include "analyzer/message/attached_archives.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/attachments.h"
#include "analyzer/message/password_candidates.h"

namespace secondlook {
namespace {

bool is_kept_closed(std::string_view type) {
  return type == "application/x-7z-compressed" || type == "application/x-rar";
}

// The text is looked at only where there is something to open.
std::vector<std::string> passwords_for(const ParsedMessage& message) {
  const bool has_archive = std::any_of(
      message.attachments.begin(), message.attachments.end(),
      [](const Attachment& attachment) { return is_opened_archive(attachment.detected_type); });
  if (!has_archive) return {};
  std::vector<std::string> passwords = password_candidates(message.body_text);
  passwords.insert(passwords.end(), message.told_passwords.begin(), message.told_passwords.end());
  return passwords;
}

}  // namespace

std::vector<std::string> open_attached_archives(ParsedMessage& message, bool is_scanned,
                                                ArchiveReader::Wants wants,
                                                const ArchiveReader::Sink& sink) {
  std::vector<std::string> unseen;
  ArchiveReader reader(std::move(wants), {}, passwords_for(message));
  message.members.clear();
  for (std::size_t i = 0; i < message.attachments.size(); ++i) {
    const Attachment& attachment = message.attachments[i];
    const std::string& type = attachment.detected_type;
    if (!has_content(message, i)) continue;
    if (is_kept_closed(type) && !is_scanned && !attachment.encrypted)
      unseen.push_back(name_of_attachment(message, i) + ": 7z and RAR archives are not opened");
    if (!is_opened_archive(type)) continue;
    const std::size_t before = message.members.size();
    const auto reasons = reader.read(content_of_attachment(message, i), type,
                                     [&](ArchiveMember member, std::string_view bytes) {
                                       member.attachment = i;
                                       if (sink) sink(member, bytes);
                                       message.members.push_back(std::move(member));
                                     });
    // A directory that cannot be read hides no more than the password does.
    if (attachment.encrypted && message.members.size() == before) continue;
    for (const std::string& reason : reasons)
      unseen.push_back(name_of_attachment(message, i) + ": " + reason);
  }
  return unseen;
}

std::vector<std::string> unpack_attachment(const ParsedMessage& message, std::size_t index,
                                           const ArchiveReader::Sink& sink) {
  const auto everything = [](std::string_view, std::string_view) { return true; };
  ArchiveReader reader(everything, {}, passwords_for(message));
  return reader.read(content_of_attachment(message, index),
                     message.attachments[index].detected_type, sink);
}

}  // namespace secondlook
