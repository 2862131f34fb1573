#include "analyzer/message/message_seal.h"

#include "analyzer/message/ascii.h"
#include "analyzer/message/content_field.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

constexpr auto kRightsManaged = "\x76\xE8\x04\x60\xC4\x11\xE3\x86"sv;  // MS-OXORMMS 2.1.1

// The type of CMS content stands in its first bytes, as an object identifier in DER (RFC 5652 §3).
Seal seal_of_cms(std::string_view content) {
  constexpr auto kPkcs7 = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv;
  constexpr auto kSmimeTypes = "\x06\x0B\x2A\x86\x48\x86\xF7\x0D\x01\x09\x10\x01"sv;
  constexpr char kSigned = 2, kCompressed = 9;
  const std::string_view start = content.substr(0, 64);
  if (const auto at = start.find(kPkcs7); at != start.npos && at + kPkcs7.size() < start.size())
    return start[at + kPkcs7.size()] == kSigned ? Seal::wrapped : Seal::encrypted;
  if (const auto at = start.find(kSmimeTypes);
      at != start.npos && at + kSmimeTypes.size() < start.size())
    return start[at + kSmimeTypes.size()] == kCompressed ? Seal::wrapped : Seal::encrypted;
  return Seal::none;
}

std::string smime_type_of(const MessagePart& part) {
  for (const HeaderField& field : part.headers)
    if (equals_ignoring_case(field.name, "Content-Type"))
      return to_ascii_lower(parse_content_field(field.raw).parameter("smime-type"));
  return {};
}

Seal seal_of_smime(const MessagePart& part) {
  if (const Seal seal = seal_of_cms(part.content); seal != Seal::none) return seal;
  const std::string type = smime_type_of(part);
  return type == "signed-data" || type == "compressed-data" ? Seal::wrapped : Seal::encrypted;
}

}  // namespace

Seal seal_of(const MessagePart& part) {
  const std::string& type = part.content_type;
  const std::string name = to_ascii_lower(part.file_name);
  if (type == "multipart/encrypted") return Seal::encrypted;
  if (type == "application/x-microsoft-rpmsg-message" || name.ends_with(".rpmsg") ||
      part.content.starts_with(kRightsManaged))
    return Seal::encrypted;
  if (type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime")
    return seal_of_smime(part);
  return name.ends_with(".p7m") ? seal_of_cms(part.content) : Seal::none;
}

Seal seal_of(const ParsedMessage& message) {
  Seal found = Seal::none;
  for (const MessagePart& part : message.parts) {
    const Seal seal = seal_of(part);
    if (seal == Seal::encrypted) return seal;
    if (seal == Seal::wrapped) found = seal;
  }
  return found;
}

}  // namespace secondlook
