// DATA and BDAT (RFC 3030): the message itself.
#include <algorithm>
#include <utility>

#include "journal_ingest/smtp_session.h"

namespace secondlook {
namespace {

constexpr std::string_view kNoRoom = "452 4.3.1 cannot be stored now, try again later";

}  // namespace

void SmtpSession::begin_body() {
  if (!transaction_->body) transaction_->body = intake_.make_body(transaction_->declared_size);
}

void SmtpSession::data(std::string_view argument) {
  if (!argument.empty()) return complain("501 5.5.4 DATA has no parameter");
  if (!transaction_ || transaction_->recipients.empty())
    return complain("503 5.5.1 MAIL and RCPT first");
  if (transaction_->body) return complain("503 5.5.1 no DATA among BDAT");
  if (transaction_->binary) return complain("503 5.5.1 BINARYMIME needs BDAT");
  begin_body();
  mode_ = Mode::text;
  reply("354 go on, end with CR LF . CR LF");
}

std::size_t SmtpSession::feed_text(std::string_view bytes) {
  std::string decoded;
  decoded.reserve(bytes.size());
  DataDecoder& decoder = transaction_->decoder;
  const std::size_t taken = decoder.feed(bytes, decoded);
  append(decoded);
  if (!decoder.done()) return taken;
  if (decoder.saw_bare_cr()) transaction_->notes += " bare-cr";
  if (decoder.saw_bare_lf()) transaction_->notes += " bare-lf";
  if (decoder.saw_nul()) transaction_->notes += " nul";
  end_message();
  return taken;
}

// The bytes of a chunk follow its command whatever is answered: a chunk that is refused is taken
// and thrown away, so that its bytes are never read as commands.
void SmtpSession::chunk(std::string_view argument) {
  const auto space = argument.find(' ');
  const auto length = parse_decimal(argument.substr(0, space));
  const std::string_view rest =
      space == std::string_view::npos ? std::string_view() : argument.substr(space + 1);
  if (!length || (!rest.empty() && !equals_ignoring_case(rest, "LAST")))
    return close_with("501 5.5.4 BDAT length [LAST]");  // where the next command begins is unknown
  chunk_left_ = *length;
  chunk_is_last_ = !rest.empty();
  chunk_refusal_.clear();
  if (settings_.require_tls && tls_version_.empty())
    chunk_refusal_ = "530 5.7.0 must issue a STARTTLS command first";
  else if (!transaction_ || transaction_->recipients.empty())
    chunk_refusal_ = "503 5.5.1 MAIL and RCPT first";
  else
    begin_body();
  mode_ = Mode::chunk;
  if (chunk_left_ == 0) end_chunk();
}

std::size_t SmtpSession::feed_chunk(std::string_view bytes) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), chunk_left_));
  if (chunk_refusal_.empty()) append(bytes.substr(0, taken));
  chunk_left_ -= taken;
  if (chunk_left_ == 0) end_chunk();
  return taken;
}

void SmtpSession::end_chunk() {
  mode_ = Mode::commands;
  if (!chunk_refusal_.empty()) return complain(chunk_refusal_);
  if (chunk_is_last_) return end_message();
  if (!transaction_->refusal.empty()) return reply(transaction_->refusal);
  reply("250 2.0.0 chunk taken");
}

// What cannot be kept is read to its end and then put off: the peer reads no reply before.
void SmtpSession::append(std::string_view bytes) {
  Transaction& transaction = *transaction_;
  message_bytes_ += bytes.size();
  if (!transaction.refusal.empty()) return;
  if (transaction.body->size() + bytes.size() > settings_.max_message_bytes)
    return refuse_message("452 4.3.4 too large for now, try again later", "report put off",
                          "larger than max_message_bytes");
  if (auto done = transaction.body->append(bytes); !done)
    refuse_message(std::string(kNoRoom), "report put off", done.error().message);
}

void SmtpSession::refuse_message(std::string reply_text, std::string event, std::string reason) {
  transaction_->refusal = std::move(reply_text);
  transaction_->body = intake_.make_body(0);  // gives the space back
  ++refusals_.reports;
  note(true, std::move(event), std::move(reason));
}

void SmtpSession::end_message() {
  mode_ = Mode::commands;
  ++messages_ended_;
  if (transaction_->refusal.empty())
    if (auto done = transaction_->body->finish(); !done)
      refuse_message(std::string(kNoRoom), "report put off", done.error().message);
  Transaction transaction = std::move(*transaction_);
  transaction_.reset();
  if (!transaction.refusal.empty()) {
    reply(transaction.refusal);
  } else {
    std::string notes = transaction.notes.empty() ? "" : transaction.notes.substr(1);
    RecordEnvelope envelope{peer_,
                            std::move(transaction.tenant),
                            std::move(transaction.mail_from),
                            std::move(transaction.recipients),
                            tls_version_,
                            helo_,
                            std::move(notes)};
    const std::uint64_t ticket = next_ticket_++;
    replies_.push_back({ticket, {}});
    ++waiting_;
    reports_.push_back({ticket, std::move(envelope), std::move(*transaction.body)});
  }
  if (shutting_down_) shut_down();
}

}  // namespace secondlook
