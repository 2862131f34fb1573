#include "analyzer/scan_service.h"

#include <charconv>

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "analyzer/record_ledger.h"
#include "analyzer/unscanned_verdict.h"
#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestJobFrame = 4096;
constexpr std::size_t kReadAtOnce = 64 << 10;

Result<std::uint64_t> parse_index(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("index") || !parsed["index"].is_number_unsigned())
    return malformed("a scan job is {\"index\": n}");
  return parsed["index"].get<std::uint64_t>();
}

}  // namespace

ScanService::ScanService(int connection, WorkerPool& pool, std::vector<int> helper_controls)
    : connection_(connection),
      pool_(pool),
      helper_controls_(std::move(helper_controls)),
      frames_(kLargestJobFrame) {}

Result<void> ScanService::run() {
  while (!all_received_ || !files_.empty()) {
    auto done = dispatch();
    if (done) done = wait();
    if (!done) return done;
  }
  return {};
}

Result<void> ScanService::wait() {
  std::vector<pollfd> polled = {{all_received_ ? -1 : connection_, POLLIN, 0}};
  for (const int control : helper_controls_) polled.push_back({control, POLLIN, 0});
  pool_.watch(polled);
  const auto deadline = pool_.until_deadline();
  ::poll(polled.data(), polled.size(), deadline ? static_cast<int>(deadline->count()) : -1);
  for (std::size_t i = 1; i <= helper_controls_.size(); ++i)
    if (polled[i].revents != 0) return temporary("a helper ended");
  if (polled[0].revents != 0)
    if (auto received = receive(); !received) return received;
  return take_outcomes();
}

Result<void> ScanService::receive() {
  auto received = receive_with_descriptors(connection_, kReadAtOnce);
  if (!received) return received.error();
  all_received_ = received->bytes.empty();
  for (FileDescriptor& descriptor : received->descriptors)
    descriptors_.push_back(std::move(descriptor));
  frames_.feed(received->bytes);
  for (;;) {
    const auto frame = frames_.next();
    if (!frame) return frame.error();
    if (!*frame) return {};
    if (auto taken = take_job(**frame); !taken) return taken;
  }
}

Result<void> ScanService::take_job(const Frame& frame) {
  if (frame.type != static_cast<std::uint8_t>(ScanFrame::job) || descriptors_.empty())
    return malformed("scan: a job is a job frame with a descriptor");
  const auto index = parse_index(frame.payload);
  if (!index) return index.error();
  if (files_.size() >= kMostScanJobs || files_.contains(*index))
    return malformed("scan: more than 64 jobs unanswered, or an index twice");
  File file{std::move(descriptors_.front()), {}};
  descriptors_.pop_front();
  struct stat facts {};
  if (::fstat(file.descriptor.number(), &facts) != 0) return last_system_error("scan: fstat");
  if (!S_ISREG(facts.st_mode))
    return send_result(*index, unscanned_verdict_json("no regular file"));
  file.job.id = *index;
  file.job.length = static_cast<std::uint64_t>(facts.st_size);
  files_.emplace(*index, std::move(file));
  waiting_.push_back(*index);
  return {};
}

Result<void> ScanService::dispatch() {
  while (!waiting_.empty() && pool_.has_idle_worker()) {
    const File& file = files_.at(waiting_.front());
    const auto submitted = pool_.submit(file.job, {file.descriptor.number()});
    if (!submitted) return {};  // the worker died while idle: collect() will replace it
    waiting_.pop_front();
  }
  return {};
}

Result<void> ScanService::take_outcomes() {
  auto outcomes = pool_.collect();
  if (!outcomes) return outcomes.error();
  for (const JobOutcome& outcome : *outcomes) {
    const std::uint64_t index = outcome.job.id;
    if (!outcome.answer && outcome.job.attempt < kMostAttempts) {
      ++files_.at(index).job.attempt;
      waiting_.push_back(index);
      continue;
    }
    const std::string verdict =
        outcome.answer ? *outcome.answer : unscanned_verdict_json(outcome.failure);
    files_.erase(index);
    if (auto sent = send_result(index, verdict); !sent) return sent;
  }
  return {};
}

Result<void> ScanService::send_result(std::uint64_t index, std::string_view verdict_json) {
  const std::string payload = (std::to_string(index) + "\n").append(verdict_json);
  return send_frame(connection_, static_cast<std::uint8_t>(ScanFrame::result), payload);
}

}  // namespace secondlook
