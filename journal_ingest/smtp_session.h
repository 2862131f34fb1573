// One SMTP session as a value without a socket (RFC 5321 and the extensions it announces): bytes
// in; replies, finished reports and wishes out. The rule of refusals is DESIGN 2.1: 5xx only for a
// recipient that is no journal address and for broken protocol, never for content or for our own
// trouble, because a 5xx loses mail for good and would let a sender choose not to be journaled.
//
// The sources are split by verb: smtp_session.cc (lines and replies), smtp_session_greeting.cc,
// smtp_session_envelope.cc, smtp_session_message.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal_ingest/data_decoder.h"
#include "journal_ingest/journal_addresses.h"
#include "journal_ingest/report_body.h"
#include "journal_ingest/smtp_command.h"
#include "schema/journal_log/format.h"

namespace secondlook {

struct SessionSettings {
  std::string hostname;
  bool offer_tls = false;
  bool require_tls = false;
  std::uint64_t max_message_bytes = 350'000'000;
};

// Where reports go: the log writer, or a test.
class ReportIntake {
 public:
  virtual ~ReportIntake() = default;
  // False: MAIL is answered 452 for now.
  virtual bool has_room() const = 0;
  // `expected` bytes as declared, 0: not known.
  virtual ReportBody make_body(std::uint64_t expected) = 0;
};

// A report that came whole. The peer waits for SmtpSession::answer(ticket).
struct CompleteReport {
  std::uint64_t ticket = 0;
  RecordEnvelope envelope;
  ReportBody body;
};

// For the log: what a person should know of this session. `alarm`: mail is being put off.
struct SessionNote {
  bool alarm = false;
  std::string event;
  std::string reason;
};

// Refused since it was asked last: reports put off with 4xx before they were handed over, and
// recipients that are no journal address.
struct RefusalCount {
  std::uint64_t reports = 0, recipients = 0;
};

class SmtpSession {
 public:
  enum class Wish { read, start_tls, close };

  // `settings`, `addresses` and `intake` must outlive the session. The greeting is in the output at
  // once. `peer` is the IP address.
  SmtpSession(const SessionSettings& settings, const JournalAddresses& addresses,
              ReportIntake& intake, std::string peer);

  // Takes bytes and returns how many: fewer than all while 16 reports wait for their answer; offer
  // the rest again after answer(). Bytes behind STARTTLS are taken and dropped (RFC 3207 6).
  std::size_t feed(std::string_view bytes);
  // False, too, when nothing that comes is of interest: the session ends, or TLS begins.
  bool takes_input() const;
  // Replies that may be sent now, in the order of their commands: those behind a report that waits
  // for its answer wait, too.
  std::string take_output();
  std::vector<CompleteReport> take_reports();
  std::vector<SessionNote> take_notes();
  RefusalCount take_refusals();
  // The report is durable (250) or not (4xx). Each ticket once.
  void answer(std::uint64_t ticket, bool accepted);

  // What is to be done once the output is sent.
  Wish wish() const;
  // After the handshake: "TLSv1.3". All that was said before is forgotten.
  void tls_started(std::string version);

  // 421 and close: now, or behind the message that is being sent.
  void shut_down();
  // 421 and close now: the peer was silent too long.
  void time_out();
  // A message is being sent or waits for its answer.
  bool is_busy() const;
  // So far: messages that came to their end, whatever was answered, and bytes taken of all that
  // began. By these a peer is judged too slow.
  std::uint64_t messages_ended() const { return messages_ended_; }
  std::uint64_t message_bytes() const { return message_bytes_; }

 private:
  enum class Mode { commands, text, chunk, closing, tls };
  struct Reply {
    std::optional<std::uint64_t> ticket;  // set: the text is not known yet
    std::string text;
  };
  struct Transaction {
    std::string mail_from, tenant, notes;
    std::vector<std::string> recipients;
    std::uint64_t declared_size = 0;
    bool binary = false;
    bool odd_dsn = false;
    std::optional<ReportBody> body;  // from DATA or the first BDAT on
    DataDecoder decoder;
    std::string refusal;  // of the message being sent: reply to its end; empty: none
  };

  // Lines and replies.
  std::size_t feed_line(std::string_view bytes);
  void obey(std::string_view line);
  void obey_in_order(const SmtpCommand& command);
  void reply(std::string_view text);
  void complain(std::string_view text);  // broken protocol: many of them end the session
  void close_with(std::string_view text);
  void note(bool alarm, std::string event, std::string reason);

  // Greeting and the rest that concerns no message.
  void greet(const SmtpCommand& command);
  void start_tls(const SmtpCommand& command);
  void reset();
  void quit();

  // Envelope.
  void mail(std::string_view argument);
  bool take_mail_parameters(const SmtpPath& path, Transaction& transaction);
  static void note_dsn_parameter(Transaction& transaction, std::string_view name,
                                 std::string_view value);
  void recipient(std::string_view argument);

  // Message.
  void data(std::string_view argument);
  void chunk(std::string_view argument);
  std::size_t feed_text(std::string_view bytes);
  std::size_t feed_chunk(std::string_view bytes);
  void begin_body();
  void append(std::string_view bytes);
  void refuse_message(std::string reply_text, std::string event, std::string reason);
  void end_chunk();
  void end_message();

  const SessionSettings& settings_;
  const JournalAddresses& addresses_;
  ReportIntake& intake_;
  const std::string peer_;

  Mode mode_ = Mode::commands;
  std::string line_;            // an unfinished command line
  bool line_too_long_ = false;  // the rest of it is skipped
  std::string helo_;            // empty: not greeted
  std::string tls_version_;     // empty: plain
  std::optional<Transaction> transaction_;
  std::uint64_t chunk_left_ = 0;  // bytes of the BDAT chunk that is being sent
  bool chunk_is_last_ = false;
  std::string chunk_refusal_;  // set: the chunk is taken and thrown away
  bool shutting_down_ = false;
  std::uint64_t messages_ended_ = 0;
  std::uint64_t message_bytes_ = 0;
  unsigned complaints_ = 0;
  unsigned refused_recipients_ = 0;

  std::deque<Reply> replies_;
  std::size_t waiting_ = 0;  // replies with a ticket
  std::uint64_t next_ticket_ = 1;
  std::vector<CompleteReport> reports_;
  std::vector<SessionNote> notes_;
  RefusalCount refusals_;
};

}  // namespace secondlook
