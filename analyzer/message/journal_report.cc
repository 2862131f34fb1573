#include "analyzer/message/journal_report.h"

#include <algorithm>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/body_decoder.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/header_decoder.h"
#include "analyzer/message/html_text.h"
#include "analyzer/message/journal_envelope.h"
#include "analyzer/message/mime_reader.h"

namespace secondlook {
namespace {

enum class ReportFormat { exchange_2007, exchange_2003 };

// How Microsoft's own reader tells: the header field of 2007 and later (empty, in transport under
// its longer name), or 2003's Content-Identifier, which Exchange misspelt. Amazon WorkMail has its
// own.
std::optional<ReportFormat> format_of(const MimeTree& tree) {
  const MimeNode& root = tree.nodes.front();
  for (const std::string_view name : {"X-MS-Journal-Report", "X-WM-Journal-Report",
                                      "X-MS-Exchange-Organization-Journal-Report"}) {
    if (tree.find_field(root, name) != nullptr) return ReportFormat::exchange_2007;
  }
  for (const std::string_view name : {"Content-Identifier", "Content-Identifer"}) {
    const RawField* field = tree.find_field(root, name);
    if (field != nullptr && equals_ignoring_case(trim(field->value), "ExJournalReport")) {
      return ReportFormat::exchange_2003;
    }
  }
  return std::nullopt;
}

std::string field_value(const MimeTree& tree, const MimeNode& node, std::string_view name) {
  const RawField* field = tree.find_field(node, name);
  return field != nullptr ? decode_header(field->value) : std::string();
}

std::string file_name_of(const MimeTree& tree, const MimeNode& node) {
  const RawField* field = tree.find_field(node, "Content-Disposition");
  const ContentField disposition = parse_content_field(field != nullptr ? field->value : "");
  const std::string_view name = disposition.parameter("filename");
  return to_ascii_lower(name.empty() ? node.content_type.parameter("name") : name);
}

// The original as Exchange attaches it, or as gateways turn it into a file.
bool is_attached_message(const MimeTree& tree, const MimeNode& node) {
  const std::string& type = node.content_type.value;
  if (type == "message/rfc822" || type == "message/global") return true;
  return type == "application/octet-stream" && file_name_of(tree, node).ends_with(".eml");
}

// One message/rfc822 part's bytes; keeps what had to be decoded.
std::string_view message_bytes(const MimeNode& node,
                               std::vector<std::shared_ptr<const std::string>>& storage) {
  const TransferEncoding encoding = transfer_encoding_named(node.transfer_encoding);
  if (encoding == TransferEncoding::identity) return node.body;
  storage.push_back(std::make_shared<const std::string>(decode_body(node.body, encoding)));
  return *storage.back();
}

// What the unwrapping needs to know of the original: only its own header is looked at.
struct OriginalHeader {
  std::string message_id;
  std::string subject;
};

OriginalHeader read_original_header(std::string_view original) {
  constexpr std::size_t kEnough = 1 << 20;
  MessageLimits limits;
  limits.most_parts = 1;
  const MimeTree tree =
      read_mime(original.substr(0, kEnough), limits, NestedMessages::leave_closed);
  OriginalHeader header;
  header.message_id = field_value(tree, tree.nodes.front(), "Message-ID");
  header.subject = field_value(tree, tree.nodes.front(), "Subject");
  return header;
}

// The text of a part that may be the envelope; empty for other types.
std::string envelope_text(const MimeNode& node) {
  constexpr std::size_t kLongestText = 64 << 20;
  const std::string& type = node.content_type.value;
  if (node.has_children || (type != "text/plain" && type != "text/html")) return {};
  const std::string content =
      decode_body(node.body, transfer_encoding_named(node.transfer_encoding));
  std::string text = to_utf8(content, node.content_type.parameter("charset"));
  return type == "text/html" ? render_html(text, kLongestText, 0).visible : text;
}

struct FoundEnvelope {
  JournalEnvelope envelope;
  std::size_t node = 0;
};

FoundEnvelope find_envelope(const MimeTree& tree, ReportFormat format,
                            const OriginalHeader& original) {
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    const std::string text = envelope_text(tree.nodes[i]);
    if (text.empty()) continue;
    JournalEnvelope envelope = format == ReportFormat::exchange_2003
                                   ? parse_exchange_2003_envelope(text)
                                   : parse_journal_envelope(text, original.subject);
    if (envelope.recognised) return {std::move(envelope), i};
  }
  return {};
}

// X-LD-Processed: "<tenant guid>,ExtAddr"
std::string tenant_guid_of(const MimeTree& tree) {
  std::string value = field_value(tree, tree.nodes.front(), "X-LD-Processed");
  value.resize(std::min(value.find(','), value.size()));
  return std::string(trim(value));
}

void take_envelope(JournalEnvelope envelope, JournalReport& report) {
  report.sender = std::move(envelope.sender);
  report.on_behalf_of = std::move(envelope.on_behalf_of);
  report.subject = std::move(envelope.subject);
  report.message_id = std::move(envelope.message_id);
  report.recipients = std::move(envelope.recipients);
  report.notes.insert(report.notes.end(), envelope.notes.begin(), envelope.notes.end());
  if (report.recipients.empty()) report.notes.emplace_back("no recipients");
}

using Storage = std::vector<std::shared_ptr<const std::string>>;

// The original and, behind it, the clear copy: at most two, by node.
std::vector<std::size_t> find_messages(const MimeTree& tree) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < tree.nodes.size() && found.size() < 2; ++i)
    if (is_attached_message(tree, tree.nodes[i])) found.push_back(i);
  return found;
}

