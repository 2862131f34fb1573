// One peer's connection: moves bytes between socket and session, hands reports to the log writer,
// keeps the deadlines. Decides nothing of SMTP. All of it runs on the network thread; the writer's
// answers are posted there.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>
#include <asio/steady_timer.hpp>

#include "base/clock.h"
#include "journal_ingest/log_writer.h"
#include "journal_ingest/peer_deadline.h"
#include "journal_ingest/smtp_session.h"

namespace secondlook {

// What connections share. A reload makes another one for those that come later; what is referred to
// here outlives them all.
struct ReceptionContext {
  SessionSettings session;
  JournalAddresses addresses;
  LogWriter& writer;
  ReportIntake& intake;
  const Clock& clock;
  std::shared_ptr<asio::ssl::context> tls;  // null: STARTTLS is not offered
  DeadlineSettings deadlines;               // of each wait for the peer
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `closed` is called once, when nothing of the connection is under way any more.
  Connection(std::shared_ptr<const ReceptionContext> context, asio::ip::tcp::socket socket,
             std::string peer, std::function<void(Connection*)> closed);

  void start();
  // The session ends as soon as the message that is being sent is answered.
  void shut_down();
  // At once, whatever is under way.
  void abort();

 private:
  void proceed();
  void hand_over_reports();
  void count_refusals();
  void log_notes();
  void answered(std::uint64_t ticket, const Result<std::uint64_t>& outcome);
  void read_more();
  void write_output();
  void start_tls();
  void close_gently();
  void drain_until_closed();
  void watch_deadline();
  void give_up(std::string_view reason);
  std::chrono::steady_clock::time_point now() const { return context_.clock.steady(); }
  void close();
  bool wants_more() const;

  const std::shared_ptr<const ReceptionContext> kept_context_;
  const ReceptionContext& context_;
  asio::ip::tcp::socket socket_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  const std::string peer_;
  std::function<void(Connection*)> closed_;
  SmtpSession session_;

  std::array<char, 32 << 10> buffer_;  // a usual report in one read; a thousand of them in 32 MiB
  std::string_view unread_;            // of buffer_: what the session did not take yet
  std::string output_;                 // being written, or to be written next
  std::string sending_;
  bool reading_ = false;
  bool writing_ = false;
  bool handshaking_ = false;
  bool closing_ = false;
  std::size_t unanswered_ = 0;
  asio::steady_timer timer_;
  PeerDeadline deadline_;
};

}  // namespace secondlook
