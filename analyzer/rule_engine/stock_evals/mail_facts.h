// What several eval functions ask of one message, found out once and only when somebody asks. Made
// by the scanner for each message; belongs to one thread.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/message/html_facts.h"
#include "analyzer/rule_engine/received/relay_trail.h"
#include "analyzer/rule_engine/rule_engine.h"
#include "analyzer/rule_engine/stock_evals/body_numbers.h"
#include "analyzer/rule_engine/stock_evals/eval_patterns.h"
#include "analyzer/rule_engine/stock_evals/mime_numbers.h"
#include "analyzer/rule_engine/stock_evals/stock_settings.h"
#include "analyzer/rule_engine/stock_evals/uri_details.h"

namespace secondlook {

class MailFacts {
 public:
  // All must outlive it.
  MailFacts(const ScanContext& context, const StockSettings& settings, EvalPatterns& patterns);
  MailFacts(const MailFacts&) = delete;
  MailFacts& operator=(const MailFacts&) = delete;

  const StockSettings& settings() const { return settings_; }
  const ParsedMessage& message() const { return context_.message; }
  const RelayTrail& relays() const;

  // Of each HTML part that is shown, in their order.
  const std::vector<HtmlFacts>& html() const;
  // Of one part; null when it is no such part.
  const HtmlFacts* html_of(const MessagePart& part) const;

  const MimeNumbers& mime() const;
  // body_numbers.h and date_numbers.h, of this message.
  const AlternativeNumbers& alternatives() const;
  double capitals_percent() const;
  int most_blanks() const;
  double date_difference() const;

  // Every address that the mail says it is from: the first Resent-From alone, where there is one,
  // else From, Sender-like fields and the envelope.
  const std::vector<std::string>& senders() const;
  // Every address that it says it is for: Resent-To and Resent-Cc alone, where there are any, else
  // To, Cc and what mailers write of the envelope.
  const std::vector<std::string>& recipients() const;

  // The sender in the envelope: as the journal report or the SMTP session says; else what a trusted
  // Received line, X-Envelope-From, Envelope-Sender or Return-Path say, in this order. Nothing when
  // none of them does.
  const std::optional<std::string>& envelope_sender() const;

  // The text that a rule on this field would search ("Subject", "From:addr", "Received:raw"):
  // several fields of one name, each with its line feed. "" when there is none.
  const std::string& header(std::string_view field) const;
  // Its lines; of addresses one each.
  std::vector<std::string_view> header_lines(std::string_view field) const;
  // The first line without its line feed.
  std::string_view first_line(std::string_view field) const;

  // What rules of type `uri` see: the message's, and where redirectors among them lead.
  const std::vector<std::string>& rule_uris() const;
  // Any URIs with where redirectors among them lead; nothing when they lead nowhere else.
  std::optional<std::vector<std::string>> with_targets(const std::vector<std::string>& uris) const;
  // Not all redirectors were followed.
  bool has_cut_redirects() const { return has_cut_redirects_; }

  // What uri_detail rules see.
  const std::vector<UriDetail>& uri_details() const;
  MatchAnswer find(const ConfirmingPattern& pattern, std::string_view subject) const {
    return patterns_.find(pattern, subject);
  }
  // The rule that is asked now could not look at everything.
  void note_limit() const { patterns_.note_limit(); }

  // Whether the expression (EvalPatterns) is found in the subject.
  bool matches(std::string_view expression, std::string_view subject) const {
    return patterns_.matches(expression, subject);
  }

 private:
  std::optional<std::string> find_envelope_sender() const;
  std::vector<std::string> addresses_in(std::initializer_list<std::string_view> fields) const;

  const ScanContext& context_;
  const StockSettings& settings_;
  EvalPatterns& patterns_;
  mutable std::unique_ptr<const std::vector<HtmlFacts>> html_;
  mutable std::unique_ptr<const RelayTrail> relays_;
  mutable std::vector<const MessagePart*> html_parts_;  // for each of html_
  mutable std::unique_ptr<const std::vector<UriDetail>> uri_details_;
  mutable std::unique_ptr<const MimeNumbers> mime_;
  mutable std::optional<AlternativeNumbers> alternatives_;
  mutable std::optional<double> capitals_percent_, date_difference_;
  mutable std::optional<int> most_blanks_;
  mutable std::optional<std::vector<std::string>> senders_, recipients_;
  mutable std::optional<std::optional<std::string>> envelope_sender_;
  mutable std::map<std::string, std::string, std::less<>> headers_;
  mutable bool has_rule_uris_ = false, has_cut_redirects_ = false;
  mutable std::optional<std::vector<std::string>> uris_with_targets_;
};

// The parts that a reader sees as text, as SpamAssassin takes them: not those that only the second
// reading found or that were inside a winmail.dat.
bool is_html_part(const MessagePart& part);
bool is_plain_part(const MessagePart& part);

// Mails whose Received lines a mailing list took away, or that have none.
bool loses_received_lines(const MailFacts& facts);

// Of an eval function's context. There is always one while rules are scanned.
const MailFacts& facts_of(const ScanContext& context);

}  // namespace secondlook
