#include "analyzer/rule_engine/searched_text.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "analyzer/message/normalised_text.h"
#include "analyzer/rule_engine/header_hosts.h"
#include "analyzer/rule_engine/parser/rule_line.h"
#include "analyzer/rule_engine/received/traced_headers.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/text_pieces.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostFullBytes = 16 << 20;
constexpr std::size_t kMostNormalisedBytes = 8 << 20;  // twice the text that is read

// Names that stand for something made of the header. Only written so: exists:MessageID asks for a
// field of that name.
constexpr std::string_view kWholeHeader = "ALL", kToAndCc = "ToCc", kMessageIds = "MESSAGEID",
                           kEnvelopeSender = "EnvelopeFrom";

bool same_name(std::string_view name, std::string_view lower) {
  return name.size() == lower.size() &&
         std::equal(name.begin(), name.end(), lower.begin(), [](char left, char right) {
           return (left >= 'A' && left <= 'Z' ? left - 'A' + 'a' : left) == right;
         });
}

// A line feed ends it, unless it has one.
void append_line(std::string& text, std::string_view value) {
  text += value;
  if (!value.ends_with('\n')) text += '\n';
}

void append_without_carriage_returns(std::string& text, std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t end = std::min(bytes.find("\r\n", i), bytes.size());
    text += bytes.substr(i, end - i);
    i = end == bytes.size() ? end : end + 1;
  }
}

void append_value(std::string& text, const HeaderField& field, bool raw) {
  if (!raw) return append_line(text, field.value);
  append_without_carriage_returns(text, field.raw);
  text += '\n';
}

// For fields that the parser does not take apart: "Name <address>" or a bare address.
Mailbox mailbox_in(std::string_view value) {
  while (!value.empty() && is_blank(value.back())) value.remove_suffix(1);
  const std::size_t open = value.rfind('<');
  if (open == std::string_view::npos) return {"", std::string(value)};
  Mailbox mailbox;
  mailbox.address = value.substr(open + 1, value.find('>', open) - open - 1);
  std::string_view name = value.substr(0, open);
  while (!name.empty() && (is_blank(name.back()) || name.back() == '"')) name.remove_suffix(1);
  while (!name.empty() && (is_blank(name.front()) || name.front() == '"')) name.remove_prefix(1);
  mailbox.display_name = name;
  return mailbox;
}

using Values = std::vector<std::string>;

// Where a header's values go: what is taken apart further is kept apart, each value a string;
class SeparateValues {
 public:
  explicit SeparateValues(Values& values) : values_(values) {}
  std::string& next() { return values_.emplace_back(); }

 private:
  Values& values_;
};

// what is not goes straight into the text, without a copy between.
class JoinedValues {
 public:
  explicit JoinedValues(std::string& text) : text_(text) {}
  std::string& next() {
    any_ = true;
    return text_;
  }
  bool any() const { return any_; }

 private:
  std::string& text_;
  bool any_ = false;
};

void collect_fields(std::span<const HeaderField> fields, std::string_view name, bool raw,
                    auto& values) {
  for (const HeaderField& field : fields) {
    if (same_name(field.name, name)) append_value(values.next(), field, raw);
  }
}

void collect_whole(std::span<const HeaderField> fields, bool raw, auto& values) {
  for (const HeaderField& field : fields) {
    std::string& line = values.next();
    line += field.name;
    line += raw ? ":" : ": ";
    append_value(line, field, raw);
  }
}

const std::vector<Mailbox>* parsed_mailboxes(const ParsedMessage& message, std::string_view field) {
  if (field == "from") return &message.from;
  if (field == "to") return &message.to;
  if (field == "cc") return &message.cc;
  if (field == "reply-to") return &message.reply_to;
  if (field == "sender") return &message.sender;
  return nullptr;
}

std::vector<Mailbox> mailboxes_of(const ParsedMessage& message, const TextSource& source,
                                  const Values& values) {
  std::vector<Mailbox> mailboxes;
  if (source.raw) {  // From:name:raw is what stands there undecoded
    for (const std::string& value : values) mailboxes.push_back(mailbox_in(value));
  } else if (source.field == kToAndCc) {
    mailboxes = message.to;
    mailboxes.insert(mailboxes.end(), message.cc.begin(), message.cc.end());
  } else if (const auto* parsed = parsed_mailboxes(message, source.field); parsed && !source.raw) {
    mailboxes = *parsed;
  } else {
    for (const std::string& value : values) mailboxes.push_back(mailbox_in(value));
  }
  return mailboxes;
}

