// `doctor --probe`: whose mailbox, may it be, and the audit around what mailbox_probe does.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/control_commands.h"
#include "remediation/directory/directory_view.h"
#include "remediation/mail_address.h"
#include "remediation/mailbox_probe.h"
#include "remediation/stop_event.h"

namespace secondlook {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<const TenantAccess*> tenant_of(const ControlContext& context, const std::string& name,
                                      const std::string& address) {
  for (const auto& [each, access] : context.tenants) {
    const bool is_meant =
        name.empty() ? contains(access.settings.domains, domain_of(address)) : name == each;
    if (!is_meant) continue;
    if (access.client == nullptr || access.probe == nullptr)
      return temporary("tenant " + each + " has no Graph client");
    return &access;
  }
  return not_found(name.empty()
                       ? "no tenant has the domain of " + address + "; name one with --tenant"
                       : "tenant " + name + " is not configured");
}

// A mailbox that is never touched automatically often has something that acts on each new mail: a
// ticket, an alarm. A probe is no reason for one.
Result<void> check_may_be_probed(const ControlContext& context, const TenantSettings& tenant,
                                 const std::string& address) {
  const auto refuse = [&](const std::string& because) {
    return forbidden(address + " is " + because + ": probe another mailbox");
  };
  if (contains(tenant.policy.protected_mailboxes, address)) return refuse("a protected mailbox");
  if (contains(tenant.report_mailboxes, address)) return refuse("where users report mail");
  if (contains(tenant.report_senders, address)) return refuse("where undeliverable reports go");
  if (contains(tenant.journal_addresses, address)) return refuse("a journal address");
  const auto view = context.store.with(
      [&](Store& store) { return read_directory_view(store, tenant, {address}); });
  if (!view) return view.error();
  const RecipientPlace* const place = view->find(address);
  if (place != nullptr && place->treatment == RecipientPlace::Treatment::protected_mailbox)
    return refuse("protected (" + place->because + ")");
  return {};
}

Result<GraphUser> user_of(MailboxClient& client, const std::string& address) {
  const auto user = client.find_user(address);
  if (!user) return temporary("Graph: " + user.error().code + " " + user.error().message);
  if (!*user) return not_found("no mailbox has the address " + address);
  return **user;
}

// By whichever of its addresses the mailbox was named.
Result<void> check_may_be_probed(const ControlContext& context, const TenantSettings& tenant,
                                 const std::string& address, const GraphUser& user) {
  std::vector<std::string> all = user.addresses;
  for (const std::string& one : {address, user.mail, user.user_principal_name})
    if (!one.empty()) all.push_back(lower_case(one));
  for (const std::string& one : all)
    if (auto allowed = check_may_be_probed(context, tenant, one); !allowed) return allowed;
  return {};
}

json to_json(const ProbeAnswer& answer) {
  return {{"question", answer.question},
          {"answer", name_of(answer.kind)},
          {"expected", answer.expected},
          {"observed", answer.observed}};
}

std::string outcome_of(const ProbeReport& report, const std::string& message_id) {
  json counts = {{"message_id", message_id}, {"pass", 0}, {"differs", 0}, {"unknown", 0}};
  for (const ProbeAnswer& answer : report.answers) {
    json& count = counts[std::string(name_of(answer.kind))];
    count = count.get<unsigned>() + 1;
  }
  counts["left_behind"] = report.left_behind;
  return dump(counts);
}

}  // namespace

Result<std::string> answer_probe(const ControlContext& context, const ControlCall& call) {
  const std::string address = lower_case(call.request.address);
  if (address.find('@') == std::string::npos) return malformed("a mailbox's address is needed");
  if (context.random == nullptr || context.stop == nullptr) return internal("no probe is possible");
  const auto tenant = tenant_of(context, call.request.tenant, address);
  if (!tenant) return tenant.error();
  const auto user = user_of(*(*tenant)->client, address);
  if (!user) return user.error();
  if (auto allowed = check_may_be_probed(context, (*tenant)->settings, address, *user); !allowed) {
    if (auto noted = audit_refusal(context, call, allowed.error().message); !noted)
      return noted.error();
    return allowed.error();
  }
  // In the audit before the mail exists, so that it can be found whatever happens to us.
  const std::string message_id =
      "<secondlook-probe-" + make_uuid(*context.random) + "@" + domain_of(address) + ">";
  ControlRequest told = call.request;
  told.select.message_id = message_id;
  const ControlCall with_id{told, call.who, call.person, call.sink, call.progress};
  const auto row = audit(context, with_id);
  if (!row) return row.error();
  log_warning("probe", {{"by", call.who}, {"mailbox", address}, {"message_id", message_id}});
  // An operator who goes away ends the telling, not the clean-up.
  const ProbeWorld world{*(*tenant)->client,
                         *(*tenant)->probe,
                         context.clock,
                         [&](std::chrono::milliseconds time) {
                           const auto woken = context.stop->wait(-1, time);
                           return woken && *woken == StopEvent::Woken::timeout;
                         },
                         [&](const ProbeAnswer& answer) { (void)call.sink(dump(to_json(answer))); },
                         [&](std::string_view doing) {
                           (void)call.progress(dump({{"doing", doing}}));
                         }};
  const std::string outcome =
      outcome_of(probe_mailbox(world, address, user->id, message_id), message_id);
  if (auto noted = audit_outcome(context, with_id, *row, outcome); !noted) return noted.error();
  return outcome;
}

}  // namespace secondlook
