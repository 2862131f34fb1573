// One original message, taken apart: headers, parts, rendered text, links, attachments, and what
// the second reading (mimetic) saw differently. A value made by parse_message(); views point into
// the bytes given, which must outlive it (a mapped segment), or into storage owned by the value
// itself. Every field is hostile; every size is bounded by MessageLimits, and what was cut is in
// `errors`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/verdict.h"

namespace secondlook {

struct MessageLimits {
  std::size_t most_header_bytes = 1 << 20;  // of one part
  std::size_t most_header_lines = 10'000;
  std::size_t most_parts = 10'000;
  std::size_t deepest_nesting = 100;
  std::size_t most_text_bytes = 4 << 20;          // decoded text rendered for rules, in all
  std::size_t most_links = 100'000;               // seen; a verdict carries 1,000
  std::size_t most_decoded_bytes = 512ULL << 20;  // of all parts
};

// One header field as it stands (name, raw value) and as a person reads it.
struct HeaderField {
  std::string_view name;  // as written
  std::string_view raw;   // value bytes with folding, without the final line end
  std::string value;      // unfolded, RFC 2047 and charsets decoded to UTF-8
};

// Which reading saw a part; tnef: neither, it was inside a winmail.dat.
enum class PartSource { both, reader_only, mimetic_only, tnef };

struct MessagePart {
  std::string path;  // "1.2": IMAP-like numbering from the root
  std::vector<HeaderField> headers;
  std::string content_type;       // "text/html", lower case; "text/plain" when absent
  std::string charset;            // as declared, lower case
  std::string transfer_encoding;  // lower case
  std::string disposition;        // "attachment", "inline" or empty
  std::string file_name;          // decoded (RFC 2231, RFC 2047), empty when none
  std::string_view body;          // undecoded bytes
  std::string content;            // transfer-decoded bytes (empty for multiparts)
  std::string text;               // text parts: UTF-8, line ends LF; of HTML parts the source
  PartSource source = PartSource::both;
  bool is_multipart = false;
  bool is_message = false;  // message/rfc822: its own parts follow with longer paths
};

struct Mailbox {             // RFC 5322 mailbox
  std::string display_name;  // decoded
  std::string address;       // addr-spec, as written
};

// A link with where it came from.
struct FoundLink {
  Link link;
  std::string part;  // path of the part
  enum class Kind {
    href,
    form_action,
    image,
    area,
    meta_refresh,
    plain_text,
    other,
    document,  // in an attached file (analyzer/documents)
    qr_code
  };  // shown by a picture
  Kind kind = Kind::href;
  bool shows_other_host = false;  // the visible text is a URL or host that is not the target's
};

// A file in an attached archive, at any depth (archive_members.h).
struct ArchiveMember {
  std::size_t attachment = 0;  // its outermost archive: index into `attachments`
  std::string path;            // UTF-8, from the outermost archive inwards: "inner.zip/run.js"
  std::string name;            // the last component
  std::string detected_type;   // by its first bytes; empty: not known, or encrypted
  std::uint64_t size = 0;      // unpacked, as far as known
  bool encrypted = false;
  bool opened = false;  // encrypted, and a password of the mail opened it
};

// What a file among the attachments, or in an archive, holds (analyzer/documents/README.md).
struct AttachedFact {
  std::size_t attachment =
      0;               // index into `attachments`; beyond them: of the part that `where` names
  std::string where;   // its name, and behind a slash the path in the archive
  std::string fact;    // "macro_autorun"
  std::string detail;  // at most 200 bytes
};

struct ParsedMessage {
  std::string_view bytes;            // the whole original
  std::vector<HeaderField> headers;  // of the root, in order
  std::vector<MessagePart> parts;    // depth first, root first
  std::string body_text;             // what rules of type `body` see: subject first, then the
                                     // text of the text parts as SpamAssassin renders it (hidden
                                     // text too), a line a paragraph
  std::string seen_text;             // body_text without what HTML hides and its titles; empty
                                     // when nothing is hidden
  std::string raw_body;              // `rawbody`: decoded text parts, markup kept, lines ended
  std::vector<std::size_t> raw_body_starts;  // where each part begins in it
  std::vector<FoundLink> links;
  std::vector<std::string> rule_uris;   // what rules of type `uri` see (rule_uris.h)
  std::vector<Attachment> attachments;  // of every non-text or named part, sha256 and encryption
                                        // filled; malware is filled later
  std::vector<std::size_t> attachment_parts;  // index into parts for each attachment
  std::vector<ArchiveMember> members;         // of attached archives; filled by the analysis
  std::vector<std::string> told_passwords;    // that other mails say; filled by the analysis
  std::vector<AttachedFact> document_facts;   // of attached files; filled by the analysis
  std::vector<Mailbox> from, to, cc, reply_to, sender;
  PartCounts counts;
  bool ambiguous_mime = false;      // the two readings disagree on the parts
  std::vector<std::string> errors;  // "header cut after 10000 lines", ...

  // The first field of that name (case-insensitive), or null.
  const HeaderField* find_header(std::string_view name) const;
  // Its decoded value, or "".
  std::string_view header(std::string_view name) const;

  std::shared_ptr<void> storage;  // owns what views outside `bytes` point into
};

// Never fails: what cannot be read is in `errors`, and the rest is there. Linear in the size.
ParsedMessage parse_message(std::string_view bytes, const MessageLimits& limits = {});

// Hex SHA-256 of the headers that do not change between the reports of one message (Message-ID,
// Date, From, To, Cc, Subject) and of the decoded body: merges forks and resends.
std::string stable_digest(const ParsedMessage& message);

}  // namespace secondlook
