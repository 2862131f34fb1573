#include "remediation/peer_rights.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace secondlook {
namespace {

constexpr const char* kAnalyzerUser = "secondlook-analyzer";
constexpr const char* kReaders = "secondlook-readers";
constexpr const char* kOperators = "secondlook-operators";

std::optional<uid_t> find_user_number(const char* name) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->pw_uid;
}

std::optional<gid_t> find_group_number(const char* name) {
  std::vector<char> buffer(65536);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return found->gr_gid;
}

struct UserEntry {
  std::string name;
  gid_t group = 0;
};

std::optional<UserEntry> find_user_entry(uid_t user) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return UserEntry{found->pw_name, found->pw_gid};
}

std::vector<gid_t> groups_of(const PeerCredentials& peer) {
  std::vector<gid_t> groups = {peer.group};
  const auto user = find_user_entry(peer.user);
  if (!user) return groups;
  int count = 1024;
  std::vector<gid_t> all(static_cast<std::size_t>(count));
  if (::getgrouplist(user->name.c_str(), user->group, all.data(), &count) < 0) return groups;
  groups.insert(groups.end(), all.begin(), all.begin() + count);
  return groups;
}

bool is_own_user_or_root(const PeerCredentials& peer) {
  return peer.user == 0 || peer.user == ::geteuid();
}

}  // namespace

bool may_bring_verdicts(const PeerCredentials& peer) {
  return is_own_user_or_root(peer) || find_user_number(kAnalyzerUser) == peer.user;
}

Rights control_rights(const PeerCredentials& peer) {
  if (is_own_user_or_root(peer)) return Rights::act;
  const auto groups = groups_of(peer);
  const auto is_member = [&](const char* name) {
    const auto group = find_group_number(name);
    return group && std::find(groups.begin(), groups.end(), *group) != groups.end();
  };
  if (is_member(kOperators)) return Rights::act;
  return is_member(kReaders) ? Rights::read : Rights::none;
}

unsigned verdict_socket_mode() {
  return find_user_number(kAnalyzerUser) ? 0666 : 0600;
}

unsigned control_socket_mode() {
  return find_group_number(kOperators) || find_group_number(kReaders) ? 0666 : 0600;
}

std::string person_of(const PeerCredentials& peer, const std::string& login) {
  if (is_own_user_or_root(peer) && !login.empty()) return login;
  const auto entry = find_user_entry(peer.user);
  return entry ? entry->name : "uid " + std::to_string(peer.user);
}

std::string name_of_user(uid_t user) {
  const auto entry = find_user_entry(user);
  const std::string number = std::to_string(user);
  return entry ? entry->name + "(" + number + ")" : number;
}

}  // namespace secondlook
