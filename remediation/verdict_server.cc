#include "remediation/verdict_server.h"

#include <thread>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"
#include "remediation/peer_rights.h"

namespace secondlook {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kHandshakeTimeout{30'000};
constexpr milliseconds kPauseAfterRefusal{500};
constexpr std::size_t kReadBytes = 256 << 10;

// An analyzer that does not take its acknowledgements must not hold us up for ever.
Result<void> limit_sending(int connection) {
  const timeval limit{30, 0};
  if (::setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0)
    return last_system_error("send timeout");
  return {};
}

// As many whole frames as have arrived, up to a batch.
Result<std::vector<Frame>> take_frames(FrameReader& frames) {
  std::vector<Frame> batch;
  while (batch.size() < VerdictServer::kLargestBatch) {
    auto frame = frames.next();
    if (!frame) return frame.error();
    if (!*frame) break;
    batch.push_back(std::move(**frame));
  }
  return batch;
}

}  // namespace

VerdictServer::VerdictServer(FileDescriptor listening, Parts parts)
    : listening_(std::move(listening)),
      parts_(std::move(parts)),
      news_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!news_.is_open()) log_error("eventfd", {{"error", last_system_error("eventfd").message}});
}

void VerdictServer::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(news_.number(), &one, sizeof one);
}

void VerdictServer::take_wake() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = ::read(news_.number(), &count, sizeof count);
}

void ReceptionState::set_log(const std::string& log) {
  const std::scoped_lock lock(mutex_);
  values_.log = log;
}

void ReceptionState::set_durable(std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  values_.durable = sequence;
}

void ReceptionState::set_recorded(std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  values_.recorded = sequence;
}

void ReceptionState::set_connected(bool connected) {
  const std::scoped_lock lock(mutex_);
  values_.analyzer_connected = connected;
}

ReceptionState::Values ReceptionState::values() const {
  const std::scoped_lock lock(mutex_);
  return values_;
}

Result<StopEvent::Woken> VerdictServer::wait(int descriptor, milliseconds timeout, int other) {
  if (parts_.loop != nullptr) parts_.loop->rest();
  auto woken = parts_.stop.wait(descriptor, timeout, other);
  if (parts_.loop != nullptr) parts_.loop->begin();
  return woken;
}

Result<void> VerdictServer::run() {
  for (;;) {
    const auto woken = wait(listening_.number(), milliseconds(-1));
    if (!woken) return woken.error();
    if (*woken == StopEvent::Woken::stopped) return {};
    if (*woken == StopEvent::Woken::timeout) continue;
    auto connection = accept_unix_connection(listening_.number());
    if (!connection) {
      // Too many files, no memory: may pass. Anything else will not.
      if (connection.error().kind != Error::Kind::temporary) return connection.error();
      log_warning("analyzer cannot connect", {{"error", connection.error().message}});
      std::this_thread::sleep_for(kPauseAfterRefusal);
      continue;
    }
    const auto served = serve(std::move(*connection));
    parts_.reception.set_connected(false);
    if (!served) log_warning("analyzer disconnected", {{"reason", served.error().message}});
  }
}

Result<void> VerdictServer::serve(FileDescriptor connection) {
  const auto peer = peer_credentials(connection.number());
  if (!peer) return peer.error();
  if (!may_bring_verdicts(*peer))
    return forbidden("user " + name_of_user(peer->user) + " may not bring verdicts");
  if (auto limited = limit_sending(connection.number()); !limited) return limited;
  FrameReader frames(kLargestVerdictFrame);
  if (auto greeted = greet(connection.number(), frames); !greeted) return greeted;
  parts_.reception.set_connected(true);
  for (;;) {
    const auto going_on = take_batch(connection.number(), frames);
    if (!going_on || !*going_on) {
      if (auto written = parts_.mark.write_now(); !written) return written;
      if (!going_on) return going_on.error();
      return {};
    }
  }
}

Result<void> VerdictServer::greet(int connection, FrameReader& frames) {
  const auto woken = wait(connection, kHandshakeTimeout);
  if (!woken) return woken.error();
  if (*woken != StopEvent::Woken::readable) return temporary("no hello was waited for");
  const auto frame = receive_frame(connection, frames, kHandshakeTimeout);
  if (!frame) return frame.error();
  if (frame->type != static_cast<std::uint8_t>(VerdictFrame::hello))
    return malformed("the first frame is no hello");
  const auto hello = parse_verdict_hello(frame->payload);
  if (!hello) return hello.error();
  const auto welcome = parts_.store.with([&](Store& store) { return store.welcome(*hello); });
  if (!welcome) return welcome.error();
  log_ = hello->log;
  parts_.reception.set_log(log_);
  parts_.reception.set_durable(hello->durable_sequence);
  if (welcome->recorded > hello->durable_sequence)
    log_error("journal log is shorter than what was recorded of it",
              {{"log", log_},
               {"recorded", std::to_string(welcome->recorded)},
               {"durable", std::to_string(hello->durable_sequence)}});
  if (auto advanced = advance_mark(log_); !advanced) return advanced;
  log_info("analyzer connected", {{"log", log_}, {"recorded", std::to_string(welcome->recorded)}});
  if (auto sent = send_frame(connection, static_cast<std::uint8_t>(VerdictFrame::welcome),
                             to_json(*welcome));
      !sent)
    return sent;
  sent_history_ = sent_lists_ = nullptr;
  if (parts_.revisions != nullptr)
    if (auto begun =
            parts_.revisions->begin(log_, {hello->rule_set, hello->signatures, hello->host_lists});
        !begun)
      return begun;
  return send_news(connection);
}

