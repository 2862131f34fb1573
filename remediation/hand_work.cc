#include "remediation/hand_work.h"

#include "remediation/directory/directory_view.h"
#include "remediation/mail_address.h"
#include "schema/store/search.h"

namespace secondlook {
namespace {

// The causes of the steps that the terms name by their command.
Result<std::vector<std::string>> causes_named(const std::vector<std::string>& expression,
                                              Timestamp now) {
  const auto query = parse_search(expression, now);
  if (!query) return query.error();
  std::vector<std::string> causes;
  for (const SearchTerm& term : query->terms)
    if (term.field == "command" && !term.negated)
      for (const char* name : {"retract ", "restore "}) causes.push_back(name + term.value);
  return causes;
}

Result<DirectoryView> directory_for(Store& store, const TenantSettings& tenant,
                                    const std::vector<Recipient>& recipients,
                                    const std::vector<Step>& existing) {
  std::vector<std::string> addresses = addresses_of(recipients);
  for (const Step& step : existing) addresses.push_back(step.mailbox);
  return read_directory_view(store, tenant, addresses);
}

Result<void> write_plan(Store& store, const Plan& plan, const HandCommand& command) {
  for (const Step& step : plan.withdrawn) {
    if (auto written = store.update_step(step); !written) return written;
    if (auto noted = store.note_withdrawal(command.id, step.id); !noted) return noted;
  }
  for (const Step& step : plan.added)
    if (auto added = store.add_step(step); !added) return added.error();
  return {};
}

}  // namespace

Result<HandWork> hand_work(const ControlRequest& request, Timestamp now) {
  HandWork work;
  for (const std::string& mailbox : request.select.mailboxes)
    work.mailboxes.push_back(lower_case(mailbox));
  if (request.command == "restore") {
    auto causes = causes_named(request.select.expression, now);
    if (!causes) return causes.error();
    work.only_causes = std::move(*causes);
    return work;
  }
  const auto action = parse_action(request.action);
  if (!action || *action == Action::none)
    return malformed("action \"" + request.action +
                     "\": junk, deleted_items, recoverable or purge");
  work.action = *action;
  return work;
}

Result<void> add_other_addresses(Store& store, const Tenants& tenants, HandWork& work) {
  const std::vector<std::string> named = work.mailboxes;
  for (const auto& [name, access] : tenants) {
    const auto directory = read_directory_view(store, access.settings, named);
    if (!directory) return directory.error();
    for (const auto& [address, place] : directory->places())
      for (const std::string& other : place.addresses)
        if (!contains(work.mailboxes, other)) work.mailboxes.push_back(other);
  }
  return {};
}

Result<Plan> plan_for(Store& store, const AddressedMessage& message, const Tenants& tenants,
                      const HandWork& work, bool restores, Timestamp now) {
  const auto existing = store.steps_of(message.id);
  if (!existing) return existing.error();
  if (restores) return plan_restore(*existing, work, now);
  const auto tenant = tenants.find(message.tenant);
  if (tenant == tenants.end()) return not_found("tenant " + message.tenant + " is not configured");
  const TenantSettings& settings = tenant->second.settings;
  std::vector<Recipient> recipients = message.recipients;
  if (std::string sent = sent_items_mailbox(settings, message.sender, message.direction);
      !sent.empty())
    recipients.push_back({std::move(sent), "sender", "", ""});
  const auto directory = directory_for(store, settings, recipients, *existing);
  if (!directory) return directory.error();
  return plan_retract(message.id, recipients, settings, *existing, work, now, *directory);
}

Result<bool> carry_out(Store& store, const AddressedMessage& message, const Tenants& tenants,
                       const HandCommand& command, const HandWork& work, bool false_positive,
                       Timestamp now) {
  const bool restores = command.name == "restore";
  auto plan = plan_for(store, message, tenants, work, restores, now);
  if (!plan) return plan.error();
  const bool acts = !plan->added.empty() || !plan->withdrawn.empty();
  if (restores && (acts || false_positive))
    if (auto marked = store.mark_restored(message.id, false_positive); !marked)
      return marked.error();
  if (auto written = write_plan(store, *plan, command); !written) return written.error();
  return acts;
}

}  // namespace secondlook