void collect_traced(const TextSource& source, const ScanContext& context, auto& values) {
  const std::span<const HeaderField> fields(context.message.headers);
  const RelayTrail& trail = facts_of(context).relays();
  if (const auto relays = traced_relays(source.field, trail)) {
    values.next() += *relays;
  } else if (const auto range = traced_fields(source.field, trail, context.message.headers)) {
    collect_whole(fields.subspan(range->begin, range->end - range->begin), source.raw, values);
  }
}

// :host, :domain, :ip of each value; what has none is gone.
Values hosts_of(const Values& values, const TextSource& source, const StockSettings& settings) {
  Values found;
  for (const std::string& value : values) {
    std::string host = source.hosts ? host_in(value, source.addresses, settings)
                                    : ip_in(value, source.reversed_ips);
    if (source.domains && !host.empty()) host = settings.registered_domain(host);
    if (!host.empty()) found.push_back(std::move(host));
  }
  return found;
}

void collect_values(const TextSource& source, const ScanContext& context, auto& values) {
  const std::vector<HeaderField>& fields = context.message.headers;
  if (source.field == kWholeHeader) {
    collect_whole(fields, source.raw, values);
  } else if (source.field == kToAndCc) {
    collect_fields(fields, "to", source.raw, values);
    collect_fields(fields, "cc", source.raw, values);
  } else if (source.field == kMessageIds) {
    for (const char* name :
         {"x-message-id", "resent-message-id", "x-original-message-id", "message-id"}) {
      collect_fields(fields, name, source.raw, values);
    }
  } else if (source.field == kEnvelopeSender) {
    const auto& sender = facts_of(context).envelope_sender();
    if (sender && !sender->empty()) values.next() += *sender;  // the null path counts as none
  } else if (is_traced(source.field)) {
    collect_traced(source, context, values);
  } else {
    collect_fields(fields, source.field, source.raw, values);
  }
}

void keep_one_end(Values& values, const TextSource& source) {
  if (values.size() < 2 || (!source.first && !source.last)) return;
  values = {source.first ? values.front() : values.back()};
}

bool is_taken_apart(const TextSource& source) {
  return source.addresses || source.names || source.hosts || source.ips || source.first ||
         source.last;
}

// The lines that a modifier makes of the fields.
Values lines_of(const TextSource& source, const ScanContext& context) {
  Values values;
  SeparateValues separate(values);
  collect_values(source, context, separate);
  if (source.addresses || source.names) {
    Values lines;
    for (Mailbox& mailbox : mailboxes_of(context.message, source, values)) {
      std::string& line = source.addresses ? mailbox.address : mailbox.display_name;
      if (!line.empty()) lines.push_back(std::move(line));
    }
    values = std::move(lines);
  }
  keep_one_end(values, source);
  if (source.hosts || source.ips) values = hosts_of(values, source, facts_of(context).settings());
  return values;
}

void normalise(SearchedText& text, std::string_view written) {
  NormalisedText normalised = normalised_text(written, kMostNormalisedBytes);
  text.is_cut = normalised.cut;
  text.owned = std::move(normalised.text);
}

void make_header(const TextSource& source, const ScanContext& context, SearchedText& text) {
  if (is_taken_apart(source)) {
    const Values lines = lines_of(source, context);
    text.present = !lines.empty();
    for (const std::string& line : lines) {
      const bool separate = !text.owned.empty() && text.owned.back() != '\n';
      if (separate) text.owned += '\n';
      text.owned += line;
    }
  } else {
    JoinedValues joined(text.owned);
    collect_values(source, context, joined);
    text.present = joined.any();
  }
  if (source.normalised) normalise(text, std::exchange(text.owned, {}));
  text.pieces.push_back({0, text.owned.size(), {}});
}

void make_body(const TextSource& source, const ParsedMessage& message, SearchedText& text) {
  text.bytes = message.body_text;
  if (source.normalised) {
    normalise(text, message.seen_text.empty() ? message.body_text : message.seen_text);
    text.bytes = text.owned;
  }
  text.pieces = cut_paragraphs(text.bytes);
}

void make_part_headers(const TextSource& source, const ParsedMessage& message, SearchedText& text) {
  for (const MessagePart& part : message.parts) {
    const std::size_t begin = text.owned.size();
    JoinedValues joined(text.owned);
    collect_fields(part.headers, source.field, source.raw, joined);
    if (!joined.any()) continue;
    text.pieces.push_back({begin, text.owned.size(), part.path});
  }
  text.present = !text.pieces.empty();
}

