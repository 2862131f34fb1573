#include "journal_ingest/connection.h"

#include <utility>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>

#include "base/log.h"
#include "schema/report_position.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostUnsentReplies = 64 << 10;

}  // namespace

Connection::Connection(std::shared_ptr<const ReceptionContext> context,
                       asio::ip::tcp::socket socket, std::string peer,
                       std::function<void(Connection*)> closed)
    : kept_context_(std::move(context)),
      context_(*kept_context_),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      closed_(std::move(closed)),
      session_(context_.session, context_.addresses, context_.intake, peer_),
      timer_(socket_.get_executor()),
      deadline_(context_.deadlines, context_.clock.steady()) {}

void Connection::start() {
  asio::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  watch_deadline();
  proceed();
}

// After every event: hands on what the session has, and starts what is to be waited for next.
void Connection::proceed() {
  if (closing_) return;
  while (!unread_.empty() && session_.takes_input()) unread_.remove_prefix(session_.feed(unread_));
  deadline_.received(now(), session_.messages_ended(), session_.message_bytes());
  hand_over_reports();
  count_refusals();
  log_notes();
  output_ += session_.take_output();
  if (!writing_ && !output_.empty()) write_output();
  if (!writing_ && session_.wish() == SmtpSession::Wish::close) return close_gently();
  if (!writing_ && session_.wish() == SmtpSession::Wish::start_tls) return start_tls();
  if (wants_more()) read_more();
}

bool Connection::wants_more() const {
  return !reading_ && unread_.empty() && session_.takes_input() &&
         output_.size() < kMostUnsentReplies && session_.wish() == SmtpSession::Wish::read;
}

void Connection::hand_over_reports() {
  for (CompleteReport& report : session_.take_reports()) {
    ++unanswered_;
    FinishedReport finished{std::move(report.envelope), context_.clock.now(),
                            std::move(report.body)};
    context_.writer.append(std::move(finished),
                           [self = shared_from_this(), executor = socket_.get_executor(),
                            ticket = report.ticket](const Result<std::uint64_t>& outcome) mutable {
                             asio::post(executor, [self = std::move(self), ticket, outcome] {
                               self->answered(ticket, outcome);
                             });
                           });
  }
}

void Connection::count_refusals() {
  const RefusalCount count = session_.take_refusals();
  if (count.reports > 0) context_.writer.figures().reports_deferred.add(count.reports);
  if (count.recipients > 0) context_.writer.figures().recipients_refused.add(count.recipients);
}

void Connection::log_notes() {
  for (const SessionNote& one : session_.take_notes())
    log_event(one.alarm ? LogLevel::error : LogLevel::warning, one.event,
              {{"peer", peer_}, {"reason", one.reason}});
}

void Connection::answered(std::uint64_t ticket, const Result<std::uint64_t>& outcome) {
  --unanswered_;
  const bool accepted = outcome.has_value();
  if (accepted)
    log_debug("report accepted",
              {{"report", report_position(context_.writer.log(), *outcome)}, {"peer", peer_}});
  else
    context_.writer.figures().reports_deferred.add();
  deadline_.waited_for_us(now());
  session_.answer(ticket, accepted);
  proceed();
}

void Connection::read_more() {
  reading_ = true;
  auto done = [self = shared_from_this()](asio::error_code error, std::size_t count) {
    self->reading_ = false;
    if (error) return self->close();
    if (self->closing_) return self->drain_until_closed();
    self->deadline_.heard(self->now());
    self->unread_ = {self->buffer_.data(), count};
    self->proceed();
  };
  if (tls_)
    tls_->async_read_some(asio::buffer(buffer_), std::move(done));
  else
    socket_.async_read_some(asio::buffer(buffer_), std::move(done));
}

void Connection::write_output() {
  writing_ = true;
  sending_ = std::exchange(output_, {});
  auto done = [self = shared_from_this()](asio::error_code error, std::size_t) {
    self->writing_ = false;
    if (error) return self->close();
    self->deadline_.heard(self->now());
    self->proceed();
  };
  if (tls_)
    asio::async_write(*tls_, asio::buffer(sending_), std::move(done));
  else
    asio::async_write(socket_, asio::buffer(sending_), std::move(done));
}

void Connection::start_tls() {
  if (handshaking_ || context_.tls == nullptr) return;
  handshaking_ = true;
  unread_ = {};  // what came in the clear behind STARTTLS: an injection (RFC 3207 6)
  deadline_.handshake_begins(now());
  watch_deadline();
  tls_.emplace(socket_, *context_.tls);
  tls_->async_handshake(
      asio::ssl::stream_base::server, [self = shared_from_this()](asio::error_code error) {
        self->handshaking_ = false;
        if (error) {
          self->context_.writer.figures().handshakes_failed.add();
          log_warning("TLS handshake failed", {{"peer", self->peer_}, {"reason", error.message()}});
          return self->close();
        }
        self->deadline_.handshake_ended(self->now());
        self->session_.tls_started(SSL_get_version(self->tls_->native_handle()));
        self->proceed();
      });
}

// The last reply must arrive: closing a socket that holds unread bytes would take it back.
void Connection::close_gently() {
  if (closing_) return;
  closing_ = true;
  deadline_.farewell_begins(now());
  watch_deadline();
  if (tls_ && !reading_) {
    tls_->async_shutdown([self = shared_from_this()](asio::error_code) { self->close(); });
    return;
  }
  asio::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  drain_until_closed();
}

void Connection::drain_until_closed() {
  if (reading_) return;  // the read that is under way ends it
  socket_.async_read_some(asio::buffer(buffer_),
                          [self = shared_from_this()](asio::error_code error, std::size_t) {
                            if (error) return self->close();
                            self->drain_until_closed();
                          });
}

// Anew where the deadline came nearer; what moved it further away is seen when the timer ends.
void Connection::watch_deadline() {
  timer_.expires_at(deadline_.due());
  timer_.async_wait([self = shared_from_this()](asio::error_code error) {
    if (error || !self->socket_.is_open()) return;
    if (self->unanswered_ > 0) self->deadline_.waited_for_us(self->now());
    const std::string_view reason = self->deadline_.overdue(self->now());
    if (reason.empty()) return self->watch_deadline();
    self->give_up(reason);
  });
}

void Connection::give_up(std::string_view reason) {
  if (!closing_) log_warning("session cut", {{"peer", peer_}, {"reason", std::string(reason)}});
  if (closing_ || writing_ || handshaking_) return close();
  session_.time_out();
  deadline_.farewell_begins(now());
  watch_deadline();
  proceed();
}

void Connection::shut_down() {
  session_.shut_down();
  if (!handshaking_) proceed();
}

void Connection::abort() {
  close();
}

void Connection::close() {
  closing_ = true;
  asio::error_code ignored;
  timer_.cancel();
  socket_.close(ignored);
  if (auto closed = std::exchange(closed_, nullptr)) closed(this);
}

}  // namespace secondlook
