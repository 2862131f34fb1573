// Where copies of a mail are now: asked of Graph for a person, changing nothing.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/control_commands.h"
#include "remediation/copy_finder.h"
#include "remediation/directory/directory_view.h"
#include "remediation/mail_address.h"

namespace secondlook {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMailboxes = 20;
constexpr std::chrono::seconds kPatience{5};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What is looked for, and where.
struct Question {
  const TenantAccess* tenant = nullptr;
  JudgedMessage judged;                // with `recorded`
  bool recorded = false;               // false: all that is known is a Message-ID
  std::vector<std::string> mailboxes;  // lower case, each once
  std::size_t left_out = 0;
};

void keep_some(Question& question) {
  auto& all = question.mailboxes;
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  if (all.size() <= kMostMailboxes) return;
  question.left_out = all.size() - kMostMailboxes;
  all.resize(kMostMailboxes);
}

Result<const TenantAccess*> tenant_named(const ControlContext& context, const std::string& name) {
  const auto found = context.tenants.find(name);
  if (found == context.tenants.end()) return not_found("tenant " + name + " is not configured");
  if (found->second.client == nullptr) return temporary("tenant " + name + " has no Graph client");
  return &found->second;
}

// The recorded message's own: its recipients and those whose mailboxes its steps went to.
Result<std::vector<std::string>> mailboxes_of(Store& store, MessageRowId id) {
  const auto addressed = store.addressed_message(id);
  if (!addressed) return addressed.error();
  if (!*addressed) return not_found("there is no mail " + std::to_string(id));
  std::vector<std::string> own;
  for (const Recipient& recipient : (*addressed)->recipients)
    own.push_back(lower_case(recipient.address));
  const auto steps = store.steps_of(id);
  if (!steps) return steps.error();
  for (const Step& step : *steps) own.push_back(step.mailbox);
  return own;
}

Result<Question> about_recorded(const ControlContext& context, const ControlRequest& request) {
  Question question;
  question.recorded = true;
  const auto own = context.store.with([&](Store& store) -> Result<std::vector<std::string>> {
    auto mailboxes = mailboxes_of(store, *request.of);
    if (!mailboxes) return mailboxes;
    auto judged = store.judged_message(*request.of);
    if (!judged) return judged.error();
    question.judged = std::move(*judged);
    return mailboxes;
  });
  if (!own) return own.error();
  const auto tenant = tenant_named(context, question.judged.tenant);
  if (!tenant) return tenant.error();
  question.tenant = *tenant;
  question.mailboxes = *own;
  if (request.select.mailboxes.empty()) return question;
  question.mailboxes.clear();
  for (const std::string& wanted : request.select.mailboxes) {
    const std::string address = lower_case(wanted);
    if (!contains(*own, address))
      return malformed(address + " is no recipient of mail " + std::to_string(*request.of));
    question.mailboxes.push_back(address);
  }
  return question;
}

Result<Question> about_stranger(const ControlContext& context, const ControlRequest& request) {
  if (request.select.message_id.empty() || request.select.mailboxes.empty())
    return malformed("a recorded message, or a Message-ID and mailboxes, are needed");
  Question question;
  question.judged.message_id = request.select.message_id;
  for (const std::string& wanted : request.select.mailboxes) {
    const std::string address = lower_case(wanted);
    for (const auto& [name, access] : context.tenants) {
      if (!contains(access.settings.domains, domain_of(address))) continue;
      if (question.tenant != nullptr && question.tenant != &access)
        return malformed("the mailboxes belong to several tenants: ask one after the other");
      question.tenant = &access;
    }
    question.mailboxes.push_back(address);
  }
  if (question.tenant == nullptr)
    return not_found("no tenant has the domain of " + question.mailboxes.front());
  if (question.tenant->client == nullptr) return temporary("the tenant has no Graph client");
  return question;
}

GraphResult<FoundCopies> find_by_id_alone(MailboxClient& client, const std::string& user,
                                          const std::string& message_id) {
  FoundCopies found;
  auto add = [&](GraphResult<std::vector<MailCopy>> copies, std::optional<Place> place) {
    if (copies)
      for (MailCopy& copy : *copies) {
        SightedCopy sighted{std::move(copy), place.value_or(Place::visible)};
        if (!place)
          if (const auto looked = look_at_copy(client, user, sighted.copy.id)) sighted = *looked;
        found.judged.push_back(std::move(sighted));
      }
    return copies.has_value();
  };
  auto copies = client.find_copies(user, message_id);
  if (!copies) return copies.error();
  add(std::move(copies), std::nullopt);
  // A mailbox may lack these folders, or keep them from us.
  add(client.find_copies_in(user, WellKnownFolder::recoverable_deletions, message_id),
      Place::recoverable);
  add(client.find_copies_in(user, WellKnownFolder::recoverable_purges, message_id), Place::purges);
  return found;
}

const char* name_of_place(Place place, bool is_inbox) {
  switch (place) {
    case Place::visible: return is_inbox ? "inbox" : "folder";
    case Place::junk: return "junk";
    case Place::deleted_items: return "deleted_items";
    case Place::recoverable: return "recoverable";
    case Place::purges: return "purges";
  }
  return "unknown";
}

json item_of(const std::string& mailbox, const char* place) {
  return {{"mailbox", mailbox}, {"place", place},         {"folder", nullptr},
          {"read", nullptr},    {"received_at", nullptr}, {"delivery", nullptr},
          {"others", false},    {"detail", nullptr}};
}

json copy_item(MailboxClient& client, const std::string& mailbox, const std::string& user,
               const SightedCopy& sighted) {
  const MailCopy& copy = sighted.copy;
  const auto inbox = client.folder_id(user, WellKnownFolder::inbox);
  const bool is_inbox = inbox && *inbox == copy.parent_folder_id;
  json item = item_of(mailbox, name_of_place(sighted.place, is_inbox));
  if (const auto name = client.folder_name(user, copy.parent_folder_id)) item["folder"] = *name;
  item["read"] = copy.is_read;
  item["received_at"] = copy.received_at;
  if (!copy.delivery.empty()) item["delivery"] = copy.delivery.substr(0, 500);
  return item;
}

json failed_item(const std::string& mailbox, const GraphError& error) {
  const bool has_none = error.kind == GraphError::Kind::no_such_mailbox ||
                        error.kind == GraphError::Kind::unsupported_mailbox;
  json item = item_of(mailbox, has_none ? "no_mailbox" : "unknown");
  item["detail"] = error.code.empty() ? error.message : error.code;
  return item;
}

std::vector<json> look_in(const Question& question, const std::string& mailbox) {
  MailboxClient& client = *question.tenant->client;
  const auto user = client.find_user(mailbox);
  if (!user) return {failed_item(mailbox, user.error())};
  if (!*user) return {item_of(mailbox, "no_mailbox")};
  const std::string& id = (*user)->id;
  const auto found = question.recorded
                         ? find_judged_copies(client, id, question.judged, Reach::with_purges)
                         : find_by_id_alone(client, id, question.judged.message_id);
  if (!found) return {failed_item(mailbox, found.error())};
  std::vector<json> items;
  for (const SightedCopy& copy : found->judged)
    items.push_back(copy_item(client, mailbox, id, copy));
  if (items.empty()) items.push_back(item_of(mailbox, "nowhere"));
  items.front()["others"] = found->others;
  return items;
}

}  // namespace

Result<std::string> answer_locate(const ControlContext& context, const ControlCall& call) {
  auto question = call.request.of ? about_recorded(context, call.request)
                                  : about_stranger(context, call.request);
  if (!question) return question.error();
  keep_some(*question);
  // One after the other: Graph's turns belong to removals first.
  std::unique_lock<std::timed_mutex> turn;
  if (context.asking != nullptr) {
    turn = std::unique_lock(*context.asking, kPatience);
    if (!turn) return temporary("somebody else is asking; try again in a moment");
  }
  log_info("mailboxes looked through for a person",
           {{"by", call.who}, {"mailboxes", std::to_string(question->mailboxes.size())}});
  for (const std::string& mailbox : question->mailboxes)
    for (const json& item : look_in(*question, mailbox))
      if (auto sent = call.sink(dump(item)); !sent) return sent.error();
  return dump({{"mailboxes", question->mailboxes.size()}, {"left_out", question->left_out}});
}

}  // namespace secondlook
