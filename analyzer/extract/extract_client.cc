#include "analyzer/extract/extract_client.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <sys/wait.h>

#include "base/log.h"
#include "base/system_error.h"
#include "base/unix_socket.h"

namespace secondlook {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr milliseconds kKeeperPatience(60'000);
constexpr std::size_t kReadAtOnce = 64 << 10;
// Its pages are given back with the extractor.
constexpr std::size_t kLargeFile = 16 << 20;

// Of another process; nothing of one that has ended.
nanoseconds time_on(clockid_t clock) {
  timespec used{};
  if (::clock_gettime(clock, &used) != 0) return nanoseconds(0);
  return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

std::string describe_end(std::uint32_t wait_status) {
  const int status = static_cast<int>(wait_status);
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

std::string seconds_text(nanoseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", std::chrono::duration<double>(time).count());
  return text.data();
}

DocumentFindings unseen(const InspectionAllowance& allowance, const std::string& reason) {
  DocumentFindings findings(allowance);
  findings.add_unseen(reason);
  return findings;
}

}  // namespace

ExtractClient::ExtractClient(FileDescriptor keeper, const ExtractTimes& times)
    : keeper_(std::move(keeper)), times_(times) {
  begin_message();
}

void ExtractClient::begin_message() {
  cpu_left_ = times_.cpu_per_message;
  wall_left_ = times_.wall_per_message;
  begins_message_ = true;
}

bool ExtractClient::has_time() const {
  return cpu_left_.count() > 0 && wall_left_.count() > 0;
}

// An extractor that dies of its first file died of that file. One that dies of a later one may have
// been broken by an earlier, of another mail perhaps: then a fresh one is asked once more.
DocumentFindings ExtractClient::inspect(std::string_view content, std::string_view type,
                                        const InspectionAllowance& allowance) {
  if (content.size() > kMostFileBytes) return unseen(allowance, "too large to be looked into");
  for (;;) {
    if (!has_time()) return unseen(allowance, "no time left for the files of this mail");
    if (!extractor_)
      if (auto started = start_extractor(); !started) {
        keeper_.reset();
        return unseen(allowance, "not looked into: " + started.error().message);
      }
    const bool is_fresh = extractor_->files == 0;
    Answer answer = ask(content, type, allowance);
    if (auto* findings = std::get_if<DocumentFindings>(&answer)) {
      retire_after(content.size());
      return std::move(*findings);
    }
    const std::string end = end_extractor();
    const std::string& overrun = std::get<Loss>(answer).reason;
    log_warning("extractor lost",
                {{"type", std::string(type)}, {"reason", overrun.empty() ? end : overrun}});
    if (is_fresh || !overrun.empty())
      return unseen(allowance, "what looked into it " + (overrun.empty() ? end : overrun));
  }
}

Result<void> ExtractClient::start_extractor() {
  if (is_lost()) return temporary("the helper is gone");
  auto memory = SharedMemory::make(kMostFileBytes);
  if (!memory) return memory.error();
  auto ends = make_socket_pair();
  if (!ends) return ends.error();
  const std::string frame = encode_frame(static_cast<std::uint8_t>(KeeperFrame::start), "");
  if (auto sent = send_with_descriptors(keeper_.number(), frame,
                                        {ends->second.number(), memory->descriptor()});
      !sent)
    return sent;
  ends->second.reset();
  const auto process = hear(KeeperFrame::started);
  if (!process) return process.error();
  clockid_t clock{};
  if (::clock_getcpuclockid(static_cast<pid_t>(*process), &clock) != 0)
    clock = CLOCK_MONOTONIC;  // it has ended already, which its socket will say
  extractor_.emplace(Extractor{std::move(ends->first), std::move(*memory), clock});
  begins_message_ = true;
  return {};
}

Result<std::uint32_t> ExtractClient::hear(KeeperFrame awaited) {
  for (;;) {
    const auto frame = receive_frame(keeper_.number(), told_, kKeeperPatience);
    if (!frame) return frame.error();
    if (frame->payload.size() != sizeof(std::uint32_t))
      return malformed("the keeper's frame is none");
    std::uint32_t number = 0;
    for (int i = 3; i >= 0; --i)
      number =
          number << 8U | static_cast<std::uint8_t>(frame->payload[static_cast<std::size_t>(i)]);
    if (static_cast<KeeperFrame>(frame->type) == awaited) return number;
  }
}

ExtractClient::Answer ExtractClient::ask(std::string_view content, std::string_view type,
                                         const InspectionAllowance& allowance) {
  extractor_->memory.put(content);
  ExtractRequest request;
  request.length = content.size();
  request.begins_message = std::exchange(begins_message_, false);
  request.type = type;
  request.allowance.pictures = allowance.pictures;
  request.allowance.pixels = allowance.pixels;
  request.allowance.files_in_files = allowance.files_in_files;
  if (!send_frame(extractor_->socket.number(), static_cast<std::uint8_t>(ExtractFrame::file),
                  encode_request(request)))
    return Loss{};
  const auto asked = SteadyClock::now();
  const nanoseconds cpu_before = time_on(extractor_->cpu_clock);
  Answer answer = await(allowance);
  const nanoseconds wall = SteadyClock::now() - asked;
  wall_left_ -= wall;
  // The clock of one that has died stands no more.
  cpu_left_ -= std::holds_alternative<Loss>(answer)
                   ? std::min<nanoseconds>(wall, times_.cpu_per_file)
                   : time_on(extractor_->cpu_clock) - cpu_before;
  return answer;
}

ExtractClient::Answer ExtractClient::await(const InspectionAllowance& allowance) {
  Extractor& extractor = *extractor_;
  const auto until = SteadyClock::now() + std::min<nanoseconds>(times_.wall_per_file, wall_left_);
  const nanoseconds most_cpu = std::min<nanoseconds>(times_.cpu_per_file, cpu_left_);
  const nanoseconds cpu_end = time_on(extractor.cpu_clock) + most_cpu;
  for (;;) {
    auto frame = extractor.answers.next();
    if (!frame) return Loss{"answered too much"};
    if (*frame) {
      const bool is_findings = (*frame)->type == static_cast<std::uint8_t>(ExtractFrame::findings);
      auto findings = decode_findings((*frame)->payload, allowance);
      if (!is_findings || !findings || extractor.answers.buffered() > 0)
        return Loss{"answered what cannot be read"};
      ++extractor.files;
      return std::move(*findings);
    }
    const nanoseconds cpu_left = cpu_end - time_on(extractor.cpu_clock);
    const nanoseconds wall_left = until - SteadyClock::now();
    if (cpu_left.count() <= 0) return Loss{"used " + seconds_text(most_cpu) + " of CPU time"};
    if (wall_left.count() <= 0) return Loss{"did not answer in time"};
    // It computes on one core: its CPU clock cannot pass the limit sooner than the wall clock.
    const auto pause = std::chrono::duration_cast<milliseconds>(std::min(cpu_left, wall_left));
    const auto readable = wait_readable(extractor.socket.number(), pause + milliseconds(1));
    if (!readable) return Loss{};
    if (!*readable) continue;
    auto received = receive_with_descriptors(extractor.socket.number(), kReadAtOnce);
    if (!received || received->bytes.empty()) return Loss{};
    extractor.answers.feed(received->bytes);
  }
}

// It ends when its socket is closed; the keeper reaps it.
void ExtractClient::retire_after(std::size_t file_bytes) {
  if (extractor_->files >= times_.files_per_extractor || file_bytes > kLargeFile)
    extractor_.reset();
}

std::string ExtractClient::end_extractor() {
  extractor_.reset();
  const auto asked = send_frame(keeper_.number(), static_cast<std::uint8_t>(KeeperFrame::kill), "");
  const auto status = asked ? hear(KeeperFrame::ended) : Result<std::uint32_t>(asked.error());
  if (status) return describe_end(*status);
  keeper_.reset();
  return "ended";
}

}  // namespace secondlook
