// The history of correspondents: message traces counted into it, and what it knows.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/random.h"
#include "remediation/control_commands.h"
#include "remediation/mail_address.h"
#include "remediation/message_trace.h"
#include "schema/store/directory.h"

namespace secondlook {
namespace {

using nlohmann::json;

// As analyzer/sender_history.h has it.
constexpr int kWarmUpDays = 14;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<const TenantSettings*> tenant_of(const ControlContext& context, const std::string& name) {
  if (name.empty() && context.tenants.size() != 1)
    return malformed("there are several tenants: name one with --tenant");
  const auto found = name.empty() ? context.tenants.begin() : context.tenants.find(name);
  if (found == context.tenants.end()) return not_found("tenant " + name + " is not configured");
  return &found->second.settings;
}

bool is_own(const std::string& address, const std::vector<std::string>& domains) {
  const std::string domain = domain_of(address);
  return std::ranges::any_of(domains, [&](const std::string& written) {
    const std::string own = lower_case(written);
    return domain == own || domain.ends_with("." + own);
  });
}

// Mail inside, and mail that only passes through, is no correspondence with somebody outside.
std::vector<ImportedMail> with_strangers(const std::vector<TracedMail>& traced,
                                         const std::vector<std::string>& domains) {
  std::vector<ImportedMail> mails;
  for (const TracedMail& one : traced) {
    const bool from_inside = is_own(one.sender, domains);
    if (from_inside == is_own(one.recipient, domains)) continue;
    mails.push_back({one.message_id, one.sender, one.recipient, one.day, from_inside});
  }
  return mails;
}

// The audit keeps what was done, not half a megabyte of addresses.
Result<std::int64_t> audit_import(const ControlContext& context, const ControlCall& call) {
  ControlRequest told = call.request;
  told.content = std::to_string(call.request.content.size()) + " bytes from line " +
                 std::to_string(call.request.line);
  return audit(context, {told, call.who, call.person, call.sink, call.progress});
}

std::string day_text(std::uint16_t day) {
  return format_rfc3339(Timestamp(std::chrono::days(day))).substr(0, 10);
}

json seen_to_json(const std::optional<Seen>& seen) {
  if (!seen) return nullptr;
  const bool has_mails = seen->mails > 0;
  return {{"mails", seen->mails},
          {"written_to", seen->written_to},
          {"since", has_mails ? json(day_text(seen->first_day)) : json(nullptr)},
          {"last", day_text(seen->last_day)}};
}

}  // namespace

Result<std::string> answer_history_import(const ControlContext& context, const ControlCall& call) {
  const ControlRequest& request = call.request;
  const auto tenant = tenant_of(context, request.tenant);
  if (!tenant) return tenant.error();
  const TenantSettings& settings = **tenant;
  if (settings.domains.empty())
    return malformed("tenant " + settings.name + " has no domains: nobody can tell who is inside");
  const TraceForm form{std::max<std::uint64_t>(request.line, 1), request.decision == "day_first"};
  const auto trace = read_message_trace(request.content, form, context.clock.now());
  if (!trace) return trace.error();
  const auto mails = with_strangers(trace->delivered, settings.domains);
  std::size_t counted = 0;
  std::optional<std::int64_t> row;
  if (!request.dry_run) {
    const auto audited = audit_import(context, call);
    if (!audited) return audited.error();
    row = *audited;
    SystemRandom random;
    const auto done = context.store.in_transaction([&](Store& store) -> Result<std::size_t> {
      const auto keys = store.history().keys(random);
      if (!keys) return keys.error();
      return store.history().import(*keys, settings.name, mails);
    });
    if (!done) return done.error();
    counted = *done;
  }
  const std::string answer = dump({{"tenant", settings.name},
                                   {"rows", trace->rows},
                                   {"delivered", trace->delivered.size()},
                                   {"with_strangers", mails.size()},
                                   {"counted", counted},
                                   {"dry_run", request.dry_run}});
  if (row)
    if (auto noted = audit_outcome(context, call, *row, answer); !noted) return noted.error();
  return answer;
}

Result<std::string> answer_history_show(const ControlContext& context, const ControlCall& call) {
  const auto tenant = tenant_of(context, call.request.tenant);
  if (!tenant) return tenant.error();
  const std::string& name = (*tenant)->name;
  const std::string address = address_key(call.request.address);
  SystemRandom random;
  struct Known {
    std::optional<Seen> whole, sender, domain;
    std::uint64_t size = 0;
  };
  const auto known = context.store.in_transaction([&](Store& store) -> Result<Known> {
    StoredHistory& history = store.history();
    const auto keys = history.keys(random);
    if (!keys) return keys.error();
    Known found;
    const auto look = [&](HistoryKey key, std::optional<Seen>& seen) -> Result<void> {
      auto one = history.find(key);
      if (!one) return one.error();
      seen = *one;
      return {};
    };
    Result<void> done = look(keys->tenant(name), found.whole);
    if (done && !address.empty()) done = look(keys->sender(name, address), found.sender);
    if (done && !address.empty()) done = look(keys->domain(name, domain_of(address)), found.domain);
    if (!done) return done.error();
    const auto size = history.size();
    if (!size) return size.error();
    found.size = *size;
    return found;
  });
  if (!known) return known.error();
  const bool has_mails = known->whole && known->whole->mails > 0;
  const int today = day_of(context.clock.now());
  return dump({{"tenant", name},
               {"warm", has_mails && known->whole->first_day + kWarmUpDays <= today},
               {"warm_from", has_mails ? json(day_text(static_cast<std::uint16_t>(
                                             known->whole->first_day + kWarmUpDays)))
                                       : json(nullptr)},
               {"mails", seen_to_json(known->whole)},
               {"keys", known->size},
               {"address", address.empty() ? json(nullptr) : json(address)},
               {"sender", seen_to_json(known->sender)},
               {"domain", seen_to_json(known->domain)}});
}

}  // namespace secondlook
