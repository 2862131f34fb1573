#include "base/landlock.h"

#include <cstdint>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

// Rights newer than Debian 12's <linux/landlock.h>: include/uapi/linux/landlock.h of Linux 6.10.
constexpr std::uint64_t kTruncate = 1ULL << 14;       // ABI 3
constexpr std::uint64_t kDeviceControl = 1ULL << 15;  // ABI 5
constexpr std::uint64_t kBindTcp = 1ULL << 0;         // ABI 4, network
constexpr std::uint64_t kConnectTcp = 1ULL << 1;      // ABI 4, network

struct RulesetAttributes {
  std::uint64_t handled_files;
  std::uint64_t handled_network;
};

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadTree = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;

std::uint64_t all_file_rights(int abi) {
  std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // ABI 1: the first 13
  if (abi >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kDeviceControl;
  return rights;
}

std::uint64_t write_rights(int abi) {
  std::uint64_t rights = kReadTree | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                         LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                         LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK;
  if (abi >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) rights |= kTruncate;
  return rights;
}

Result<void> permit(int ruleset, const std::string& path, std::uint64_t rights) {
  auto file = open_file(path, O_PATH);
  if (!file) {
    if (file.error().kind == Error::Kind::not_found) return {};
    return file.error();
  }
  struct stat facts {};
  if (::fstat(file->number(), &facts) != 0) return last_system_error("stat " + path);
  if (!S_ISDIR(facts.st_mode))  // rights that only directories have are refused for files
    rights &= kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = file->number();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return last_system_error("landlock rule for " + path);
  return {};
}

}  // namespace

int landlock_abi() {
  const long abi =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi < 0 ? 0 : static_cast<int>(abi);
}

Result<void> restrict_with_landlock(const std::vector<std::string>& readable,
                                    const std::vector<std::string>& writable, bool may_use_tcp) {
  const int abi = landlock_abi();
  RulesetAttributes attributes{all_file_rights(abi), 0};
  std::size_t size = sizeof attributes.handled_files;
  if (abi >= 4) {
    size = sizeof attributes;
    if (!may_use_tcp) attributes.handled_network = kBindTcp | kConnectTcp;
  }
  FileDescriptor ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset.is_open()) return last_system_error("landlock ruleset");
  for (const std::string& path : readable)
    if (auto added = permit(ruleset.number(), path, kReadTree); !added) return added;
  for (const std::string& path : writable)
    if (auto added = permit(ruleset.number(), path, write_rights(abi)); !added) return added;
  if (::syscall(SYS_landlock_restrict_self, ruleset.number(), 0) != 0)
    return last_system_error("landlock restrict");
  return {};
}

}  // namespace secondlook
