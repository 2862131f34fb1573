#include "analyzer/analysis.h"

#include <algorithm>
#include <optional>
#include <set>

#include "analyzer/message/journal_report.h"
#include "analyzer/message_facts.h"
#include "analyzer/report_evidence.h"
#include "analyzer/scorer.h"
#include "analyzer/signals/signals.h"

namespace secondlook {
namespace {

// Of a zip64 archive libclamav unpacks no member and says clean (Cisco-Talos/clamav#1527).
constexpr std::string_view kZip64End("PK\x06\x06", 4);

bool is_zip64(std::string_view content) {
  constexpr std::size_t kMostAtTheEnd = 70'000;  // records and the longest comment behind it
  const auto start = content.size() - std::min(content.size(), kMostAtTheEnd);
  return content.starts_with("PK") && content.find(kZip64End, start) != std::string_view::npos;
}

std::string name_of_part(const Attachment& attachment, const MessagePart& part) {
  return attachment.name.empty() ? "part " + part.path : attachment.name;
}

void end_without_judging(Verdict& verdict, Disposition disposition, std::string reason) {
  verdict.disposition = disposition;
  if (!reason.empty()) verdict.errors.push_back(std::move(reason));
}

// What the reader could not take in. A line that is no header field hides nothing: both readings of
// what follows are scanned.
std::vector<std::string> what_was_cut(const ParsedMessage& message) {
  std::vector<std::string> cut = message.errors;
  std::erase_if(cut, [](const std::string& error) { return error.starts_with("no header field"); });
  return cut;
}

std::vector<std::string> attributes_of(const ScanContext& scan, const Verdict& verdict,
                                       bool has_clear_copy, bool is_cut) {
  std::set<std::string> attributes;
  if (encrypted_attachment(scan, {}).hit) attributes.insert("encrypted_attachment");
  if (executable_attachment(scan, {}).hit) attributes.insert("executable");
  if (malware_found(scan, {}).hit) attributes.insert("malware");
  if (scan.message.ambiguous_mime) attributes.insert("ambiguous_mime");
  if (has_clear_copy) attributes.insert("decrypted_copy");
  if (verdict.direction != "inbound") attributes.insert(verdict.direction);
  if (is_cut) attributes.insert("partly_scanned");
  return {attributes.begin(), attributes.end()};
}

}  // namespace

// One mail, taken apart.
struct Analysis::Reading {
  ParsedMessage original;
  std::optional<ParsedMessage> clear_copy;
  TrustedHeaders trusted;
  std::vector<Recipient> recipients;

  ParsedMessage& to_judge() { return clear_copy ? *clear_copy : original; }
};

Analysis::Analysis(const LoadedRules& rules, const Thresholds& thresholds, MalwareScanner* scanner)
    : rules_(rules.rules),
      rule_set_(rules.facts.hash),
      thresholds_(thresholds),
      scanner_(scanner) {}

Verdict Analysis::analyze(std::string_view bytes, const AnalysisContext& context) {
  Verdict verdict;
  verdict.rule_set = rule_set_;
  const auto report = unwrap_journal_report(bytes);
  const bool is_plain = !report && report.error().kind == Error::Kind::not_found;

  Reading reading;
  reading.original = parse_message(report ? report->original : bytes);
  if (report && !report->clear_copy.empty()) reading.clear_copy = parse_message(report->clear_copy);
  reading.trusted = read_trusted_headers(reading.original);
  reading.recipients = report ? report->recipients : recipients_in_header(reading.original);

  fill_identity(verdict, reading.original, reading.trusted);
  if (report) verdict.errors = report->notes;
  verdict.recipients = reading.recipients;
  verdict.direction = direction_of(reading.trusted, reading.recipients, context.own_domains);
  if (!report && !is_plain) {
    end_without_judging(verdict, Disposition::unscanned, report.error().message);
  } else if (is_plain && !context.judge_plain_mail) {
    end_without_judging(verdict, Disposition::not_a_report, "");
  } else if (const auto forged =
                 report && context.tenant != nullptr
                     ? reason_to_call_forged(*report, *context.tenant, context.mail_from)
                     : std::nullopt) {
    end_without_judging(verdict, Disposition::forged_report, *forged);
  } else {
    judge(verdict, reading, context);
  }
  return verdict;
}

void Analysis::judge(Verdict& verdict, Reading& reading, const AnalysisContext& context) {
  ParsedMessage& message = reading.to_judge();
  std::vector<std::string> not_scanned = what_was_cut(message);
  scan_for_malware(message, not_scanned);
  fill_content(verdict, message);

  const ScanContext scan{message, context.own_domains, verdict.envelope_sender, reading.recipients};
  auto outcome = rules_.scan(scan);
  if (!outcome) not_scanned.push_back(outcome.error().message);
  if (outcome) {
    verdict.hits = std::move(outcome->hits);
    not_scanned.insert(not_scanned.end(), outcome->errors.begin(), outcome->errors.end());
  }
  const Decision decision = decide(verdict.hits, thresholds_);
  verdict.disposition = decision.disposition;
  verdict.score = decision.score;
  verdict.scores = decision.scores;

  verdict.attributes =
      attributes_of(scan, verdict, reading.clear_copy.has_value(), !not_scanned.empty());
  if (!not_scanned.empty() && verdict.disposition == Disposition::clean)
    verdict.disposition = Disposition::unscanned;
  for (std::string& reason : not_scanned)
    if (std::ranges::find(verdict.errors, reason) == verdict.errors.end())
      verdict.errors.push_back(std::move(reason));
}

void Analysis::scan_for_malware(ParsedMessage& message, std::vector<std::string>& not_scanned) {
  if (scanner_ == nullptr) return;
  const auto count = std::min(message.attachments.size(), message.attachment_parts.size());
  for (std::size_t i = 0; i < count; ++i) {
    Attachment& attachment = message.attachments[i];
    const MessagePart& part = message.parts[message.attachment_parts[i]];
    const std::string_view content = part.is_message ? part.body : std::string_view(part.content);
    const auto answer = scanner_->scan(content);
    if (!answer) {
      not_scanned.push_back(answer.error().message);
      return;  // the connection is lost: so would be the others
    }
    if (answer->kind == MalwareAnswer::Kind::found) attachment.malware = answer->text;
    if (answer->kind == MalwareAnswer::Kind::limited)
      not_scanned.push_back(name_of_part(attachment, part) + ": " + answer->text);
    if (is_zip64(content))
      not_scanned.push_back(name_of_part(attachment, part) + ": zip64 archive not unpacked");
  }
}

}  // namespace secondlook
