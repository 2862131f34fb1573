#include "tests/support/stand_in_tenant/control_service.h"

#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

ServedAnswer refuse(const std::string& because) {
  return json_answer(400, {{"error", because}});
}

std::string folder_name(const Folder& folder) {
  return folder.well_known_name.empty() ? folder.display_name : folder.well_known_name;
}

json render_history(const Mailbox& mailbox, const Copy& copy, bool is_visible) {
  json moves = json::array();
  for (const Move& move : copy.moves) {
    moves.push_back(
        {{"from", move.from}, {"to", move.to}, {"by", move.by}, {"at", format_rfc3339(move.at)}});
  }
  return {{"mailbox", mailbox.user.mail},
          {"id", copy.immutable_id},
          {"folder", folder_name(mailbox.folder_of(copy))},
          {"message_id", copy.message_id},
          {"subject", copy.subject},
          {"received_at", format_rfc3339(copy.received_at)},
          {"visible", is_visible},
          {"is_read", copy.is_read},
          {"receipts_suppressed", copy.receipts_suppressed},
          {"categories", copy.categories},
          {"flag", copy.flag},
          {"importance", copy.importance},
          {"effective_moves", copy.effective_moves},
          {"purges", copy.purges},
          {"moves", std::move(moves)}};
}

// Properties as people leave them, different from copy to copy.
void vary(Copy& copy, bool is_varied, std::size_t number) {
  if (!is_varied) return;
  copy.is_read = number % 3 == 0;
  if (number % 5 == 0) copy.categories = {"Payroll", "\u8acb\u6c42\u66f8"};
  if (number % 7 == 0) copy.flag = "flagged";
  if (number % 11 == 0) copy.importance = "high";
}

}  // namespace

ServedAnswer ControlService::answer(const ServedRequest& request, const WebTarget& target) {
  const std::string what = target.segments.size() == 2 ? target.segments[1] : "";
  try {
    if (request.method == "GET") {
      if (what == "users") return list_users();
      if (what == "mailboxes") return list_mailboxes();
      if (what == "messages") return list_messages(target);
      if (what == "counters") return list_counters();
    } else if (request.method == "POST") {
      if (what == "deliver") return deliver(request);
      if (what == "users") return add_users(request);
      if (what == "folders") return add_folder(request);
      if (what == "user-moves") return act_as_user(request, true);
      if (what == "user-reads") return act_as_user(request, false);
      if (what == "faults") return set_faults(request);
      if (what == "chaos") return set_chaos(request);
      if (what == "expire-tokens") {
        login_.expire_all();
        return json_answer(200, json::object());
      }
      if (what == "grant") {
        login_.grant(json::parse(request.body).get<std::vector<std::string>>());
        return json_answer(200, json::object());
      }
      if (what == "demand-claims") {
        login_.demand_claims(request.body);
        return json_answer(200, json::object());
      }
      return change_directory(what, request);
    } else if (request.method == "DELETE" && what == "faults") {
      faults_.clear();
      return json_answer(200, json::object());
    }
  } catch (const json::exception& failure) {
    return refuse(failure.what());
  }
  return json_answer(404, {{"error", "the stand-in has no such control: " + what}});
}

ServedAnswer ControlService::deliver(const ServedRequest& request) {
  const json body = json::parse(request.body);
  const std::string mail = decode_base64(body.at("message_base64").get<std::string>());
  const auto omitted = body.value("omit", std::vector<std::string>{});
  const std::chrono::milliseconds late{body.value("late_ms", 0)};
  const int spread = body.value("late_spread_ms", 0);
  const std::size_t twice_every = body.value("twice_every", 0);
  const bool is_varied = body.value("varied", false);
  json copies = json::array();
  json external = json::array();
  std::vector<const Mailbox*> reached;  // an alias and its primary address are one mailbox
  for (const std::string& address : body.at("recipients").get<std::vector<std::string>>()) {
    Mailbox* const mailbox = tenant_.find_by_address(address);
    if (mailbox == nullptr) {
      external.push_back(address);
      continue;
    }
    const bool is_omitted = std::find(omitted.begin(), omitted.end(), address) != omitted.end();
    if (is_omitted || std::find(reached.begin(), reached.end(), mailbox) != reached.end()) continue;
    reached.push_back(mailbox);
    const bool is_twice = twice_every != 0 && reached.size() % twice_every == 0;
    if (is_twice)
      vary(tenant_.deliver(*mailbox, mail, body.value("folder", "inbox"), late), is_varied, 7);
    Copy& copy = tenant_.deliver(*mailbox, mail, body.value("folder", "inbox"),
                                 late + tenant_.chance_below(std::chrono::milliseconds{spread}));
    vary(copy, is_varied, reached.size());
    copies.push_back({{"mailbox", mailbox->user.mail},
                      {"id", copy.immutable_id},
                      {"folder", folder_name(mailbox->folder_of(copy))}});
  }
  return json_answer(200, {{"copies", std::move(copies)}, {"external", std::move(external)}});
}

