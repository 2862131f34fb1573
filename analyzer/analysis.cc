#include "analyzer/analysis.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/known_brands.h"
#include "analyzer/message/attached_archives.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/journal_report.h"
#include "analyzer/message/message_seal.h"
#include "analyzer/message/password_candidates.h"
#include "analyzer/message/reduced_mail.h"
#include "analyzer/message_facts.h"
#include "analyzer/packed_mail.h"
#include "analyzer/phishing_simulation.h"
#include "analyzer/report_evidence.h"
#include "analyzer/scorer.h"
#include "analyzer/sender_history.h"
#include "analyzer/signals/signals.h"
#include "analyzer/user_report.h"
#include "schema/cidr_networks.h"
#include "schema/policy.h"

namespace secondlook {
namespace {

// Of a zip64 archive libclamav unpacks no member and says clean (Cisco-Talos/clamav#1527).
constexpr std::string_view kZip64End("PK\x06\x06", 4);

bool is_zip64(std::string_view content) {
  constexpr std::size_t kMostAtTheEnd = 70'000;  // records and the longest comment behind it
  const auto start = content.size() - std::min(content.size(), kMostAtTheEnd);
  return content.starts_with("PK") && content.find(kZip64End, start) != std::string_view::npos;
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
  if (seal_of(message) == Seal::wrapped) cut.emplace_back("signed content not unpacked");
  return cut;
}

// Of nothing in this mail: of a file that came, or comes, with another.
bool says_password_of_another(const ParsedMessage& message) {
  const auto may_be_closed = [](const Attachment& attachment) {
    return attachment.encrypted || is_opened_archive(attachment.detected_type);
  };
  return std::ranges::none_of(message.attachments, may_be_closed) &&
         !password_candidates(message.body_text).empty();
}

std::set<std::string> attributes_of(const ScanContext& scan) {
  std::set<std::string> attributes;
  if (encrypted_attachment(scan, {}).hit) attributes.emplace(kEncryptedAttachment);
  if (executable_attachment(scan, {}).hit) attributes.insert("executable");
  if (malware_found(scan, {}).hit) attributes.insert("malware");
  if (std::ranges::any_of(scan.message.members, &ArchiveMember::opened))
    attributes.emplace(scan.message.told_passwords.empty() ? kPasswordInMail
                                                           : kPasswordInOtherMail);
  if (says_password_of_another(scan.message)) attributes.emplace(kPasswordNotice);
  if (new_sender(scan, {}).hit) attributes.insert("new_sender");
  if (block_listed(scan, {}).hit) attributes.insert("block_listed");
  if (allow_listed(scan, {}).hit) attributes.insert("allow_listed");
  if (scan.message.ambiguous_mime) attributes.insert("ambiguous_mime");
  return attributes;
}

void add_attributes(Verdict& verdict, const std::set<std::string>& attributes) {
  std::set<std::string> all(verdict.attributes.begin(), verdict.attributes.end());
  all.insert(attributes.begin(), attributes.end());
  verdict.attributes.assign(all.begin(), all.end());
}

void add_errors(Verdict& verdict, const std::vector<std::string>& errors) {
  for (const std::string& error : errors)
    if (std::ranges::find(verdict.errors, error) == verdict.errors.end())
      verdict.errors.push_back(error);
}

// Of a mail that remediation may remove: what a later rule set is tried on if it is released.
// Not of an encrypted one: what somebody encrypted is not kept in the clear beyond the log.
void keep_reduced(Verdict& verdict, const ParsedMessage& original, const AnalysisContext& context) {
  if (context.tenant == nullptr || is_plain_copy(verdict)) return;
  if (seal_of(original) == Seal::encrypted) return;
  if (!may_remove(*context.tenant, verdict.disposition)) return;
  verdict.reduced_mail = pack_mail(reduce_mail(original));
}

// The passwords that other reports' mails say. These are mails that were judged by themselves: here
// nothing but their text is read.
std::vector<std::string> passwords_in(const std::vector<std::string_view>& reports) {
  std::vector<std::string> passwords;
  for (const std::string_view bytes : reports) {
    const auto report = unwrap_journal_report(bytes);
    const bool is_encrypted = report && !report->clear_copy.empty();
    const std::string_view mail = !report        ? bytes
                                  : is_encrypted ? report->clear_copy
                                                 : report->original;
    for (std::string& word : password_candidates(parse_message(mail).body_text))
      if (std::ranges::find(passwords, word) == passwords.end())
        passwords.push_back(std::move(word));
  }
  return passwords;
}

// Of two readings of one mail. What was not scanned to its end is worse than clean here.
bool is_worse(const Verdict& a, const Verdict& b) {
  const auto rank = [](const Verdict& verdict) {
    const bool unscanned = verdict.disposition == Disposition::unscanned;
    return unscanned ? 2 * severity_rank(Disposition::clean) - 1
                     : 2 * severity_rank(verdict.disposition);
  };
  return rank(a) != rank(b) ? rank(a) < rank(b) : a.score > b.score;
}

}  // namespace

// One mail, taken apart.
struct Analysis::Reading {
  ParsedMessage original;
  std::vector<ParsedMessage> others;  // judged too, the clear copy first
  bool judges_original = true;
  TrustedHeaders trusted;
  std::vector<Recipient> recipients;
  std::set<std::string> attributes;      // that no reading of the content knows
  std::optional<CidrNetworks> networks;  // of the filter in front