void make_links(const std::vector<std::string>& uris, SearchedText& text) {
  for (const std::string& uri : uris) {
    const std::size_t begin = text.owned.size();
    text.owned += uri;
    text.pieces.push_back({begin, text.owned.size(), {}});
    text.owned += '\n';
  }
}

void make_full(const ParsedMessage& message, SearchedText& text) {
  text.is_cut = message.bytes.size() > kMostFullBytes;
  text.bytes = message.bytes.substr(0, kMostFullBytes);
  if (text.bytes.find("\r\n") != std::string_view::npos) {
    text.owned.reserve(text.bytes.size());
    append_without_carriage_returns(text.owned, text.bytes);
  }
  text.pieces = {{0, text.owned.empty() ? text.bytes.size() : text.owned.size(), {}}};
}

}  // namespace

std::string TextSource::label() const {
  if (normalised) {
    TextSource plain = *this;
    plain.normalised = false;
    return "normalised " + plain.label();
  }
  switch (kind) {
    case TextKind::header: return "header " + field;
    case TextKind::mimeheader: return "part header " + field;
    case TextKind::body: return "body";
    case TextKind::rawbody: return "rawbody";
    case TextKind::uri: return "uri";
    case TextKind::full: return "full";
  }
  return "";
}

TextSource text_source(TextKind kind, std::string_view field) {
  const std::string lower = to_lower(field);
  TextSource source;
  source.kind = kind;
  source.field = lower.substr(0, lower.find(':'));
  const std::string_view written = field.substr(0, source.field.size());
  for (const std::string_view made : {kWholeHeader, kToAndCc, kMessageIds, kEnvelopeSender}) {
    if (written == made) source.field = made;
  }
  if (written.starts_with("ALL-")) source.field = written;
  if (written.size() == field.size()) return source;  // no modifiers
  const std::string modifiers = lower.substr(written.size()) + ":";
  source.raw = modifiers.find(":raw:") != std::string::npos;
  source.addresses = modifiers.find(":addr:") != std::string::npos;
  source.names = modifiers.find(":name:") != std::string::npos;
  source.domains = modifiers.find(":domain:") != std::string::npos;
  source.hosts = source.domains || modifiers.find(":host:") != std::string::npos;
  source.reversed_ips = modifiers.find(":revip:") != std::string::npos;
  source.ips = source.reversed_ips || modifiers.find(":ip:") != std::string::npos;
  source.first = modifiers.find(":first:") != std::string::npos;
  source.last = modifiers.find(":last:") != std::string::npos;
  return source;
}

void SearchedText::clear() {
  constexpr std::size_t kKept = 64 * 1024;
  std::string kept = std::move(owned);
  std::vector<TextPiece> kept_pieces = std::move(pieces);
  *this = {};
  if (kept.capacity() <= kKept) owned = std::move(kept);
  if (kept_pieces.capacity() * sizeof(TextPiece) <= kKept) pieces = std::move(kept_pieces);
  owned.clear();
  pieces.clear();
}

std::size_t SearchedText::piece_at(std::size_t offset) const {
  const auto after = std::upper_bound(
      pieces.begin(), pieces.end(), offset,
      [](std::size_t place, const TextPiece& piece) { return place < piece.begin; });
  return after == pieces.begin() ? 0 : static_cast<std::size_t>(after - pieces.begin()) - 1;
}

void make_text(const TextSource& source, const ScanContext& context, SearchedText& text) {
  if (context.facts == nullptr) {  // asked outside a scan
    const StockSettings settings;
    ScanContext complete = context;
    EvalPatterns patterns;
    const MailFacts facts(complete, settings, patterns);
    complete.facts = &facts;
    return make_text(source, complete, text);
  }
  const ParsedMessage& message = context.message;
  text.present = true;
  switch (source.kind) {
    case TextKind::header: make_header(source, context, text); break;
    case TextKind::mimeheader: make_part_headers(source, message, text); break;
    case TextKind::body: make_body(source, message, text); break;
    case TextKind::rawbody:
      text.bytes = message.raw_body;
      text.pieces = cut_chunks(text.bytes, message.raw_body_starts);
      break;
    case TextKind::uri: make_links(facts_of(context).rule_uris(), text); break;
    case TextKind::full: make_full(message, text); break;
  }
  if (!text.owned.empty()) text.bytes = text.owned;
}

}  // namespace secondlook
