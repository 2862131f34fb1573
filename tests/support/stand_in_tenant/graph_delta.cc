// /users/delta, /groups/delta and /contacts/delta: pages with a nextLink, the last one with a
// deltaLink; what was removed; repeats; links that are too old are 410, as after seven days.
#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/graph_question.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

// From which version to which a round tells, and where in it a page begins.
struct Round {
  std::uint64_t since = 0, until = 0;
  std::size_t offset = 0;
};

// "SINCE.UNTIL.OFFSET" in a nextLink, "UNTIL" in a deltaLink.
Round read_round(const WebTarget& target, std::uint64_t version) {
  Round round;
  round.until = version;
  if (const std::string skip = target.query_value("$skiptoken"); !skip.empty()) {
    char* rest = nullptr;
    round.since = std::strtoull(skip.c_str(), &rest, 10);
    if (*rest == '.') round.until = std::strtoull(rest + 1, &rest, 10);
    if (*rest == '.') round.offset = std::strtoull(rest + 1, &rest, 10);
    return round;
  }
  const std::string token = target.query_value("$deltatoken");
  round.since = token == "latest" ? version : std::strtoull(token.c_str(), nullptr, 10);
  return round;
}

bool tells_members(const Selection& selection) {
  return selection.contains("members");
}

json render_members(const Group& group, std::uint64_t since) {
  json members = json::array();
  for (const Membership& member : group.members) {
    if (member.changed_at <= since || (member.has_left && since == 0)) continue;
    json one{{"@odata.type", "#microsoft.graph.user"}, {"id", member.id}};
    if (member.has_left) one["@removed"] = {{"reason", "deleted"}};
    members.push_back(std::move(one));
  }
  return members;
}

json changed_groups(Directory& directory, const Selection& selection, std::uint64_t since) {
  json changed = json::array();
  for (const auto& [id, group] : directory.groups) {
    if (group.changed_at <= since) continue;
    json one = render_group(group, selection);
    if (tells_members(selection)) one["members@delta"] = render_members(group, since);
    changed.push_back(std::move(one));
  }
  return changed;
}

json changed_objects(Tenant& tenant, const std::string& collection, const Selection& selection,
                     std::uint64_t since) {
  Directory& directory = tenant.directory();
  if (directory.is_empty) return json::array();
  json changed = json::array();
  if (collection == "users")
    for (const auto& [id, mailbox] : tenant.mailboxes())
      if (mailbox.user.changed_at > since) changed.push_back(render_user(mailbox.user, selection));
  if (collection == "groups") changed = changed_groups(directory, selection, since);
  if (collection == "contacts")
    for (const auto& [id, contact] : directory.contacts)
      if (contact.changed_at > since) changed.push_back(render_contact(contact, selection));
  // A full round tells nothing of what is gone.
  for (const RemovedObject& gone : directory.removed)
    if (gone.collection == collection && gone.changed_at > since && since > 0)
      changed.push_back({{"id", gone.id}, {"@removed", {{"reason", gone.reason}}}});
  return changed;
}

}  // namespace

ServedAnswer GraphService::answer_delta(const Question& question) {
  const std::string& collection = question.target.segments[1];
  if (collection != "users" && collection != "groups" && collection != "contacts")
    return error_answer(400, "BadRequest", "The stand-in does not know this collection.");
  const std::uint64_t version = tenant_.directory_version();
  const Round round = read_round(question.target, version);
  const bool is_too_old = round.since != 0 && round.since < tenant_.directory().oldest_link;
  if (round.since > version || is_too_old ||
      question.target.query_value("$deltatoken") == "expired")
    return error_answer(410, "resyncRequired", "The delta token is no longer valid.");
  const json all = changed_objects(tenant_, collection, question.selection, round.since);
  const std::size_t begin = std::min(round.offset, all.size());
  const std::size_t end = std::min(begin + tenant_.directory().page_size, all.size());
  json page = json::array();
  if (tenant_.directory().repeats && begin > 0) page.push_back(all[begin - 1]);
  for (std::size_t at = begin; at < end; ++at) page.push_back(all[at]);
  // The links carry the selection on, so that later rounds tell the same properties.
  const std::string here = root(question) + "/v1.0/" + collection + "/delta?";
  const std::string rest = "&$select=" + question.target.query_value("$select");
  json answer{{"@odata.context", "https://graph.microsoft.com/v1.0/$metadata#" + collection},
              {"value", std::move(page)}};
  if (end < all.size())
    answer["@odata.nextLink"] = here + "$skiptoken=" + std::to_string(round.since) + "." +
                                std::to_string(round.until) + "." + std::to_string(end) + rest;
  else
    answer["@odata.deltaLink"] = here + "$deltatoken=" + std::to_string(round.until) + rest;
  return json_answer(200, answer);
}

}  // namespace secondlook::stand_in