  const CidrNetworks* gateways() const { return networks ? &*networks : nullptr; }

  void take_apart(const JournalReport& report) {
    original = parse_message(report.original);
    recipients = report.recipients;
    const bool sealed = seal_of(original) == Seal::encrypted;
    if (sealed) attributes.insert("encrypted_message");
    if (!report.clear_copy.empty()) {
      others.push_back(parse_message(report.clear_copy));
      attributes.insert("decrypted_copy");
      judges_original = !sealed;
    }
    if (!report.longer_original.empty()) others.push_back(parse_message(report.longer_original));
  }

  void take_plain(std::string_view bytes, const AnalysisContext& context) {
    original = parse_message(bytes);
    if (seal_of(original) == Seal::encrypted) attributes.insert("encrypted_message");
    if (context.judge_plain_mail || context.tenant == nullptr) {
      recipients = recipients_in_header(original);
      return;
    }
    recipients = own_recipients_in_header(original, *context.tenant);
    if (!recipients.empty()) attributes.insert("plain_copy");
  }
};

Analysis::Analysis(const LoadedRules& rules, const Thresholds& thresholds, MalwareScanner* scanner,
                   FileInspector* inspector)
    : rules_(rules.rules),
      rule_set_(rules.facts.hash),
      thresholds_(thresholds),
      scanner_(scanner),
      inspector_(inspector),
      brands_(std::make_shared<const KnownBrands>(brands_of(*rules.rules))) {
  prepare_archive_names();
}

Verdict Analysis::analyze(std::string_view bytes, const AnalysisContext& context) {
  Verdict verdict;
  verdict.rule_set = rule_set_;
  const auto report = unwrap_journal_report(bytes);
  const bool is_plain = !report && report.error().kind == Error::Kind::not_found;

  Reading reading;
  if (report)
    reading.take_apart(*report);
  else
    reading.take_plain(bytes, context);
  if (context.tenant != nullptr && !context.tenant->gateways.empty())
    if (auto networks = CidrNetworks::parse(context.tenant->gateways))
      reading.networks = std::move(*networks);
  reading.trusted = read_trusted_headers(reading.original, reading.gateways());

  fill_identity(verdict, reading.original, reading.trusted);
  if (report) verdict.errors = report->notes;
  if (report && verdict.message_id.empty()) verdict.message_id = report->message_id;
  verdict.recipients = reading.recipients;
  verdict.direction = direction_of(reading.trusted, reading.recipients, context.own_domains);
  if (!report && !is_plain) {
    end_without_judging(verdict, Disposition::unscanned, report.error().message);
  } else if (is_plain && !context.judge_plain_mail && !reading.attributes.contains("plain_copy")) {
    end_without_judging(verdict, Disposition::not_a_report, "");
  } else if (const auto forged =
                 report && context.tenant != nullptr
                     ? reason_to_call_forged(*report, *context.tenant, context.mail_from)
                     : std::nullopt) {
    end_without_judging(verdict, Disposition::forged_report, *forged);
  } else {
    if (context.tenant != nullptr &&
        is_phishing_simulation(reading.original, context.tenant->simulations, context.received_at))
      reading.attributes.emplace(kPhishingSimulation);
    if (context.tenant != nullptr && verdict.direction == "internal" &&
        is_sent_to(reading.recipients, context.tenant->report_mailboxes)) {
      reading.attributes.emplace(kUserReport);
      verdict.reported = attached_message_ids(reading.original);
    }
    judge(verdict, reading, context);
    keep_reduced(verdict, reading.original, context);
  }
  return verdict;
}

// The worst of the readings decides; what was noticed in any of them is kept.
void Analysis::judge(Verdict& verdict, Reading& reading, const AnalysisContext& context) {
  std::vector<ParsedMessage*> messages;
  for (ParsedMessage& other : reading.others) messages.push_back(&other);
  if (reading.judges_original) messages.push_back(&reading.original);
  const Verdict identity = verdict;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    Verdict next = judge_one(identity, *messages[i], reading, context);
    if (i > 0 && !is_worse(next, verdict)) std::swap(next, verdict);
    if (i > 0) add_attributes(next, {verdict.attributes.begin(), verdict.attributes.end()});
    if (i > 0) add_errors(next, verdict.errors);
    verdict = std::move(next);
  }
  if (verdict.direction != "inbound") reading.attributes.insert(verdict.direction);
  add_attributes(verdict, reading.attributes);
}

