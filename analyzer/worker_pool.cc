#include "analyzer/worker_pool.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <list>
#include <utility>

#include "base/log.h"

namespace secondlook {

using std::chrono::milliseconds;

struct WorkerPool::State {
  PoolSettings settings;
  MakeAnalyseJob make_analyse;
  HelperConnections connect;
  const Clock& clock;
  std::list<WorkerProcess> workers;
  std::uint32_t unready_in_a_row = 0;
  std::vector<std::chrono::steady_clock::time_point> pauses;  // when empty places are filled again
  milliseconds next_pause{0};                                 // 0: none since all were ready

  Result<WorkerProcess> start_worker() const;
  Result<void> fill();
  void retire_idle();
  void pause_place();
  void end_pauses();
  milliseconds until_filled() const;
  Result<void> look_at_unready(const WorkerProcess& worker, bool& must_be_replaced);
  WorkerProcess* find_idle();
  std::optional<std::string> overrun(const WorkerProcess& worker) const;
  milliseconds until_overrun(const WorkerProcess& worker) const;
  milliseconds until_unready(const WorkerProcess& worker) const;
  Result<std::optional<JobOutcome>> look_at(WorkerProcess& worker, bool& must_be_replaced) const;
  Result<std::optional<JobOutcome>> lose(WorkerProcess& worker, const std::string& reason) const;
};

namespace {

std::string seconds_text(milliseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(time.count()) / 1000);
  return text.data();
}

}  // namespace

Result<WorkerProcess> WorkerPool::State::start_worker() const {
  WorkerConnections helpers;
  for (const auto& [make, end] : {std::pair(&connect.scanner, &helpers.scanner),
                                  std::pair(&connect.extract, &helpers.extract)}) {
    if (!*make) continue;
    auto connection = (*make)();
    if (!connection) return connection.error();
    *end = std::move(*connection);
  }
  return WorkerProcess::start(make_analyse, std::move(helpers), settings.limits,
                              settings.largest_answer, clock.steady());
}

Result<void> WorkerPool::State::fill() {
  while (workers.size() + pauses.size() < settings.workers) {
    auto worker = start_worker();
    if (!worker) return worker.error();
    workers.push_back(std::move(*worker));
  }
  return {};
}

// A place whose workers hang may do so because of what they wait for: each try costs a fork and
// minutes, and shows in the log.
void WorkerPool::State::pause_place() {
  next_pause = next_pause.count() == 0 ? settings.first_pause
                                       : std::min(next_pause * 2, settings.longest_pause);
  pauses.push_back(clock.steady() + next_pause);
}

void WorkerPool::State::end_pauses() {
  std::erase_if(pauses, [now = clock.steady()](const auto& until) { return until <= now; });
  const bool all_ready =
      workers.size() == settings.workers &&
      std::ranges::all_of(workers, [](const WorkerProcess& worker) { return worker.is_ready(); });
  if (all_ready) next_pause = milliseconds(0);
}

milliseconds WorkerPool::State::until_filled() const {
  const auto first = *std::ranges::min_element(pauses);
  const auto left = std::chrono::duration_cast<milliseconds>(first - clock.steady());
  return std::max(milliseconds(1), left + milliseconds(1));
}

WorkerProcess* WorkerPool::State::find_idle() {
  const auto idle = std::ranges::find_if(
      workers, [](const WorkerProcess& worker) { return worker.is_ready() && !worker.job(); });
  return idle == workers.end() ? nullptr : &*idle;
}

std::optional<std::string> WorkerPool::State::overrun(const WorkerProcess& worker) const {
  if (!worker.job()) return std::nullopt;
  if (worker.cpu_time_used() >= settings.cpu_time_per_job)
    return seconds_text(settings.cpu_time_per_job) + " of CPU time used";
  if (worker.wall_time_used(clock.steady()) >= settings.wall_time_per_job)
    return "no answer after " + seconds_text(settings.wall_time_per_job);
  return std::nullopt;
}

// One that is not ready may wait for a lock that nobody gives back, and would be counted as a
// worker for ever.
Result<void> WorkerPool::State::look_at_unready(const WorkerProcess& worker,
                                                bool& must_be_replaced) {
  if (worker.age(clock.steady()) < settings.time_to_get_ready) return {};
  const std::string time = seconds_text(settings.time_to_get_ready);
  if (++unready_in_a_row >= kMostUnready) {
    return internal("workers do not get ready in " + time);
  }
  pause_place();
  log_warning("worker is not ready and is given up for now",
              {{"after", time},
               {"next_try_in", seconds_text(next_pause)},
               {"workers_missing", std::to_string(pauses.size())}});
  must_be_replaced = true;
  return {};
}

void WorkerPool::State::retire_idle() {
  workers.remove_if([](const WorkerProcess& worker) { return worker.retires() && !worker.job(); });
}

// A worker computes on one core, so its CPU clock cannot pass the limit sooner than the wall clock.
milliseconds WorkerPool::State::until_overrun(const WorkerProcess& worker) const {
  const auto cpu = settings.cpu_time_per_job - worker.cpu_time_used();
  const auto wall = settings.wall_time_per_job - worker.wall_time_used(clock.steady());
  return std::max(milliseconds(1), std::min(cpu, wall) + milliseconds(1));
}

