#include "cli/scan_session.h"

#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <sys/wait.h>

#include "base/unix_socket.h"
#include "cli/argument_reader.h"
#include "cli/child_process.h"
#include "schema/scan_protocol.h"
#include "schema/verdict_protocol.h"

namespace secondlook {
namespace {

constexpr std::chrono::milliseconds kEndPatience{10'000};

Verdict unreadable(const Error& error) {
  Verdict verdict;
  verdict.disposition = Disposition::unscanned;
  verdict.errors = {"the analyzer's answer cannot be read: " + error.message};
  return verdict;
}

// "12\n{...}"
Result<ScanAnswer> read_answer(std::string_view payload) {
  const std::size_t end = payload.find('\n');
  const auto index = parse_number(payload.substr(0, std::min(end, payload.size())));
  if (end == std::string_view::npos || !index || *index > UINT32_MAX)
    return malformed("the analyzer's answer names no job");
  auto verdict = parse_verdict(payload.substr(end + 1));
  return ScanAnswer{static_cast<std::uint32_t>(*index),
                    verdict ? std::move(*verdict) : unreadable(verdict.error())};
}

}  // namespace

ScanSession::ScanSession(pid_t pid, FileDescriptor connection, std::chrono::milliseconds patience)
    : pid_(pid),
      connection_(std::move(connection)),
      reader_(kLargestVerdictFrame),
      patience_(patience) {}

ScanSession::ScanSession(ScanSession&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      connection_(std::move(other.connection_)),
      reader_(std::move(other.reader_)),
      patience_(other.patience_) {}

ScanSession::~ScanSession() {
  if (pid_ > 0) await_or_kill(pid_, std::chrono::milliseconds(0));
}

Result<ScanSession> ScanSession::start(const AnalyzerProgram& program) {
  auto ends = make_socket_pair();
  if (!ends) return ends.error();
  ChildPlan plan;
  plan.executable = program.executable;
  plan.arguments = program.arguments;
  plan.descriptors = {{ends->second.number(), kScanDescriptor}};
  const auto pid = start_child(plan);
  if (!pid) return pid.error();
  ends->second.reset();
  ScanSession session(*pid, std::move(ends->first), program.result_patience);
  if (auto ready = session.await_ready(program.ready_patience); !ready) return ready.error();
  return session;
}

Result<void> ScanSession::await_ready(std::chrono::milliseconds patience) {
  const auto frame = receive_frame(connection_.number(), reader_, patience);
  if (!frame) return temporary("the analyzer did not get ready: it " + end());
  if (frame->type == static_cast<std::uint8_t>(ScanFrame::ready)) return {};
  if (frame->type == static_cast<std::uint8_t>(ScanFrame::failed)) return malformed(frame->payload);
  return internal("the analyzer began with an unknown frame");
}

Result<void> ScanSession::send(std::uint32_t index, int descriptor) {
  const std::string job = "{\"index\":" + std::to_string(index) + "}";
  return send_with_descriptors(connection_.number(),
                               encode_frame(static_cast<std::uint8_t>(ScanFrame::job), job),
                               {descriptor});
}

void ScanSession::finish_sending() {
  ::shutdown(connection_.number(), SHUT_WR);
}

Result<ScanAnswer> ScanSession::receive() {
  const auto frame = receive_frame(connection_.number(), reader_, patience_);
  if (!frame) return frame.error();
  if (frame->type != static_cast<std::uint8_t>(ScanFrame::result))
    return internal("the analyzer sent an unknown frame");
  return read_answer(frame->payload);
}

std::string ScanSession::end() {
  if (pid_ <= 0) return "had ended";
  finish_sending();
  return how_it_ended(await_or_kill(std::exchange(pid_, -1), kEndPatience));
}

}  // namespace secondlook