Verdict Analysis::judge_one(const Verdict& identity, ParsedMessage& message, const Reading& reading,
                            const AnalysisContext& context) {
  Verdict verdict = identity;
  std::vector<std::string> not_scanned = what_was_cut(message);
  message.told_passwords = passwords_in(context.companions);
  for (std::string& reason : look_into_attachments(message, scanner_ != nullptr, inspector_))
    not_scanned.push_back(std::move(reason));
  scan_for_malware(message, not_scanned);
  if (scanner_ != nullptr && !message.attachments.empty())
    verdict.signatures = scanner_->signatures();
  fill_content(verdict, message);

  SenderHistory history;
  if (context.history != nullptr && context.tenant != nullptr && verdict.direction == "inbound")
    history = look_up_history(*context.history, context.tenant->name, message, reading.recipients,
                              context.received_at);
  ScanContext scan{message,       context.own_domains, verdict.envelope_sender, reading.recipients,
                   &history,      context.lists,       context.received_at,     reading.gateways(),
                   brands_.get(), context.host_lists};
  if (&message == &reading.original) scan.trusted = &reading.trusted;
  auto outcome = rules_.scan(scan);
  if (!outcome) not_scanned.push_back(outcome.error().message);
  if (outcome) {
    verdict.hits = std::move(outcome->hits);
    if (outcome->evidence_cut) add_attributes(verdict, {"evidence_cut"});
    not_scanned.insert(not_scanned.end(), outcome->errors.begin(), outcome->errors.end());
  }
  const Decision decision = decide(verdict.hits, thresholds_);
  verdict.disposition = decision.disposition;
  verdict.score = decision.score;
  verdict.scores = decision.scores;

  add_attributes(verdict, attributes_of(scan));
  if (not_scanned.empty()) return verdict;
  add_attributes(verdict, {"partly_scanned"});
  if (verdict.disposition == Disposition::clean) verdict.disposition = Disposition::unscanned;
  add_errors(verdict, not_scanned);
  return verdict;
}

// What the scanner does not see in the archive itself: members of a zip64 archive, which libclamav
// passes over, and those that a password of the mail opened.
Result<void> Analysis::scan_members(ParsedMessage& message, std::size_t index,
                                    std::vector<std::string>& not_scanned) {
  const std::string name = name_of_attachment(message, index);
  Attachment& attachment = message.attachments[index];
  Result<void> done;
  const auto reasons =
      unpack_attachment(message, index, [&](const ArchiveMember& member, std::string_view bytes) {
        if (!done || (member.encrypted && !member.opened)) return;
        const auto answer = scanner_->scan(bytes);
        if (!answer) {
          done = answer.error();
          return;
        }
        if (answer->kind == MalwareAnswer::Kind::found) attachment.malware = answer->text;
        if (answer->kind == MalwareAnswer::Kind::limited)
          not_scanned.push_back(name + ": " + member.path + ": " + answer->text);
      });
  for (const std::string& reason : reasons) not_scanned.push_back(name + ": " + reason);
  return done;
}

void Analysis::scan_for_malware(ParsedMessage& message, std::vector<std::string>& not_scanned) {
  if (scanner_ == nullptr) return;
  for (std::size_t i = 0; i < message.attachments.size(); ++i) {
    if (!has_content(message, i)) continue;
    Attachment& attachment = message.attachments[i];
    const std::string_view content = content_of_attachment(message, i);
    const std::string name = name_of_attachment(message, i);
    const auto answer = scanner_->scan(content);
    if (!answer) {
      not_scanned.push_back(answer.error().message);
      return;  // the connection is lost: so would be the others
    }
    if (answer->kind == MalwareAnswer::Kind::found) attachment.malware = answer->text;
    if (answer->kind == MalwareAnswer::Kind::limited)
      not_scanned.push_back(name + ": " + answer->text);
    const bool was_opened = std::ranges::any_of(message.members, [&](const ArchiveMember& member) {
      return member.attachment == i && member.opened;
    });
    if (!attachment.malware.empty() || (!is_zip64(content) && !was_opened)) continue;
    if (const auto scanned = scan_members(message, i, not_scanned); !scanned) {
      not_scanned.push_back(scanned.error().message);
      return;
    }
  }
}

}  // namespace secondlook
