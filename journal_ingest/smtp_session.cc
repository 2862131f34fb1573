#include "journal_ingest/smtp_session.h"

#include <algorithm>
#include <utility>

namespace secondlook {
namespace {

constexpr std::size_t kLongestLine = 2048;  // RFC 5321 4.5.3.1.4: 512 and what extensions add
constexpr std::size_t kMostWaiting = 16;
constexpr unsigned kMostComplaints = 20;

}  // namespace

SmtpSession::SmtpSession(const SessionSettings& settings, const JournalAddresses& addresses,
                         ReportIntake& intake, std::string peer)
    : settings_(settings), addresses_(addresses), intake_(intake), peer_(std::move(peer)) {
  reply("220 " + settings_.hostname + " ESMTP");
}

bool SmtpSession::takes_input() const {
  return waiting_ < kMostWaiting && mode_ != Mode::closing && mode_ != Mode::tls;
}

std::size_t SmtpSession::feed(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && takes_input()) {
    const std::string_view rest = bytes.substr(taken);
    switch (mode_) {
      case Mode::commands: taken += feed_line(rest); break;
      case Mode::text: taken += feed_text(rest); break;
      case Mode::chunk: taken += feed_chunk(rest); break;
      case Mode::closing:
      case Mode::tls: break;
    }
  }
  return mode_ == Mode::closing || mode_ == Mode::tls ? bytes.size() : taken;
}

// Up to and with one line feed. A line that does not end in CR LF is answered, never obeyed.
std::size_t SmtpSession::feed_line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end);
  if (line_.size() + part.size() >= kLongestLine) line_too_long_ = true;
  if (!line_too_long_) line_.append(part);
  if (end == std::string_view::npos) return part.size();
  std::string line = std::exchange(line_, {});
  if (std::exchange(line_too_long_, false)) {
    complain("500 5.5.2 line too long");
  } else if (!line.ends_with('\r') || line.find('\r') + 1 != line.size()) {
    complain("500 5.5.2 lines end with CR LF");
  } else {
    line.pop_back();
    obey(line);
  }
  return part.size() + 1;
}

void SmtpSession::obey(std::string_view line) {
  const SmtpCommand command = parse_smtp_command(line);
  if (command.verb == "HELO" || command.verb == "EHLO") return greet(command);
  if (command.verb == "STARTTLS") return start_tls(command);
  if (command.verb == "NOOP") return reply("250 2.0.0 ok");
  if (command.verb == "QUIT") return quit();
  // A chunk's bytes come with its command: they have to be taken before anything is said of it.
  if (command.verb == "BDAT") return chunk(command.argument);
  if (settings_.require_tls && tls_version_.empty())
    return complain("530 5.7.0 must issue a STARTTLS command first");
  obey_in_order(command);
}

void SmtpSession::obey_in_order(const SmtpCommand& command) {
  if (command.verb == "MAIL") return mail(command.argument);
  if (command.verb == "RCPT") return recipient(command.argument);
  if (command.verb == "DATA") return data(command.argument);
  if (command.verb == "RSET") return reset();
  if (command.verb == "VRFY") return reply("252 2.5.2 send some mail, it will be tried");
  if (command.verb == "HELP") return reply("214 2.0.0 journal reports only");
  complain("500 5.5.1 unknown command");
}

void SmtpSession::reply(std::string_view text) {
  replies_.push_back({std::nullopt, std::string(text) + "\r\n"});
}

void SmtpSession::complain(std::string_view text) {
  reply(text);
  if (++complaints_ < kMostComplaints) return;
  note(false, "session ended", "too many errors");
  close_with("421 4.7.0 too many errors");
}

void SmtpSession::close_with(std::string_view text) {
  reply(text);
  mode_ = Mode::closing;
}

void SmtpSession::note(bool alarm, std::string event, std::string reason) {
  notes_.push_back({alarm, std::move(event), std::move(reason)});
}

std::string SmtpSession::take_output() {
  std::string output;
  while (!replies_.empty() && !replies_.front().ticket) {
    output += replies_.front().text;
    replies_.pop_front();
  }
  return output;
}

std::vector<CompleteReport> SmtpSession::take_reports() {
  return std::exchange(reports_, {});
}
std::vector<SessionNote> SmtpSession::take_notes() {
  return std::exchange(notes_, {});
}

RefusalCount SmtpSession::take_refusals() {
  return std::exchange(refusals_, {});
}

void SmtpSession::answer(std::uint64_t ticket, bool accepted) {
  const auto waiting = std::find_if(replies_.begin(), replies_.end(),
                                    [&](const Reply& one) { return one.ticket == ticket; });
  if (waiting == replies_.end()) return;
  waiting->ticket.reset();
  waiting->text =
      accepted ? "250 2.0.0 accepted\r\n" : "452 4.3.1 cannot be stored now, try again later\r\n";
  --waiting_;
}

SmtpSession::Wish SmtpSession::wish() const {
  if (!replies_.empty()) return Wish::read;
  if (mode_ == Mode::closing) return Wish::close;
  return mode_ == Mode::tls ? Wish::start_tls : Wish::read;
}

bool SmtpSession::is_busy() const {
  return waiting_ > 0 || mode_ == Mode::text || mode_ == Mode::chunk ||
         (transaction_ && transaction_->body);
}

void SmtpSession::shut_down() {
  shutting_down_ = true;
  const bool sending =
      mode_ == Mode::text || mode_ == Mode::chunk || (transaction_ && transaction_->body);
  if (!sending && mode_ == Mode::commands) close_with("421 4.3.2 shutting down, try again");
}

void SmtpSession::time_out() {
  if (mode_ != Mode::closing) close_with("421 4.4.2 timed out");
}

}  // namespace secondlook