Result<void> VerdictServer::send_file(int connection, VerdictFrame type,
                                      std::shared_ptr<const FileDescriptor> newest,
                                      std::shared_ptr<const FileDescriptor>& sent) {
  if (newest == nullptr || newest == sent) return {};
  const std::string frame = encode_frame(static_cast<std::uint8_t>(type), "");
  auto done = send_with_descriptors(connection, frame, {newest->number()});
  if (done) sent = std::move(newest);
  return done;
}

Result<void> VerdictServer::send_news(int connection) {
  Result<void> sent;
  if (parts_.history != nullptr)
    sent = send_file(connection, VerdictFrame::history, parts_.history->newest(), sent_history_);
  if (sent && parts_.lists != nullptr)
    sent = send_file(connection, VerdictFrame::lists, parts_.lists->newest(), sent_lists_);
  if (!sent) return sent;
  return ask_again(connection);
}

// While the analyzer works on what was asked there is room for records that come in.
Result<void> VerdictServer::ask_again(int connection) {
  if (parts_.revisions == nullptr) return {};
  const auto requests = parts_.revisions->next();
  if (!requests) return requests.error();
  for (const JudgeAgain& request : *requests)
    if (auto sent = send_frame(connection, static_cast<std::uint8_t>(VerdictFrame::judge_again),
                               to_json(request));
        !sent)
      return sent;
  return {};
}

Result<bool> VerdictServer::take_batch(int connection, FrameReader& frames) {
  if (parts_.loop != nullptr) parts_.loop->begin();  // also where nothing has to be waited for
  auto batch = take_frames(frames);
  if (!batch) return batch.error();
  while (batch->empty()) {
    const bool has_more = parts_.revisions != nullptr && parts_.revisions->has_more();
    const auto due = has_more ? std::optional(milliseconds(0)) : parts_.mark.due_in();
    const auto woken = wait(connection, due.value_or(milliseconds(-1)), news_.number());
    if (!woken) return woken.error();
    if (*woken == StopEvent::Woken::stopped) return false;
    write_mark();
    if (*woken == StopEvent::Woken::other) take_wake();
    if (has_more || *woken == StopEvent::Woken::other)
      if (auto told = send_news(connection); !told) return told.error();
    if (*woken != StopEvent::Woken::readable) continue;
    auto received = receive_with_descriptors(connection, kReadBytes);
    if (!received) return received.error();
    if (received->bytes.empty()) return false;
    frames.feed(received->bytes);
    batch = take_frames(frames);
    if (!batch) return batch.error();
  }
  if (auto handled = handle(connection, *batch); !handled) return handled.error();
  return true;
}

Result<void> VerdictServer::handle(int connection, const std::vector<Frame>& batch) {
  std::vector<Delivery> deliveries;
  for (const Frame& frame : batch) {
    const auto type = static_cast<VerdictFrame>(frame.type);
    if (type == VerdictFrame::progress) {
      const auto durable = parse_progress(frame.payload);
      if (!durable) return durable.error();
      parts_.reception.set_durable(*durable);
    } else if (type == VerdictFrame::verdict || type == VerdictFrame::attempt) {
      auto delivery = parse_delivery(type, frame.payload);
      if (!delivery) return delivery.error();
      if (delivery->stamp.log != log_) return malformed("a stamp of another log than the hello's");
      deliveries.push_back(std::move(*delivery));
    } else if (auto taken = take_other(frame); !taken) {
      return taken;
    }
  }
  if (deliveries.empty()) return send_news(connection);
  const auto recorded = parts_.recorder.record(deliveries);
  if (!recorded) return recorded.error();
  if (recorded->has_steps) parts_.steps_were_planned();
  auto sent = send_frame(connection, static_cast<std::uint8_t>(VerdictFrame::recorded),
                         recorded_to_json(recorded->sequences));
  auto advanced = advance_mark(log_);
  if (!sent || !advanced) return sent ? advanced : sent;
  return send_news(connection);
}

Result<void> VerdictServer::take_other(const Frame& frame) {
  const auto type = static_cast<VerdictFrame>(frame.type);
  if (type == VerdictFrame::not_judged && parts_.revisions != nullptr) {
    const auto answer = parse_not_judged(frame.payload);
    return answer ? parts_.revisions->take_refusal(*answer) : answer.error();
  }
  if (type == VerdictFrame::signatures) {
    const auto signatures = parse_signatures(frame.payload);
    if (!signatures) return signatures.error();
    return parts_.revisions != nullptr ? parts_.revisions->signatures_changed(*signatures)
                                       : Result<void>();
  }
  if (type == VerdictFrame::host_lists) {
    const auto digest = parse_host_lists(frame.payload);
    if (!digest) return digest.error();
    return parts_.revisions != nullptr ? parts_.revisions->host_lists_changed(*digest)
                                       : Result<void>();
  }
  if (type != VerdictFrame::rules)
    return malformed("a frame of type " + std::to_string(frame.type));
  const auto rule_set = parse_rules(frame.payload);
  if (!rule_set) return rule_set.error();
  return parts_.revisions != nullptr ? parts_.revisions->rules_changed(*rule_set) : Result<void>();
}

Result<void> VerdictServer::advance_mark(const std::string& log) {
  const auto recorded = parts_.store.with([&](Store& store) { return store.recorded_mark(log); });
  if (!recorded) return recorded.error();
  parts_.reception.set_recorded(*recorded);
  parts_.mark.advance(log, *recorded);
  write_mark();
  return {};
}

void VerdictServer::write_mark() {
  if (auto written = parts_.mark.write_if_due(); !written)
    log_error("recorded mark cannot be written", {{"error", written.error().message}});
}

}  // namespace secondlook
