#include "cli/setup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "cli/child_process.h"
#include "cli/setup_configuration.h"
#include "cli/setup_steps.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestReference = 1 << 20;
constexpr const char* kGroup = "secondlook";  // reads /etc/secondlook
constexpr const char* kSigningUser = "secondlook-remediation";

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

SetupFile script_file(const std::string& directory, const SetupPlan& plan,
                      const std::string& journal_address) {
  SetupFacts facts{journal_address, plan.certificate.thumbprint, plan.certificate.expires};
  const TenantSettings& tenant = plan.configuration.tenants.front();
  return {directory + "/" + tenant.name + ".ps1",
          powershell_script(setup_steps(plan.configuration, tenant, facts)), 0600, "", ""};
}

Result<void> give_away(const FileDescriptor& file, const SetupFile& wanted) {
  if (::geteuid() != 0) {  // without the group nobody else is meant to read it
    if (::fchmod(file.number(), wanted.group.empty() ? wanted.mode : 0600) != 0)
      return last_system_error("chmod");
    return {};
  }
  uid_t user = 0;
  if (const auto found = find_user(wanted.user)) user = found->user;
  gid_t group = 0;
  bool has_group = wanted.group.empty();
  if (const auto found = find_group(wanted.group)) {
    group = *found;
    has_group = true;
  }
  if (::fchown(file.number(), user, group) != 0) return last_system_error("chown");
  if (::fchmod(file.number(), has_group ? wanted.mode : 0600) != 0)
    return last_system_error("chmod");
  return {};
}

Result<void> write_new_file(const SetupFile& wanted) {
  auto file = open_file(wanted.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file) return file.error();
  auto written = write_fully(file->number(), wanted.content);
  if (written) written = give_away(*file, wanted);
  if (written && ::fsync(file->number()) != 0) written = last_system_error("fsync");
  if (written) return {};
  ::unlink(wanted.path.c_str());
  return within(wanted.path, written.error());
}

}  // namespace

std::vector<std::string> SetupPlan::paths() const {
  std::vector<std::string> paths;
  for (const SetupFile& file : files) paths.push_back(file.path);
  return paths;
}

Result<SetupPlan> plan_setup_files(const std::string& configuration_file, SetupAnswers answers,
                                   const std::string& clamav_database, Timestamp now,
                                   RandomSource& random) {
  const std::string directory = directory_of(configuration_file);
  const std::string reference_path = shared_file_path("secondlook.toml");
  const auto reference = read_file(reference_path, kLargestReference);
  if (!reference) return within(reference_path, reference.error());
  const std::string address = make_journal_address(answers.hostname, random);
  const ConfigurationWish wish{std::move(answers), address, directory, clamav_database,
                               format_rfc3339(now).substr(0, 10)};
  const auto text = fill_configuration(*reference, wish);
  if (!text) return text.error();
  auto configuration = parse_configuration(*text, configuration_file);
  if (!configuration) return configuration.error();
  auto certificate = make_app_certificate("secondlook " + wish.answers.name, now, random);
  if (!certificate) return certificate.error();
  SetupPlan plan{{}, std::move(*configuration), std::move(*certificate)};
  const std::string& name = wish.answers.name;
  plan.files = {
      {configuration_file, *text, 0640, "", kGroup},
      {app_certificate_path(directory, name), plan.certificate.certificate, 0644, "", ""},
      {app_key_path(directory, name), plan.certificate.key.reveal(), 0600, kSigningUser, ""},
      script_file(directory, plan, wish.journal_address)};
  return plan;
}

Result<void> check_that_new(const std::string& path) {
  struct stat facts {};
  if (::lstat(path.c_str(), &facts) == 0) return forbidden(path + " is there already");
  return {};
}

Result<void> write_setup_files(const SetupPlan& plan) {
  for (const SetupFile& file : plan.files)
    if (auto is_new = check_that_new(file.path); !is_new) return is_new;
  const std::string directory = directory_of(plan.files.front().path);
  // Each file protects itself; the services have to find them.
  if (auto made = make_directories(directory, 0755); !made) return made;
  for (std::size_t at = 0; at < plan.files.size(); ++at) {
    const auto written = write_new_file(plan.files[at]);
    if (written) continue;
    for (std::size_t done = 0; done < at; ++done) ::unlink(plan.files[done].path.c_str());
    return written;
  }
  return sync_directory(directory);
}

}  // namespace secondlook
