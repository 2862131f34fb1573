#include "cli/service_layout.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"
#include "schema/notify_paths.h"
#include "schema/process_figures.h"

namespace secondlook {
namespace {

constexpr int kFirstListeningNumber = 3;
// Beyond [smtp] drain_seconds: what was received is still synced and answered.
constexpr std::chrono::seconds kSyncPatience{10};

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

// Who owns a directory that is made, who else may enter it.
struct Rights {
  const std::optional<ProcessUser>& owner;
  std::optional<gid_t> group;  // besides the owner; none: the owner's own
  unsigned mode;
};

Result<void> make_directory_for(const std::string& path, const Rights& rights) {
  if (::access(path.c_str(), F_OK) == 0) return {};
  // Above the last one everybody may pass: the last one's mode is what protects.
  if (const std::string parent = parent_of(path); !parent.empty())
    if (auto made = make_directories(parent, 0755); !made) return made;
  if (auto made = make_directories(path, rights.mode); !made) return made;
  if (!rights.owner) return {};
  if (::chown(path.c_str(), rights.owner->user, rights.group.value_or(rights.owner->group)) != 0)
    return last_system_error("chown " + path);
  // Again: mkdir(2) leaves out the bit that hands the directory's group on to what is made in it.
  if (::chmod(path.c_str(), rights.mode) != 0) return last_system_error("chmod " + path);
  return {};
}

std::optional<gid_t> group_of(const std::optional<ProcessUser>& user) {
  return user ? std::optional(user->group) : std::nullopt;
}

ChildPlan plan_of(const std::string& name, const Configuration& configuration,
                  const std::optional<ProcessUser>& user) {
  ChildPlan plan;
  plan.executable = sibling_executable(name);
  if (!configuration.path.empty()) plan.arguments = {"--config", configuration.path};
  plan.user = user;
  plan.own_process_group = true;
  return plan;
}

// Behind the descriptors that it gets already.
void hand_over(std::initializer_list<const FileDescriptor*> memories, ChildPlan& plan) {
  int number = kFirstListeningNumber;
  for (const auto& [ours, theirs] : plan.descriptors) number = std::max(number, theirs + 1);
  std::string numbers;
  for (const FileDescriptor* memory : memories) {
    plan.descriptors.emplace_back(memory->number(), number);
    numbers += (numbers.empty() ? "" : ",") + std::to_string(number++);
  }
  plan.environment.emplace_back(kFiguresVariable, numbers);
}

// By descriptors of our own, which the maps close.
Result<void> map_for_ourselves(ServiceFigures& figures) {
  auto ingest = open_for_reading(figures.ingest);
  auto analyzer = open_for_reading(figures.analyzer);
  auto remediation = open_for_reading(figures.remediation);
  auto notify = open_for_reading(figures.notify);
  if (!ingest || !analyzer || !remediation || !notify) return internal("figures cannot be read");
  figures.read = map_figures_for_reading({ingest->release(), analyzer->release()});
  figures.remediation_pulse = map_pulse_for_reading(remediation->release());
  figures.notify_pulse = map_pulse_for_reading(notify->release());
  if (!figures.read.ingest || !figures.read.analyzer || !figures.remediation_pulse ||
      !figures.notify_pulse)
    return internal("figures cannot be mapped");
  return {};
}

}  // namespace

Result<ServiceFigures> make_service_figures() {
  auto ingest = make_figures_memory(sizeof(IngestFigures));
  if (!ingest) return ingest.error();
  auto analyzer = make_figures_memory(sizeof(AnalyzerFigures));
  if (!analyzer) return analyzer.error();
  auto remediation = make_figures_memory(sizeof(PulseFigures));
  if (!remediation) return remediation.error();
  auto notify = make_figures_memory(sizeof(PulseFigures));
  if (!notify) return notify.error();
  auto ingest_to_read = open_for_reading(*ingest);
  if (!ingest_to_read) return ingest_to_read.error();
  auto analyzer_to_read = open_for_reading(*analyzer);
  if (!analyzer_to_read) return analyzer_to_read.error();
  ServiceFigures figures{std::move(*ingest),
                         std::move(*analyzer),
                         std::move(*remediation),
                         std::move(*notify),
                         std::move(*ingest_to_read),
                         std::move(*analyzer_to_read),
                         {},
                         nullptr,
                         nullptr};
  if (auto mapped = map_for_ourselves(figures); !mapped) return mapped.error();
  return figures;
}

ServiceUsers find_service_users() {
  ServiceUsers users;
  if (!may_change_users()) {
    users.missing = "started without the right to change users";
    return users;
  }
  users.ingest = find_user("secondlook-ingest");
  users.analyzer = find_user("secondlook-analyzer");
  users.remediation = find_user("secondlook-remediation");
  users.notify = find_user("secondlook-notify");
  for (const auto& [user, name] : {std::pair(&users.ingest, "secondlook-ingest"),
                                   std::pair(&users.analyzer, "secondlook-analyzer"),
                                   std::pair(&users.remediation, "secondlook-remediation"),
                                   std::pair(&users.notify, "secondlook-notify")})
    if (!*user) users.missing += (users.missing.empty() ? "no user " : ", ") + std::string(name);
  return users;
}

Result<void> make_service_directories(const PathSettings& paths, const ServiceUsers& users) {
  const auto readers = find_group("secondlook-readers");
  auto made = make_directory_for(paths.journal, {users.ingest, group_of(users.analyzer), 02750});
  if (made)
    made =
        make_directory_for(parent_of(paths.database),
                           {users.remediation, readers ? readers : group_of(users.ingest), 02751});
  if (made)
    made = make_directory_for(parent_of(paths.recorded_mark()),
                              {users.remediation, std::nullopt, 0755});
  if (made)
    made = make_directory_for(paths.released_mails(),
                              {users.remediation, group_of(users.analyzer), 02750});
  // Each socket in it checks its peers itself. The group is for `serve`, which keeps its table
  // here.
  if (made)
    made = make_directory_for(
        paths.runtime, {users.remediation, find_group("secondlook-serve").value_or(0), 0775});
  if (made) made = make_directory_for(paths.cache, {users.analyzer, std::nullopt, 0700});
  if (made)
    made = make_directory_for(notify_state_directory(paths), {users.notify, readers, 02750});
  return made;
}

std::vector<SupervisedProgram> service_programs(const Configuration& configuration,
                                                const ServiceUsers& users,
                                                const std::vector<ListeningSocket>& sockets,
                                                const ServiceFigures& figures) {
  ChildPlan ingest = plan_of("secondlook-ingest", configuration, users.ingest);
  std::string numbers;
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    const int number = kFirstListeningNumber + static_cast<int>(i);
    ingest.descriptors.emplace_back(sockets[i].socket.number(), number);
    numbers += (i == 0 ? "" : ",") + std::to_string(number);
  }
  ingest.arguments.insert(ingest.arguments.end(), {"--listen-fds", numbers});
  hand_over({&figures.ingest}, ingest);
  ChildPlan analyzer = plan_of("secondlook-analyzer", configuration, users.analyzer);
  hand_over({&figures.analyzer}, analyzer);
  ChildPlan remediation = plan_of("secondlook-remediation", configuration, users.remediation);
  hand_over({&figures.remediation}, remediation);
  ChildPlan notify = plan_of("secondlook-notify", configuration, users.notify);
  hand_over({&figures.ingest_to_read, &figures.analyzer_to_read, &figures.notify}, notify);
  return {{"secondlook-remediation", std::move(remediation), std::chrono::seconds(20),
           [read = figures.remediation_pulse] { return read->pulse.get(); }},
          {"secondlook-analyzer", std::move(analyzer), std::chrono::seconds(10),
           [read = figures.read.analyzer] { return read->pulse.get(); }},
          {"secondlook-ingest", std::move(ingest),
           std::chrono::seconds(configuration.smtp.drain_seconds) + kSyncPatience,
           [read = figures.read.ingest] { return read->pulse.get(); }},
          {"secondlook-notify", std::move(notify), std::chrono::seconds(5),
           [read = figures.notify_pulse] { return read->pulse.get(); }}};
}

Result<FileDescriptor> lock_runtime_directory(const std::string& runtime) {
  auto directory = open_file(runtime, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory;
  if (::flock(directory->number(), LOCK_EX | LOCK_NB) == 0) return directory;
  if (errno == EWOULDBLOCK)
    return forbidden("another `secondlook serve` runs with the runtime directory " + runtime);
  return last_system_error("lock " + runtime);
}

}  // namespace secondlook
