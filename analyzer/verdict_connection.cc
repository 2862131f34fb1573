#include "analyzer/verdict_connection.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

// A welcome holds a window of sequences and attempts; an acknowledgement fewer.
constexpr std::size_t kLargestIncomingFrame = 1 << 20;
constexpr std::size_t kReadAtOnce = 64 << 10;
constexpr std::chrono::milliseconds kBetweenTries(100);

Result<Frame> receive_first_frame(int socket, FrameReader& incoming,
                                  std::deque<FileDescriptor>& files,
                                  std::chrono::milliseconds patience) {
  for (;;) {
    auto frame = incoming.next();
    if (!frame) return frame.error();
    if (*frame) return std::move(**frame);
    const auto readable = wait_readable(socket, patience);
    if (!readable) return readable.error();
    if (!*readable) return temporary("no frame came in time");
    auto received = receive_with_descriptors(socket, kReadAtOnce);
    if (!received) return received.error();
    if (received->bytes.empty()) return temporary("the peer closed the connection");
    incoming.feed(received->bytes);
    for (FileDescriptor& file : received->descriptors) files.push_back(std::move(file));
  }
}

}  // namespace

Result<FileDescriptor> VerdictConnection::connect(const std::string& path,
                                                  std::chrono::milliseconds patience,
                                                  const Clock& clock) {
  const auto deadline = clock.steady() + patience;
  for (;;) {
    auto socket = connect_to_unix_socket(path);
    if (socket) return socket;
    const bool may_come = socket.error().kind == Error::Kind::temporary ||
                          socket.error().kind == Error::Kind::not_found;
    if (!may_come || clock.steady() >= deadline) return within("verdict socket", socket.error());
    ::poll(nullptr, 0, static_cast<int>(kBetweenTries.count()));
  }
}

Result<VerdictConnection> VerdictConnection::greet(FileDescriptor socket, const VerdictHello& hello,
                                                   std::chrono::milliseconds patience) {
  FrameReader incoming(kLargestIncomingFrame);
  const auto sent =
      send_frame(socket.number(), static_cast<std::uint8_t>(VerdictFrame::hello), to_json(hello));
  if (!sent) return within("verdict socket", sent.error());
  // What follows the welcome may come with it, and bring a descriptor.
  std::deque<FileDescriptor> files;
  auto frame = receive_first_frame(socket.number(), incoming, files, patience);
  if (!frame) return within("verdict socket", frame.error());
  if (frame->type != static_cast<std::uint8_t>(VerdictFrame::welcome))
    return malformed("verdict socket: no welcome but a frame of type " +
                     std::to_string(frame->type));
  auto welcome = parse_verdict_welcome(frame->payload);
  if (!welcome) return within("verdict socket", welcome.error());
  if (::fcntl(socket.number(), F_SETFL, O_NONBLOCK) != 0) return last_system_error("fcntl");
  return VerdictConnection(std::move(socket), std::move(*welcome), std::move(incoming),
                           std::move(files));
}

VerdictConnection::VerdictConnection(FileDescriptor socket, VerdictWelcome welcome,
                                     FrameReader incoming, std::deque<FileDescriptor> files)
    : socket_(std::move(socket)),
      welcome_(std::move(welcome)),
      incoming_(std::move(incoming)),
      files_(std::move(files)) {}

void VerdictConnection::put_in_line(VerdictFrame type, std::string_view payload) {
  outgoing_ += encode_frame(static_cast<std::uint8_t>(type), payload);
}

void VerdictConnection::send_verdict(const VerdictStamp& stamp, std::string_view verdict_json) {
  put_in_line(VerdictFrame::verdict, (to_json(stamp) + "\n").append(verdict_json));
}

void VerdictConnection::send_attempt(const VerdictStamp& stamp, std::string_view reason) {
  put_in_line(VerdictFrame::attempt, (to_json(stamp) + "\n").append(reason));
}

void VerdictConnection::send_progress(std::uint64_t durable_sequence) {
  put_in_line(VerdictFrame::progress, progress_to_json(durable_sequence));
}

void VerdictConnection::send_not_judged(const NotJudged& answer) {
  put_in_line(VerdictFrame::not_judged, to_json(answer));
}

void VerdictConnection::send_rules(std::string_view rule_set) {
  put_in_line(VerdictFrame::rules, rules_to_json(rule_set));
}

void VerdictConnection::send_signatures(std::string_view signatures) {
  put_in_line(VerdictFrame::signatures, signatures_to_json(signatures));
}

void VerdictConnection::send_host_lists(std::string_view digest) {
  put_in_line(VerdictFrame::host_lists, host_lists_to_json(digest));
}

Result<void> VerdictConnection::send_waiting() {
  while (bytes_waiting() > 0) {
    const ssize_t count = ::send(socket_.number(), outgoing_.data() + sent_, bytes_waiting(),
                                 MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return {};
    if (count < 0) return last_system_error("verdict socket");
    sent_ += static_cast<std::size_t>(count);
  }
  outgoing_.clear();
  sent_ = 0;
  return {};
}

Result<void> VerdictConnection::take_frame(const Frame& frame, Arrived& arrived) {
  if (frame.type == static_cast<std::uint8_t>(VerdictFrame::recorded)) {
    auto sequences = parse_recorded(frame.payload);
    if (!sequences) return within("verdict socket", sequences.error());
    arrived.recorded.insert(arrived.recorded.end(), sequences->begin(), sequences->end());
    return {};
  }
  const bool is_history = frame.type == static_cast<std::uint8_t>(VerdictFrame::history);
  const bool is_lists = frame.type == static_cast<std::uint8_t>(VerdictFrame::lists);
  if ((is_history || is_lists) && !files_.empty()) {
    (is_history ? arrived.history : arrived.lists) = std::move(files_.front());
    files_.pop_front();
    return {};
  }
  if (frame.type != static_cast<std::uint8_t>(VerdictFrame::judge_again))
    return malformed("verdict socket: a frame of type " + std::to_string(frame.type));
  auto request = parse_judge_again(frame.payload);
  if (!request) return within("verdict socket", request.error());
  arrived.judge_again.push_back(std::move(*request));
  return {};
}

Result<VerdictConnection::Arrived> VerdictConnection::read_arrived() {
  Arrived arrived;
  for (;;) {
    auto frame = incoming_.next();
    if (!frame) return within("verdict socket", frame.error());
    if (*frame) {
      if (auto taken = take_frame(**frame, arrived); !taken) return taken.error();
      continue;
    }
    const auto readable = wait_readable(socket_.number(), std::chrono::milliseconds(0));
    if (!readable) return readable.error();
    if (!*readable) return arrived;
    auto received = receive_with_descriptors(socket_.number(), kReadAtOnce);
    if (!received) return within("verdict socket", received.error());
    if (received->bytes.empty()) return temporary("verdict socket: remediation closed it");
    incoming_.feed(received->bytes);
    for (FileDescriptor& file : received->descriptors) files_.push_back(std::move(file));
  }
}

}  // namespace secondlook