milliseconds WorkerPool::State::until_unready(const WorkerProcess& worker) const {
  const auto left = settings.time_to_get_ready - worker.age(clock.steady());
  return std::max(milliseconds(1), left + milliseconds(1));
}

Result<std::optional<JobOutcome>> WorkerPool::State::lose(WorkerProcess& worker,
                                                          const std::string& reason) const {
  const auto job = worker.job();
  const bool was_ready = worker.is_ready();
  const std::string end = worker.end();
  if (!was_ready) return internal("a worker ended before it was ready: " + end);
  if (!job) return std::optional<JobOutcome>();
  return std::optional<JobOutcome>(
      JobOutcome{*job, std::nullopt, reason.empty() ? end : reason, {}});
}

Result<std::optional<JobOutcome>> WorkerPool::State::look_at(WorkerProcess& worker,
                                                             bool& must_be_replaced) const {
  const auto job = worker.job();
  const auto cost = worker.cost_so_far(clock.steady());
  auto answer = worker.read_answer();
  must_be_replaced = true;
  if (!answer) {
    const bool closed = answer.error().kind == Error::Kind::temporary;
    return lose(worker, closed ? "" : answer.error().message);
  }
  if (*answer) {
    must_be_replaced = worker.retires() || worker.jobs_done() >= settings.jobs_per_worker;
    return std::optional<JobOutcome>(JobOutcome{*job, std::move(**answer), "", cost});
  }
  if (const auto reason = overrun(worker)) return lose(worker, *reason);
  must_be_replaced = false;
  return std::optional<JobOutcome>();
}

Result<WorkerPool> WorkerPool::start(const PoolSettings& settings, MakeAnalyseJob make_analyse,
                                     HelperConnections connect, const Clock& clock) {
  WorkerPool pool(std::unique_ptr<State>(
      new State{settings, std::move(make_analyse), std::move(connect), clock, {}, 0, {}}));
  if (auto filled = pool.state_->fill(); !filled) return filled.error();
  return pool;
}

WorkerPool::WorkerPool(std::unique_ptr<State> state) : state_(std::move(state)) {}
WorkerPool::WorkerPool(WorkerPool&&) noexcept = default;
WorkerPool& WorkerPool::operator=(WorkerPool&&) noexcept = default;
WorkerPool::~WorkerPool() = default;

bool WorkerPool::has_idle_worker() const {
  return state_->find_idle() != nullptr;
}

std::uint32_t WorkerPool::places_waiting() const {
  return static_cast<std::uint32_t>(state_->pauses.size());
}

std::uint32_t WorkerPool::workers() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      state_->workers, [](const WorkerProcess& worker) { return worker.is_ready(); }));
}

std::uint32_t WorkerPool::busy_workers() const {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      state_->workers, [](const WorkerProcess& worker) { return worker.job().has_value(); }));
}

bool WorkerPool::is_busy() const {
  return std::ranges::any_of(state_->workers,
                             [](const WorkerProcess& worker) { return worker.job().has_value(); });
}

Result<void> WorkerPool::submit(const WorkerJob& job, const std::vector<int>& descriptors) {
  WorkerProcess* worker = state_->find_idle();
  if (worker == nullptr) return temporary("no worker is idle");
  return worker->give(job, descriptors, state_->clock.steady());
}

Result<void> WorkerPool::renew(MakeAnalyseJob make_analyse) {
  state_->make_analyse = std::move(make_analyse);
  return renew();
}

Result<void> WorkerPool::renew() {
  state_->pauses.clear();  // the new rules may be what the old ones' workers waited for
  for (WorkerProcess& worker : state_->workers) worker.retire();
  state_->retire_idle();
  return state_->fill();
}

void WorkerPool::watch(std::vector<pollfd>& polled) const {
  for (const WorkerProcess& worker : state_->workers)
    polled.push_back({worker.connection(), POLLIN, 0});
}

std::optional<milliseconds> WorkerPool::until_deadline() const {
  std::optional<milliseconds> next;
  if (!state_->pauses.empty()) next = state_->until_filled();
  for (const WorkerProcess& worker : state_->workers) {
    if (worker.is_ready() && !worker.job()) continue;
    const auto time =
        worker.is_ready() ? state_->until_overrun(worker) : state_->until_unready(worker);
    next = next ? std::min(*next, time) : time;
  }
  return next;
}

Result<std::vector<JobOutcome>> WorkerPool::collect() {
  std::vector<JobOutcome> outcomes;
  for (auto worker = state_->workers.begin(); worker != state_->workers.end();) {
    bool must_be_replaced = false;
    auto outcome = state_->look_at(*worker, must_be_replaced);
    if (!outcome) return outcome.error();
    if (*outcome) outcomes.push_back(std::move(**outcome));
    if (worker->is_ready()) {
      state_->unready_in_a_row = 0;
    } else if (!must_be_replaced) {
      auto looked = state_->look_at_unready(*worker, must_be_replaced);
      if (!looked) return looked.error();
    }
    worker = must_be_replaced ? state_->workers.erase(worker) : std::next(worker);
  }
  state_->end_pauses();
  if (auto filled = state_->fill(); !filled) return filled.error();
  return outcomes;
}

}  // namespace secondlook
