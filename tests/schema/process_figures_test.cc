#include "schema/process_figures.h"

#include <atomic>
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace secondlook;

namespace {

int copy_of(const FileDescriptor& memory) {
  return ::fcntl(memory.number(), F_DUPFD_CLOEXEC, 3);
}

}  // namespace

TEST_CASE("what one process counts another one reads, and the next process counts on") {
  const auto memory = make_figures_memory(sizeof(IngestFigures));
  const auto other = make_figures_memory(sizeof(AnalyzerFigures));
  REQUIRE(memory);
  REQUIRE(other);
  auto for_reading = open_for_reading(*memory);
  REQUIRE(for_reading);
  {
    const auto first = map_ingest_figures({copy_of(*memory)});
    first->reports.add(3);
    first->last_report_at.set(Timestamp(std::chrono::microseconds(77)));
  }
  const auto second = map_ingest_figures({copy_of(*memory)});
  second->reports.add();
  const ReadFigures read = map_figures_for_reading({for_reading->release(), copy_of(*other)});
  REQUIRE(read.ingest);
  REQUIRE(read.analyzer);
  CHECK(read.ingest->reports.get() == 4);
  CHECK(read.ingest->last_report_at.get() == 77);
  CHECK(read.analyzer->verdicts.get() == 0);
}

TEST_CASE("a pulse is seen by who reads it, and memory of another size is none") {
  const auto memory = make_figures_memory(sizeof(PulseFigures));
  const auto other = make_figures_memory(sizeof(IngestFigures));
  REQUIRE(memory);
  REQUIRE(other);
  const auto own = map_pulse_figures({copy_of(*memory)});
  const auto read = map_pulse_for_reading(copy_of(*memory));
  REQUIRE(read);
  own->pulse.set(std::uint64_t{42});
  CHECK(read->pulse.get() == 42);
  CHECK_FALSE(map_pulse_for_reading(copy_of(*other)));
  CHECK(map_pulse_figures({})->pulse.get() == 0);  // without `serve`: one's own
}

TEST_CASE("who reads figures cannot write them, and nobody can make the memory smaller") {
  const auto memory = make_figures_memory(sizeof(IngestFigures));
  REQUIRE(memory);
  const auto for_reading = open_for_reading(*memory);
  REQUIRE(for_reading);
  CHECK(::mmap(nullptr, sizeof(IngestFigures), PROT_READ | PROT_WRITE, MAP_SHARED,
               for_reading->number(), 0) == MAP_FAILED);
  CHECK(::ftruncate(memory->number(), 0) != 0);
}

TEST_CASE("a forked child has no figures to write") {
  const auto memory = make_figures_memory(sizeof(AnalyzerFigures));
  REQUIRE(memory);
  const auto figures = map_analyzer_figures({copy_of(*memory)});
  figures->verdicts.set(5);
  const pid_t child = ::fork();
  if (child == 0) {
    unsigned char resident = 0;
    const auto page = reinterpret_cast<std::uintptr_t>(figures.get()) & ~std::uintptr_t{4095};
    ::_exit(::mincore(reinterpret_cast<void*>(page), 1, &resident) == 0 ? 1 : 0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a table of rules is read as it was at one moment") {
  const auto figures = std::make_unique<RuleTimeFigures>();
  REQUIRE(figures->read());
  CHECK(figures->read()->rules.empty());
  figures->write({7, {{"ONE", 10, 1}, {std::string(100, 'x'), 20, 2}}});
  auto table = figures->read();
  REQUIRE(table);
  CHECK(table->reports == 7);
  REQUIRE(table->rules.size() == 2);
  CHECK(table->rules[0].name == "ONE");
  CHECK(table->rules[1].name == std::string(RuleTimeFigures::kLongestName, 'x'));
  CHECK(table->rules[1].nanoseconds == 20);
  CHECK(table->rules[1].searches == 2);
  figures->write({8, std::vector<RuleTime>(50, RuleTime{"R", 1, 1})});
  CHECK(figures->read()->rules.size() == kMostRuleTimes);

  // One writes tables whose numbers all agree, the other never sees two of them mixed.
  std::atomic<bool> ends = false;
  std::thread writer([&] {
    for (std::uint64_t i = 1; !ends; ++i)
      figures->write(
          {i, std::vector<RuleTime>(i % kMostRuleTimes, RuleTime{std::to_string(i), i, i})});
  });
  int mixed = 0, read = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto seen = figures->read();
    if (!seen) continue;
    ++read;
    for (const RuleTime& rule : seen->rules)
      if (seen->reports != 8 &&
          (rule.nanoseconds != seen->reports || rule.name != std::to_string(seen->reports)))
        ++mixed;
  }
  ends = true;
  writer.join();
  CHECK(mixed == 0);
  CHECK(read > 0);
}

TEST_CASE("without memory, or with something else in its place, a process counts for itself") {
  const auto alone = map_ingest_figures({});
  alone->reports.add();
  CHECK(alone->reports.get() == 1);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  const auto odd = map_ingest_figures({nothing});
  odd->reports.add(2);
  CHECK(odd->reports.get() == 2);
  const auto wrong_size = make_figures_memory(8);
  REQUIRE(wrong_size);
  CHECK(map_analyzer_figures({copy_of(*wrong_size)})->verdicts.get() == 0);
  CHECK_FALSE(map_figures_for_reading({copy_of(*wrong_size), copy_of(*wrong_size)}).ingest);
}

TEST_CASE("the descriptors are taken out of the environment, and only numbers count") {
  ::setenv(kFiguresVariable, "5,17", 1);
  CHECK(take_figures_descriptors() == std::vector<int>{5, 17});
  CHECK(std::getenv(kFiguresVariable) == nullptr);
  ::setenv(kFiguresVariable, "5,x", 1);
  CHECK(take_figures_descriptors().empty());
  CHECK(take_figures_descriptors().empty());
}

TEST_CASE("durations fall into buckets that double") {
  DurationFigures figures;
  figures.observe(std::chrono::microseconds(250));
  figures.observe(std::chrono::microseconds(251));
  figures.observe(std::chrono::seconds(100));
  CHECK(figures.bucket(0) == 1);
  CHECK(figures.bucket(1) == 1);
  CHECK(figures.count() == 3);
  CHECK(figures.sum_seconds() == Approx(100.000501));
}
