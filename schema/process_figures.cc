#include "schema/process_figures.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

// Null where it is no memory of that size.
void* map(int descriptor, std::size_t bytes, bool writable) {
  const FileDescriptor memory(descriptor);
  struct stat facts {};
  if (::fstat(descriptor, &facts) != 0 || facts.st_size != static_cast<off_t>(bytes))
    return nullptr;
  void* const place =
      ::mmap(nullptr, bytes, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, descriptor, 0);
  if (place == MAP_FAILED) return nullptr;
  // Forked workers open hostile files: what counts them is not for them to write.
  ::madvise(place, bytes, MADV_DONTFORK);
  return place;
}

// All zeros is what a new one holds, so that no constructor runs over what an earlier process
// counted. Never unmapped: threads may count to the end.
template <typename Figures>
std::shared_ptr<Figures> map_for_writing(const std::vector<int>& descriptors) {
  void* const place =
      descriptors.empty() ? nullptr : map(descriptors.front(), sizeof(Figures), true);
  if (place == nullptr) return std::make_shared<Figures>();
  return {static_cast<Figures*>(place), [](Figures* /*kept*/) {}};
}

template <typename Figures>
std::shared_ptr<const Figures> map_for_reading(int descriptor) {
  const void* const place = map(descriptor, sizeof(Figures), false);
  return {static_cast<const Figures*>(place), [](const Figures* /*kept*/) {}};
}

}  // namespace

// A reader that saw the same even version before and behind saw one table (a sequence lock).
void RuleTimeFigures::write(const RuleTimeTable& table) {
  const std::uint64_t writing = version_.get() | 1U;
  version_.set(writing);
  std::atomic_thread_fence(std::memory_order_release);
  const std::size_t count = std::min(table.rules.size(), rows_.size());
  reports_.set(table.reports);
  count_.set(count);
  for (std::size_t i = 0; i < count; ++i) {
    const RuleTime& rule = table.rules[i];
    std::array<std::uint64_t, kLongestName / 8> name{};
    std::memcpy(name.data(), rule.name.data(), std::min(rule.name.size(), kLongestName));
    for (std::size_t k = 0; k < name.size(); ++k) rows_[i].name[k].set(name[k]);
    rows_[i].nanoseconds.set(rule.nanoseconds);
    rows_[i].searches.set(rule.searches);
  }
  std::atomic_thread_fence(std::memory_order_release);
  version_.set(writing + 1);
}

std::optional<RuleTimeTable> RuleTimeFigures::read() const {
  constexpr int kMostTries = 100;
  for (int tries = 0; tries < kMostTries; ++tries) {
    const std::uint64_t before = version_.get();
    std::atomic_thread_fence(std::memory_order_acquire);
    RuleTimeTable table;
    table.reports = reports_.get();
    for (std::size_t i = 0; i < std::min<std::uint64_t>(count_.get(), rows_.size()); ++i) {
      std::array<std::uint64_t, kLongestName / 8> name{};
      for (std::size_t k = 0; k < name.size(); ++k) name[k] = rows_[i].name[k].get();
      const auto* const text = reinterpret_cast<const char*>(name.data());
      table.rules.push_back({std::string(text, ::strnlen(text, kLongestName)),
                             rows_[i].nanoseconds.get(), rows_[i].searches.get()});
    }
    std::atomic_thread_fence(std::memory_order_acquire);
    if (before % 2 == 0 && version_.get() == before) return table;
  }
  return std::nullopt;
}

void DurationFigures::observe(std::chrono::microseconds time) {
  const double seconds = static_cast<double>(time.count()) / 1e6;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    if (seconds > upper_seconds(i)) continue;
    buckets_[i].add();
    break;
  }
  count_.add();
  if (time.count() > 0) sum_microseconds_.add(static_cast<std::uint64_t>(time.count()));
}

std::uint64_t pulse_at(std::chrono::steady_clock::time_point now) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
}

Result<FileDescriptor> make_figures_memory(std::size_t bytes) {
  FileDescriptor memory(::memfd_create("secondlook-figures", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory.is_open()) return last_system_error("memory for figures");
  if (::ftruncate(memory.number(), static_cast<off_t>(bytes)) != 0 ||
      ::fcntl(memory.number(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
    return last_system_error("memory for figures");
  return memory;
}

Result<FileDescriptor> open_for_reading(const FileDescriptor& memory) {
  return open_file("/proc/self/fd/" + std::to_string(memory.number()), O_RDONLY);
}

std::vector<int> take_figures_descriptors() {
  const char* const variable = std::getenv(kFiguresVariable);
  if (variable == nullptr) return {};
  const std::string text = variable;
  ::unsetenv(kFiguresVariable);
  std::vector<int> descriptors;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    int number = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size() || number < 0) return {};
    descriptors.push_back(number);
  }
  return descriptors;
}

std::shared_ptr<IngestFigures> map_ingest_figures(const std::vector<int>& descriptors) {
  return map_for_writing<IngestFigures>(descriptors);
}

std::shared_ptr<AnalyzerFigures> map_analyzer_figures(const std::vector<int>& descriptors) {
  return map_for_writing<AnalyzerFigures>(descriptors);
}

std::shared_ptr<PulseFigures> map_pulse_figures(const std::vector<int>& descriptors) {
  return map_for_writing<PulseFigures>(descriptors);
}

std::shared_ptr<const PulseFigures> map_pulse_for_reading(int descriptor) {
  return map_for_reading<PulseFigures>(descriptor);
}

ReadFigures map_figures_for_reading(const std::vector<int>& descriptors) {
  if (descriptors.size() != 2) return {};
  return {map_for_reading<IngestFigures>(descriptors[0]),
          map_for_reading<AnalyzerFigures>(descriptors[1])};
}

}  // namespace secondlook
