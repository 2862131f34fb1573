#include "analyzer/message/attachments.h"

#include "analyzer/message/encryption.h"
#include "analyzer/message/file_type.h"
#include "base/hex.h"
#include "base/sha256.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestName = 255;

std::string cut_at_character(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  text.resize(most);
  return text;
}

bool is_attachment(const MessagePart& part) {
  if (part.is_multipart) return false;
  if (part.is_message) return !part.file_name.empty() || part.disposition == "attachment";
  return !part.content_type.starts_with("text/") || !part.file_name.empty() ||
         part.disposition == "attachment";
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  return to_hex(sha256(bytes));
}

bool has_content(const ParsedMessage& message, std::size_t index) {
  return index < message.attachment_parts.size();
}

std::string_view content_of_attachment(const ParsedMessage& message, std::size_t index) {
  if (!has_content(message, index)) return {};
  const MessagePart& part = message.parts[message.attachment_parts[index]];
  return part.is_message ? part.body : std::string_view(part.content);
}

std::string name_of_attachment(const ParsedMessage& message, std::size_t index) {
  const std::string& name = message.attachments[index].name;
  return name.empty() && has_content(message, index)
             ? "part " + message.parts[message.attachment_parts[index]].path
             : name;
}

void collect_attachments(ParsedMessage& message) {
  std::size_t nested_bytes = 0;  // nested messages hold each other: hash each byte a few times only
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const MessagePart& part = message.parts[i];
    if (!is_attachment(part)) continue;
    if (part.is_message && (nested_bytes += part.body.size()) > 4 * message.bytes.size()) continue;
    const std::string_view content = part.is_message ? part.body : std::string_view(part.content);
    Attachment attachment;
    attachment.name = cut_at_character(part.file_name, kLongestName);
    attachment.declared_type = part.content_type;
    attachment.detected_type = std::string(detect_file_type(content));
    attachment.size = content.size();
    attachment.sha256 = sha256_hex(content);
    attachment.encrypted = is_encrypted(content, attachment.detected_type);
    message.attachments.push_back(std::move(attachment));
    message.attachment_parts.push_back(i);
  }
}

}  // namespace secondlook
