// The verdict socket: frames (schema/frame.h) between the analyzer's master, which connects, and
// remediation, which listens. Byte by byte in schema/README.md.
//
//   analyzer  -> hello        first frame: which log, how far it is durable
//   remediation -> welcome    from where to go on, attempts remembered, the window
//   analyzer  -> verdict      the master's stamp, '\n', the worker's JSON (which the master never
//   reads) analyzer  -> attempt      stamp, '\n', reason: a worker died or overran on this record
//   analyzer  -> progress     the log's durable end moved
//   remediation -> recorded   after the commit: these sequences are durable (verdicts and attempts)
//   remediation -> judge_again  a recorded report is to be judged once more; the answer is a
//   verdict whose stamp has that revision, or analyzer  -> not_judged   why not: freed from the
//   log, its worker died analyzer  -> rules        another rule set is in force analyzer  ->
//   signatures   the malware scanner has others analyzer  -> host_lists   other host lists are in
//   force remediation -> history    what is known of correspondents from now on: a descriptor
//                             (schema/history), the payload is empty
//   remediation -> lists      the operators' lists from now on, likewise (schema/lists)
//
// At most `window` verdicts may be unacknowledged. When the connection breaks, the master exits and
// is started again by `serve`; the welcome tells it where to go on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

enum class VerdictFrame : std::uint8_t {
  hello = 1,
  welcome = 2,
  verdict = 3,
  attempt = 4,
  progress = 5,
  recorded = 6,
  judge_again = 7,
  not_judged = 8,
  rules = 9,
  history = 10,
  lists = 11,
  signatures = 12,
  host_lists = 13
};

inline constexpr std::size_t kLargestVerdictFrame = 64 << 20;  // 10,000 recipients and their links
inline constexpr std::uint32_t kVerdictWindow = 256;
// Reports that may be asked for once more and not be answered.
inline constexpr std::uint32_t kMostJudgedAgain = 16;
inline constexpr std::size_t kMostCompanions = 5;

struct VerdictHello {
  std::string log;                     // the journal log's UUID
  std::uint64_t durable_sequence = 0;  // highest sequence readers may see
  std::uint64_t oldest_sequence = 0;   // lowest that the log still holds; 0: not known. A database
                                       // that lacks records before it can never get them: the mark
                                       // then starts here, with an alarm.
  std::string rule_set{};              // hash of the rules in force; empty: not told
  std::string signatures{};            // the malware scanner's; empty: none, or not told
  std::string host_lists{};            // digest of [analyzer] host_lists; empty: none, or not told
};

struct VerdictWelcome {
  std::uint64_t recorded = 0;                 // all sequences up to here are recorded
  std::vector<std::uint64_t> recorded_above;  // recorded ones beyond, at most 100,000
  struct Attempt {
    std::uint64_t sequence;
    std::uint32_t attempts;
  };
  std::vector<Attempt> attempts;  // of sequences not yet recorded
  std::uint32_t window = kVerdictWindow;
};

// The trusted part: from the journal log's record header, never from the mail or the worker.
struct VerdictStamp {
  std::string log;
  std::uint64_t sequence = 0;
  std::uint32_t crc = 0;  // of the record: the same name with another CRC is an alarm
  std::uint32_t attempt = 1;
  std::uint32_t revision = 0;
  std::string tenant;       // by the journal address in the envelope
  Timestamp received_at{};  // 250 was said
  std::string peer;         // IP address
  std::string mail_from;    // of the report
  std::string tls_version;  // of the report's SMTP session; empty: plain
  // Of a revision above 0, as it was asked:
  std::string cause{};
  std::vector<std::uint64_t> companions{};
};

// A recorded report that is to be judged once more. Not acknowledged by `recorded`; what the
// connection's end leaves unanswered is asked again.
struct JudgeAgain {
  std::uint64_t sequence = 0;
  std::uint32_t revision = 1;             // from 1
  std::string cause;                      // for people: "rules 3fa2c1", "password in message 17"
  std::vector<std::uint64_t> companions;  // records of mails that may say the password of what is
                                          // attached; at most kMostCompanions
};

struct NotJudged {
  std::uint64_t sequence = 0;
  std::uint32_t revision = 1;
  std::string reason;
};

std::string to_json(const VerdictHello& hello);
std::string to_json(const VerdictWelcome& welcome);
std::string to_json(const VerdictStamp& stamp);  // one line
std::string recorded_to_json(const std::vector<std::uint64_t>& sequences);
std::string progress_to_json(std::uint64_t durable_sequence);
std::string to_json(const JudgeAgain& request);
std::string to_json(const NotJudged& answer);
std::string rules_to_json(std::string_view rule_set);
std::string signatures_to_json(std::string_view signatures);
std::string host_lists_to_json(std::string_view digest);
Result<VerdictHello> parse_verdict_hello(std::string_view json);
Result<VerdictWelcome> parse_verdict_welcome(std::string_view json);
Result<VerdictStamp> parse_verdict_stamp(std::string_view json);
Result<std::vector<std::uint64_t>> parse_recorded(std::string_view json);
Result<std::uint64_t> parse_progress(std::string_view json);
Result<JudgeAgain> parse_judge_again(std::string_view json);
Result<NotJudged> parse_not_judged(std::string_view json);
Result<std::string> parse_rules(std::string_view json);
Result<std::string> parse_signatures(std::string_view json);
Result<std::string> parse_host_lists(std::string_view json);

}  // namespace secondlook
