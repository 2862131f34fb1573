// The texts that patterns search, cut as SpamAssassin cuts them (Mail::SpamAssassin::Conf, "RULE
// DEFINITIONS"): a pattern sees one piece at a time.
//
//   header, mimeheader   the decoded value with a line feed, several fields of one name one after
//                        the other (mimeheader: each part's field is a piece); :raw undecoded;
//                        :addr, :name, :host, :domain, :ip, :revip one a line
//   body                 each paragraph (a line of ParsedMessage::body_text, the subject first)
//                        is a piece, at most 2 KiB, cut at a blank
//   rawbody              pieces of 2 to 4 KiB, cut at line ends where there are any
//   uri                  each of ParsedMessage::rule_uris is a piece, and where redirectors lead
//   normalised           header and body rules with that flag: the same text as its reader takes it
//                        (normalised_text.h); of body what HTML hides is left out
//   full                 the first 16 MiB of the message as it came, CRLF as LF
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule_engine/patterns/confirming_pattern.h"
#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

enum class TextKind { header, mimeheader, body, rawbody, uri, full };

// Which text. Equal sources are scanned once for all their patterns.
struct TextSource {
  TextKind kind = TextKind::body;
  // Of headers only, without modifiers: lower case, but ALL, ToCc and their like as written.
  std::string field;
  bool raw = false, addresses = false, names = false, first = false, last = false;
  bool hosts = false, domains = false, ips = false, reversed_ips = false;
  bool normalised = false;  // headers and body only
  auto operator<=>(const TextSource&) const = default;

  bool in_pieces() const { return kind != TextKind::header && kind != TextKind::full; }
  bool is_decoded() const { return !raw && kind != TextKind::full; }
  std::string label() const;  // "header subject", "body": what evidence and errors say
};

// Fields are as rules write them, "From:addr:first" (modifiers were checked by the parser); empty
// for kinds without a field.
TextSource text_source(TextKind kind, std::string_view field);

struct TextPiece {
  std::size_t begin = 0, end = 0;  // in the text
  std::string_view part;           // of mimeheader: path of the part
};

struct SearchedText {
  bool present = false;  // a header field that is not there is not an empty one
  std::string_view bytes;
  std::string owned;  // where the text had to be made
  std::vector<TextPiece> pieces;
  bool is_cut = false;  // more was there

  // Ready for another text; small memory is kept.
  void clear();
  // The piece that holds the byte at `offset`.
  std::size_t piece_at(std::size_t offset) const;
};

// `text` is empty. Views point into the message and into `text` itself, which must not be copied.
void make_text(const TextSource& source, const ScanContext& context, SearchedText& text);

}  // namespace secondlook
