// The structure of a message over its bytes, without copying them: header fields, parts, their
// bodies (RFC 5322, RFC 2045-2046). Iterative with an explicit stack, bounded by MessageLimits,
// linear in the size times the (bounded) depth. It decodes nothing but a message/rfc822 part that
// is transfer-encoded, which the RFC forbids and gateways do. It reads broken mail the way mail
// clients do: a boundary counts at a line's start only, an outer boundary ends inner parts that
// were never closed, a missing last boundary is the end, a byte order mark or an mbox "From " line
// before the first field is skipped, line ends may be CRLF, LF or mixed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/content_field.h"
#include "analyzer/message/parsed_message.h"

namespace secondlook {

struct RawField {
  std::string_view name;   // as written, blanks before the colon dropped
  std::string_view value;  // behind the colon, folding kept, without the final line end
};

struct MimeNode {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;

  std::uint32_t parent = kNoParent;  // index into MimeTree::nodes; parents come before children
  std::uint32_t depth = 0;           // 0: the root
  std::string path;                  // "1" the root, "1.2" its second part
  std::size_t first_field = 0, field_count = 0;  // into MimeTree::fields
  ContentField content_type;      // of the first Content-Type; the default when absent
  std::string transfer_encoding;  // raw value of the first field; empty when absent
  std::string_view body;          // undecoded; of a multipart with preamble and epilogue
  bool has_children = false;
  bool is_message = false;  // entered: its one child is the root of the nested message
};

struct MimeTree {
  std::vector<RawField> fields;
  std::vector<MimeNode> nodes;  // depth first, root first, never empty
  std::vector<std::string> errors;
  // Bytes of decoded message/rfc822 parts; fields and bodies inside them point here.
  std::vector<std::shared_ptr<const std::string>> decoded;

  // First field of that name of a node (case-insensitive), or null.
  const RawField* find_field(const MimeNode& node, std::string_view name) const;
};

enum class NestedMessages { enter, leave_closed };

// Where the first field begins: behind a byte order mark and an mbox "From " line.
std::size_t start_of_message(std::string_view bytes);

// leave_closed: a message/rfc822 part is a leaf whose body is the message, as unwrapping one level
// of a journal report wants it.
MimeTree read_mime(std::string_view bytes, const MessageLimits& limits,
                   NestedMessages nested = NestedMessages::enter);

}  // namespace secondlook
