#include "analyzer/message/parsed_message.h"

#include <algorithm>

#include "analyzer/message/addresses.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/calendar_text.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/header_decoder.h"
#include "analyzer/message/message_text.h"
#include "analyzer/message/mime_reader.h"
#include "analyzer/message/second_reading.h"
#include "analyzer/message/tnef_parts.h"

namespace secondlook {
namespace {

// What views of a ParsedMessage point into besides the bytes given.
struct Storage {
  std::vector<std::shared_ptr<const std::string>> decoded_messages;
  std::vector<SecondLeaf> second_leaves;
};

// A file name as its reader sees it: RFC 2231 is decoded by then, encoded words are not.
std::string file_name_of(const ContentField& disposition, const ContentField& type) {
  std::string_view name = disposition.parameter("filename");
  if (name.empty()) name = type.parameter("name");
  return decode_header(name);
}

// <meta charset="..."> or <meta http-equiv ... content="text/html; charset=..."> near the start.
std::string charset_of_html(std::string_view html) {
  const std::string start = to_ascii_lower(html.substr(0, 1024));
  const std::size_t at = start.find("charset=");
  if (at == std::string::npos) return {};
  const std::size_t from = start.find_first_not_of("\"' ", at + 8);
  if (from == std::string::npos) return {};
  return start.substr(from, start.find_first_of("\"'; />", from) - from);
}

class MessageParser {
 public:
  MessageParser(std::string_view bytes, const MessageLimits& limits) : limits_(limits) {
    message_.bytes = bytes;
    message_.storage = storage_;
  }

  ParsedMessage parse() {
    MimeTree tree = read_mime(message_.bytes, limits_);
    read_twice(tree);
    charset_ = tree.nodes.front().content_type.parameter("charset");
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) add_node(tree, i);
    for (const std::size_t leaf : disagreement_.mimetic_only) {
      add_second_leaf(storage_->second_leaves[leaf]);
    }
    std::size_t room = limits_.most_decoded_bytes - decoded_bytes_;
    add_tnef_parts(message_, limits_, room);
    message_.headers = message_.parts.front().headers;
    message_.errors.insert(message_.errors.begin(), tree.errors.begin(), tree.errors.end());
    storage_->decoded_messages = std::move(tree.decoded);
    read_addresses();
    fill_texts(message_, limits_);
    collect_attachments(message_);
    return std::move(message_);
  }

 private:
  void read_twice(const MimeTree& tree) {
    message_.counts.reader = static_cast<std::uint32_t>(tree.nodes.size());
    if (auto refusal = refusal_of_second_reading(message_.bytes)) {
      message_.errors.push_back("second reading refused: " + *refusal);
      return;
    }
    auto reading = read_with_mimetic(message_.bytes, LeafFields::content);
    if (!reading) {
      message_.errors.push_back("second reading failed: " + reading.error().message);
      message_.ambiguous_mime = true;
      return;
    }
    message_.counts.mimetic = reading->entities;
    disagreement_ = compare_readings(tree, *reading);
    message_.ambiguous_mime =
        !disagreement_.reader_only.empty() || !disagreement_.mimetic_only.empty();
    if (!message_.ambiguous_mime) return;
    // Rare enough to be read once more, with all fields.
    reading = read_with_mimetic(message_.bytes, LeafFields::all);
    if (reading) {
      storage_->second_leaves = std::move(reading->leaves);
    } else {
      message_.errors.push_back("second reading failed: " + reading.error().message);
      disagreement_.mimetic_only.clear();
    }
  }

  void add_node(const MimeTree& tree, std::size_t index) {
    const MimeNode& node = tree.nodes[index];
    MessagePart part;
    part.path = node.path;
    for (std::size_t i = 0; i < node.field_count; ++i) {
      const RawField& field = tree.fields[node.first_field + i];
      part.headers.push_back({field.name, field.value, decode_header(field.value, charset_)});
    }
    part.body = node.body;
    part.is_message = node.is_message;
    part.is_multipart = node.has_children && !node.is_message;
    const bool agreed = !std::binary_search(disagreement_.reader_only.begin(),
                                            disagreement_.reader_only.end(), index);
    part.source = agreed ? PartSource::both : PartSource::reader_only;
    fill_part(part, node.content_type, node.transfer_encoding);
  }

