#include "analyzer/rule_engine/stock_evals/mail_facts.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/addresses.h"
#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/searched_text.h"
#include "analyzer/rule_engine/stock_evals/date_numbers.h"

namespace secondlook {
namespace {

// The first address of the first such field, "" for "<>"; nothing without the field.
std::optional<std::string> first_address(const ParsedMessage& message, std::string_view name) {
  const HeaderField* field = message.find_header(name);
  if (field == nullptr) return std::nullopt;
  const std::vector<Mailbox> mailboxes = parse_mailboxes(field->raw);
  if (mailboxes.empty()) return "";
  const std::string& address = mailboxes.front().address;
  return address.find('@') == std::string::npos ? std::nullopt : std::optional(address);
}

// A list that passed the mail on put its own sender there, below its own Received.
bool stands_below_received(const ParsedMessage& message, std::string_view name) {
  for (const HeaderField& field : message.headers) {
    if (equals_ignoring_case(field.name, name)) return false;
    if (equals_ignoring_case(field.name, "Received")) return true;
  }
  return false;
}

// fetchmail takes what a list wrote into X-Sender for the sender in the envelope.
bool was_fetched(const ParsedMessage& message) {
  const auto sender = first_address(message, "X-Sender");
  return sender && std::any_of(message.headers.begin(), message.headers.end(), [](auto& field) {
           return equals_ignoring_case(field.name, "Received") &&
                  field.raw.find("(fetchmail") != std::string_view::npos;
         });
}

}  // namespace

bool is_html_part(const MessagePart& part) {
  if (part.source == PartSource::mimetic_only || part.source == PartSource::tnef) return false;
  const std::string name = to_ascii_lower(part.file_name);
  const bool named_html = name.ends_with(".html") || name.ends_with(".htm") ||
                          name.ends_with(".shtml") || name.ends_with(".shtm");
  return named_html || part.content_type == "text/html";
}

bool is_plain_part(const MessagePart& part) {
  const bool seen = part.source != PartSource::mimetic_only && part.source != PartSource::tnef;
  return seen && part.content_type == "text/plain" && !is_html_part(part);
}

MailFacts::MailFacts(const ScanContext& context, const StockSettings& settings,
                     EvalPatterns& patterns)
    : context_(context), settings_(settings), patterns_(patterns) {}

const std::vector<HtmlFacts>& MailFacts::html() const {
  if (html_) return *html_;
  std::vector<HtmlFacts> all;
  for (const MessagePart& part : context_.message.parts) {
    const std::string_view source = part.text.empty() ? part.content : part.text;
    if (!is_html_part(part) || source.empty()) continue;
    all.push_back(count_html(source));
    html_parts_.push_back(&part);
  }
  html_ = std::make_unique<const std::vector<HtmlFacts>>(std::move(all));
  return *html_;
}

const std::vector<std::string>& MailFacts::rule_uris() const {
  if (!has_rule_uris_) {
    uris_with_targets_ = with_targets(context_.message.rule_uris);
    has_rule_uris_ = true;
  }
  return uris_with_targets_ ? *uris_with_targets_ : context_.message.rule_uris;
}

// A limit belongs to no single rule here.
std::optional<std::vector<std::string>> MailFacts::with_targets(
    const std::vector<std::string>& uris) const {
  const bool earlier = patterns_.take_limit();
  auto all = uris_with_targets(uris, settings_.redirectors, patterns_);
  has_cut_redirects_ = patterns_.take_limit() || has_cut_redirects_;
  if (earlier) patterns_.note_limit();
  return all;
}

const std::vector<UriDetail>& MailFacts::uri_details() const {
  if (!uri_details_)
    uri_details_ = std::make_unique<const std::vector<UriDetail>>(list_uri_details(*this));
  return *uri_details_;
}

const RelayTrail& MailFacts::relays() const {
  if (!relays_) {
    relays_ =
        std::make_unique<const RelayTrail>(trace_relays(context_.message.headers, settings_.trust));
  }
  return *relays_;
}

const std::optional<std::string>& MailFacts::envelope_sender() const {
  if (!envelope_sender_) envelope_sender_ = find_envelope_sender();
  return *envelope_sender_;
}

std::optional<std::string> MailFacts::find_envelope_sender() const {
  const ParsedMessage& message = context_.message;
  if (!context_.envelope_sender.empty())
    return context_.envelope_sender == "<>" ? "" : context_.envelope_sender;
  if (!settings_.envelope_sender_header.empty())
    return first_address(message, settings_.envelope_sender_header);
  const RelayTrail& trail = relays();
  const Relay* last = !trail.untrusted.empty() ? &trail.untrusted.front()
                      : !trail.trusted.empty() ? &trail.trusted.back()
                                               : nullptr;
  if (last != nullptr && last->envelope_from) {
    const std::string& sender = *last->envelope_from;
    if (sender.empty() || (sender.find('@') != sender.npos && sender.front() != '@')) return sender;
  }
  if (was_fetched(message)) return std::nullopt;
  for (const std::string_view name : {"X-Envelope-From", "Envelope-Sender", "Return-Path"}) {
    const auto sender = first_address(message, name);
    if (sender && !stands_below_received(message, name)) return sender;
    if (sender && name == "X-Envelope-From") return std::nullopt;
  }
  return std::nullopt;
}

const HtmlFacts* MailFacts::html_of(const MessagePart& part) const {
  const std::vector<HtmlFacts>& all = html();
  const auto found = std::find(html_parts_.begin(), html_parts_.end(), &part);
  return found == html_parts_.end() ? nullptr
                                    : &all[static_cast<std::size_t>(found - html_parts_.begin())];
}

const AlternativeNumbers& MailFacts::alternatives() const {
  if (!alternatives_) alternatives_ = compare_alternatives(*this);
  return *alternatives_;
}

double MailFacts::capitals_percent() const {
  if (!capitals_percent_) capitals_percent_ = secondlook::capitals_percent(*this);
  return *capitals_percent_;
}

int MailFacts::most_blanks() const {
  if (!most_blanks_) most_blanks_ = secondlook::most_blanks(message().body_text);
  return *most_blanks_;
}

double MailFacts::date_difference() const {
  if (!date_difference_) date_difference_ = secondlook::date_difference(*this);
  return *date_difference_;
}

const MimeNumbers& MailFacts::mime() const {
  if (!mime_) mime_ = std::make_unique<const MimeNumbers>(count_mime(context_.message));
  return *mime_;
}

std::vector<std::string> MailFacts::addresses_in(
    std::initializer_list<std::string_view> fields) const {
  std::vector<std::string> all;
  for (const std::string_view field : fields) {
    for (const std::string_view line : header_lines(field)) {
      if (!line.empty() && std::find(all.begin(), all.end(), line) == all.end())
        all.emplace_back(line);
    }
  }
  return all;
}

const std::vector<std::string>& MailFacts::senders() const {
  if (!senders_) senders_ = addresses_in({"Resent-From:first:addr"});
  if (senders_->empty()) {
    senders_ = addresses_in({"From:addr", "Envelope-Sender:addr", "Resent-Sender:addr",
                             "X-Envelope-From:addr", "EnvelopeFrom:addr"});
  }
  return *senders_;
}

const std::vector<std::string>& MailFacts::recipients() const {
  if (!recipients_) recipients_ = addresses_in({"Resent-To:first:addr", "Resent-Cc:first:addr"});
  if (recipients_->empty()) {
    recipients_ =
        addresses_in({"To:addr", "Apparently-To:addr", "Delivered-To:addr",
                      "Envelope-Recipients:addr", "Apparently-Resent-To:addr", "X-Envelope-To:addr",
                      "Envelope-To:addr", "X-Delivered-To:addr", "X-Original-To:addr",
                      "X-Rcpt-To:addr", "X-Real-To:addr", "Cc:addr"});
  }
  return *recipients_;
}

const std::string& MailFacts::header(std::string_view field) const {
  const auto known = headers_.find(field);
  if (known != headers_.end()) return known->second;
  SearchedText text;
  make_text(text_source(TextKind::header, field), context_, text);
  std::string bytes = text.owned.empty() ? std::string(text.bytes) : std::move(text.owned);
  return headers_.emplace(field, std::move(bytes)).first->second;
}

std::vector<std::string_view> MailFacts::header_lines(std::string_view field) const {
  std::vector<std::string_view> lines;
  std::string_view rest = header(field);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    lines.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::string_view MailFacts::first_line(std::string_view field) const {
  const std::string_view text = header(field);
  return text.substr(0, text.find('\n'));
}

const MailFacts& facts_of(const ScanContext& context) {
  return *context.facts;
}

}  // namespace secondlook