// Whether parts follow the original that no report has. `accounted` are the nodes that are known.
bool has_more_parts(const MimeTree& tree, std::size_t original,
                    const std::vector<std::size_t>& accounted) {
  for (std::size_t i = original + 1; i < tree.nodes.size(); ++i)
    if (!tree.nodes[i].has_children && std::ranges::find(accounted, i) == accounted.end())
      return true;
  return false;
}

void take_clear_copy(std::string_view copy, const OriginalHeader& original, JournalReport& report) {
  if (read_original_header(copy).message_id == original.message_id)
    report.clear_copy = copy;
  else
    report.notes.emplace_back("second message ignored: another Message-ID");
}

Result<JournalReport> unwrap(std::string_view bytes, const MimeTree& tree, ReportFormat format,
                             std::shared_ptr<Storage> storage) {
  const std::vector<std::size_t> messages = find_messages(tree);
  if (messages.empty()) return malformed("journal report without the original message");
  JournalReport report;
  report.original = message_bytes(tree.nodes[messages.front()], *storage);
  const OriginalHeader original = read_original_header(report.original);
  FoundEnvelope found = find_envelope(tree, format, original);
  if (!found.envelope.recognised) return malformed("journal report without envelope text");
  take_envelope(std::move(found.envelope), report);
  if (!report.message_id.empty() && report.message_id != original.message_id)
    report.notes.emplace_back("Message-Id of the report is not the original's");
  std::vector<std::size_t> accounted = {found.node};
  if (messages.size() == 2)
    take_clear_copy(message_bytes(tree.nodes[messages.back()], *storage), original, report);
  if (!report.clear_copy.empty()) accounted.push_back(messages.back());
  const bool in_place = report.original.data() == tree.nodes[messages.front()].body.data();
  if (has_more_parts(tree, messages.front(), accounted)) {
    report.notes.emplace_back("more parts behind the original than a report has");
    if (in_place)
      report.longer_original =
          bytes.substr(static_cast<std::size_t>(report.original.data() - bytes.data()));
  }
  report.originator_org = field_value(tree, tree.nodes.front(), "X-OriginatorOrg");
  report.tenant_guid = tenant_guid_of(tree);
  report.storage = std::move(storage);
  return report;
}

// A report that could not be delivered comes back as the message of a bounce (RFC 3462), and is
// taken from there. From no other mail: a report that somebody attached is a mail like others.
Result<JournalReport> unwrap_bounced(const MimeTree& bounce) {
  if (bounce.nodes.front().content_type.value != "multipart/report")
    return not_found("no journal report");
  auto storage = std::make_shared<Storage>();
  for (const std::size_t node : find_messages(bounce)) {
    const std::string_view bytes = message_bytes(bounce.nodes[node], *storage);
    const MimeTree tree = read_mime(bytes, MessageLimits(), NestedMessages::leave_closed);
    const auto format = format_of(tree);
    if (!format) continue;
    auto report = unwrap(bytes, tree, *format, storage);
    if (report) report->in_bounce = true;
    return report;
  }
  return not_found("no journal report");
}

}  // namespace

Result<JournalReport> unwrap_journal_report(std::string_view bytes) {
  const MimeTree tree = read_mime(bytes, MessageLimits(), NestedMessages::leave_closed);
  if (const auto format = format_of(tree))
    return unwrap(bytes, tree, *format, std::make_shared<Storage>());
  return unwrap_bounced(tree);
}

}  // namespace secondlook