  void add_second_leaf(const SecondLeaf& leaf) {
    MessagePart part;
    part.path = "mimetic." + std::to_string(++second_parts_);
    for (const auto& [name, value] : leaf.fields) {
      part.headers.push_back({name, value, decode_header(value, charset_)});
    }
    part.body = leaf.body;
    part.source = PartSource::mimetic_only;
    ContentField type = parse_content_field(leaf.field("Content-Type"));
    if (type.value.find('/') == std::string::npos) type.value = "text/plain";
    fill_part(part, type, leaf.field("Content-Transfer-Encoding"));
  }

  void fill_part(MessagePart& part, const ContentField& type, std::string_view encoding) {
    part.content_type = type.value;
    part.charset = to_ascii_lower(type.parameter("charset"));
    part.transfer_encoding = to_ascii_lower(trim(encoding));
    ContentField disposition;
    for (const HeaderField& field : part.headers) {
      if (equals_ignoring_case(field.name, "Content-Disposition")) {
        disposition = parse_content_field(field.raw);
        break;
      }
    }
    part.disposition = disposition.value;
    part.file_name = file_name_of(disposition, type);
    if (!part.is_multipart && !part.is_message) decode_content(part, encoding);
    message_.parts.push_back(std::move(part));
  }

  void decode_content(MessagePart& part, std::string_view encoding) {
    if (part.body.size() > limits_.most_decoded_bytes - decoded_bytes_) {
      message_.errors.push_back("part " + part.path + " not decoded: too much");
      return;
    }
    decoded_bytes_ += part.body.size();
    // A multipart without parts is shown as text by mail clients.
    const bool no_parts = part.content_type.starts_with("multipart/");
    part.content = decode_body(
        part.body, no_parts ? TransferEncoding::identity : transfer_encoding_named(encoding));
    if (!no_parts && !part.content_type.starts_with("text/") && !is_html(part)) return;
    const bool guess = part.charset.empty() && is_html(part);
    const bool is_calendar = part.content_type == "text/calendar";
    part.text =
        with_unix_line_ends(to_utf8(is_calendar ? unfold_calendar(part.content) : part.content,
                                    guess ? charset_of_html(part.content) : part.charset));
  }

  void read_addresses() {
    const auto read = [&](std::string_view name, std::vector<Mailbox>& mailboxes) {
      for (const HeaderField& field : message_.headers) {
        if (!equals_ignoring_case(field.name, name)) continue;
        for (Mailbox& mailbox : parse_mailboxes(field.raw, charset_)) {
          mailboxes.push_back(std::move(mailbox));
        }
      }
    };
    read("From", message_.from);
    read("To", message_.to);
    read("Cc", message_.cc);
    read("Reply-To", message_.reply_to);
    read("Sender", message_.sender);
  }

  const MessageLimits& limits_;
  const std::shared_ptr<Storage> storage_ = std::make_shared<Storage>();
  ParsedMessage message_;
  Disagreement disagreement_;
  std::string charset_;
  std::size_t second_parts_ = 0;
  std::size_t decoded_bytes_ = 0;
};

}  // namespace

const HeaderField* ParsedMessage::find_header(std::string_view name) const {
  for (const HeaderField& field : headers) {
    if (equals_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::string_view ParsedMessage::header(std::string_view name) const {
  const HeaderField* field = find_header(name);
  return field != nullptr ? std::string_view(field->value) : std::string_view();
}

ParsedMessage parse_message(std::string_view bytes, const MessageLimits& limits) {
  return MessageParser(bytes, limits).parse();
}

}  // namespace secondlook
