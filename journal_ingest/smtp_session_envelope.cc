// MAIL and RCPT.
#include <utility>

#include "journal_ingest/dsn_parameters.h"
#include "journal_ingest/smtp_session.h"

namespace secondlook {
namespace {

constexpr unsigned kMostRefusedRecipients = 10;  // nobody finds a secret address by trying

}  // namespace

void SmtpSession::mail(std::string_view argument) {
  if (helo_.empty()) return complain("503 5.5.1 say EHLO first");
  if (transaction_) return complain("503 5.5.1 one MAIL at a time");
  const auto path = parse_smtp_path(argument, "FROM");
  if (!path) return complain("501 5.5.4 MAIL FROM:<address>");
  Transaction transaction;
  transaction.mail_from = path->address;
  if (!take_mail_parameters(*path, transaction)) return;
  if (!intake_.has_room()) {
    ++refusals_.reports;
    note(true, "report put off", "the journal log has no room");
    return reply("452 4.3.1 no room now, try again later");
  }
  transaction_ = std::move(transaction);
  reply("250 2.1.0 ok");
}

// Parameters that are not ours (AUTH, others) are passed over, and so are RFC 3461's, in any shape:
// a peer that uses what nobody offered must not lose its mail for that. False: it was answered.
bool SmtpSession::take_mail_parameters(const SmtpPath& path, Transaction& transaction) {
  for (const auto& [name, value] : path.parameters) {
    if (name == "SIZE") {
      const auto size = parse_decimal(value);
      if (!size) {
        complain("501 5.5.4 SIZE is a number");
        return false;
      }
      transaction.declared_size = *size;
    } else if (name == "BODY") {
      transaction.binary = equals_ignoring_case(value, "BINARYMIME");
      if (transaction.binary) transaction.notes += " binary";
    } else if (name == "SMTPUTF8") {
      transaction.notes += " smtputf8";
    } else {
      note_dsn_parameter(transaction, name, value);
    }
  }
  if (transaction.declared_size <= settings_.max_message_bytes) return true;
  ++refusals_.reports;
  note(true, "report put off", "declared larger than max_message_bytes");
  reply("452 4.3.4 too large for now, try again later");
  return false;
}

// Once: a hundred recipients with the same mistake are one remark.
void SmtpSession::note_dsn_parameter(Transaction& transaction, std::string_view name,
                                     std::string_view value) {
  if (!is_dsn_parameter(name) || is_sound_dsn_value(name, value) || transaction.odd_dsn) return;
  transaction.odd_dsn = true;
  transaction.notes += " odd-dsn";
}

void SmtpSession::recipient(std::string_view argument) {
  if (!transaction_) return complain("503 5.5.1 MAIL first");
  if (transaction_->body) return complain("503 5.5.1 no RCPT among BDAT");
  const auto path = parse_smtp_path(argument, "TO");
  if (!path) return complain("501 5.5.4 RCPT TO:<address>");
  const auto tenant = addresses_.tenant_of(path->address);
  if (!tenant) {
    ++refusals_.recipients;
    reply("550 5.7.1 no such recipient here");
    if (++refused_recipients_ < kMostRefusedRecipients) return;
    note(false, "session ended", "too many unknown recipients");
    return close_with("421 4.7.0 too many unknown recipients");
  }
  if (transaction_->recipients.size() == kMostRecipients)
    return reply("452 4.5.3 too many recipients");
  if (!transaction_->tenant.empty() && transaction_->tenant != *tenant)
    return reply("452 4.5.3 send it to this recipient separately");
  transaction_->tenant = *tenant;
  for (const auto& [name, value] : path->parameters) note_dsn_parameter(*transaction_, name, value);
  transaction_->recipients.push_back(path->address);
  reply("250 2.1.5 ok");
}

}  // namespace secondlook
