// Whether the text of a mail is hidden from whoever only reads its MIME: encrypted by S/MIME, by
// rights management or by PGP, or wrapped in a signature that must be unpacked first. Told by outer
// structure alone.
#pragma once

#include <string_view>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

enum class Seal {
  none,
  encrypted,  // only the recipient's key opens it
  wrapped     // readable by every client, but not as MIME: signed or compressed CMS data
};

// Of one part, by its declared type, its name and its first bytes:
//   application/pkcs7-mime, *.p7m   CMS (RFC 8551 §3.2): the content type in the data decides, then
//                                   smime-type; what says neither is taken for encrypted
//   message.rpmsg                   rights-managed mail (MS-OXORMMS), also by its first bytes
//   multipart/encrypted             RFC 1847, as PGP/MIME uses it
Seal seal_of(const MessagePart& part);

// encrypted, when any part is; else wrapped, when any part is.
Seal seal_of(const ParsedMessage& message);

}  // namespace secondlook
