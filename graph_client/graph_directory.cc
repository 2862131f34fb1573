#include "graph_client/graph_directory.h"

#include <algorithm>

#include "graph_client/graph_error.h"

namespace secondlook {

namespace {

constexpr std::chrono::hours kKeepFound{1};
constexpr std::chrono::minutes kKeepAbsent{5};

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lowered;
}

GraphError two_users() {
  GraphError error;
  error.code = "ambiguousAddress";
  error.message = "ambiguousAddress: two users have this address";
  return error;
}

}  // namespace

GraphResult<std::optional<GraphUser>> GraphDirectory::find_user(std::string_view raw_address) {
  const std::string address = lower_case(raw_address);
  const auto now = clock_.steady();
  {
    const std::scoped_lock lock(mutex_);
    if (auto kept = users_.find(address, now)) return *std::move(kept);
  }
  auto found = ask_for_user(address);
  if (found) {
    const auto keep_for = found->has_value() ? kKeepFound : kKeepAbsent;
    const std::scoped_lock lock(mutex_);
    users_.keep(address, *found, now + keep_for, now);
  }
  return found;
}

GraphResult<std::optional<GraphUser>> GraphDirectory::ask_for_user(const std::string& address) {
  const auto body = session_.perform({"GET", path_.users_with_address(address), "", ""});
  if (!body) return body.error();
  auto users = read_users(*body);
  if (!users) return no_usable_answer("unreadableAnswer", "no collection of users");
  if (users->size() > 1) return two_users();
  if (users->size() == 1) return std::optional(std::move(users->front()));
  return ask_by_principal_name(address);
}

GraphResult<std::optional<GraphUser>> GraphDirectory::ask_by_principal_name(
    const std::string& address) {
  const auto body = session_.perform({"GET", path_.user(address), "", ""});
  if (!body && body.error().status == 404) return std::optional<GraphUser>();
  if (!body) return body.error();
  auto user = read_user(*body);
  if (!user) return no_usable_answer("unreadableAnswer", "no user");
  return user;
}

GraphResult<FolderFacts> GraphDirectory::folder(const std::string& user_id,
                                                const std::string& folder) {
  const std::string key = user_id + "\n" + folder;
  const auto now = clock_.steady();
  {
    const std::scoped_lock lock(mutex_);
    if (auto kept = folders_.find(key, now)) return *std::move(kept);
  }
  const auto body = session_.perform({"GET", path_.folder(user_id, folder), user_id, ""});
  if (!body) return body.error();
  auto facts = read_folder(*body);
  if (!facts) return no_usable_answer("unreadableAnswer", "no folder");
  const std::scoped_lock lock(mutex_);
  folders_.keep(key, *facts, now + kKeepFound, now);
  return *facts;
}

}  // namespace secondlook