ServedAnswer ControlService::add_users(const ServedRequest& request) {
  auto users = read_users(request.body);
  if (!users) return refuse(users.error().message);
  json ids = json::array();
  for (User& user : *users) ids.push_back(tenant_.add_user(std::move(user)).user.id);
  return json_answer(200, {{"ids", std::move(ids)}});
}

ServedAnswer ControlService::add_folder(const ServedRequest& request) {
  const json body = json::parse(request.body);
  Mailbox* const mailbox = tenant_.find_by_address(body.at("mailbox").get<std::string>());
  if (mailbox == nullptr) return refuse("no such mailbox");
  const Folder& folder = tenant_.add_folder(*mailbox, body.at("name").get<std::string>(),
                                            body.value("parent", "msgfolderroot"));
  return json_answer(200, {{"id", folder.id}});
}

ServedAnswer ControlService::act_as_user(const ServedRequest& request, bool moves) {
  const json body = json::parse(request.body);
  Mailbox* const mailbox = tenant_.find_by_address(body.at("mailbox").get<std::string>());
  if (mailbox == nullptr) return refuse("no such mailbox");
  const auto message_id = body.at("message_id").get<std::string>();
  const auto [first, last] = mailbox->by_message_id.equal_range(message_id);
  if (first == last) return refuse("no such message");
  const Folder* const to = moves ? mailbox->find_folder(body.at("to").get<std::string>()) : nullptr;
  if (moves && to == nullptr) return refuse("no such folder");
  for (auto copy = first; copy != last; ++copy) {
    if (moves) {
      tenant_.move(*mailbox, *copy->second, *to, "user");
    } else {
      copy->second->is_read = true;
    }
  }
  return json_answer(200, json::object());
}

ServedAnswer ControlService::set_faults(const ServedRequest& request) {
  auto faults = read_faults(request.body);
  if (!faults) return refuse(faults.error().message);
  for (Fault& fault : *faults) faults_.add(std::move(fault));
  return json_answer(200, {{"added", faults->size()}});
}

ServedAnswer ControlService::set_chaos(const ServedRequest& request) {
  const auto shares = read_chaos(request.body);
  if (!shares) return refuse(shares.error().message);
  chaos_.set(*shares);
  return json_answer(200, json::object());
}

ServedAnswer ControlService::list_users() const {
  json users = json::array();
  for (const auto& [id, mailbox] : tenant_.mailboxes()) {
    const User& user = mailbox.user;
    users.push_back({{"id", id}, {"mail", user.mail}, {"aliases", user.aliases}});
  }
  return json_answer(200, users);
}

ServedAnswer ControlService::list_mailboxes() const {
  json mailboxes = json::array();
  for (const auto& [id, mailbox] : tenant_.mailboxes()) {
    mailboxes.push_back(
        {{"mailbox", mailbox.user.mail}, {"id", id}, {"copies", mailbox.copies.size()}});
  }
  return json_answer(200, mailboxes);
}

ServedAnswer ControlService::list_messages(const WebTarget& target) {
  const std::string address = target.query_value("mailbox");
  const std::string message_id = target.query_value("message_id");
  const std::string folder = target.query_value("folder");
  const Mailbox* const wanted = address.empty() ? nullptr : tenant_.find_by_address(address);
  if (!address.empty() && wanted == nullptr) return refuse("no such mailbox");
  json copies = json::array();
  for (const auto& [id, mailbox] : tenant_.mailboxes()) {
    if (wanted != nullptr && wanted != &mailbox) continue;
    for (const auto& [copy_id, copy] : mailbox.copies) {
      const bool fits = (message_id.empty() || copy->message_id == message_id) &&
                        (folder.empty() || folder_name(mailbox.folder_of(*copy)) == folder);
      if (!fits) continue;
      copies.push_back(render_history(mailbox, *copy, tenant_.steady() >= copy->visible_from));
    }
  }
  return json_answer(200, copies);
}

ServedAnswer ControlService::list_counters() const {
  unsigned moves = 0;
  unsigned purges = 0;
  std::size_t copies = 0;
  for (const auto& [id, mailbox] : tenant_.mailboxes()) {
    copies += mailbox.copies.size();
    for (const auto& [copy_id, copy] : mailbox.copies) {
      moves += copy->effective_moves;
      purges += copy->purges;
    }
  }
  return json_answer(200, {{"graph_requests", graph_requests.load()},
                           {"mailbox_requests", mailbox_requests.load()},
                           {"throttled", throttle_.refused()},
                           {"most_at_once", throttle_.most_at_once()},
                           {"busy_ms", throttle_.busy().count()},
                           {"chaos", chaos_.struck()},
                           {"tokens", login_.issued()},
                           {"bare_deletes", graph_.bare_deletes()},
                           {"copies", copies},
                           {"effective_moves", moves},
                           {"purges", purges}});
}

}  // namespace secondlook::stand_in
