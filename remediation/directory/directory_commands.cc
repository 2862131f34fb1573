#include "remediation/directory/directory_commands.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "base/log.h"
#include "remediation/directory/directory_keeper.h"
#include "remediation/directory/override_file.h"
#include "remediation/directory/sync_guard.h"

namespace secondlook {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json time_or_null(const std::optional<Timestamp>& time) {
  return time ? json(format_rfc3339(*time)) : json(nullptr);
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

// The tenants a request is about: the named one, else all.
Result<std::vector<std::string>> tenants_of(const ControlContext& context,
                                            const ControlRequest& request) {
  std::vector<std::string> names;
  for (const auto& [name, access] : context.tenants)
    if (request.tenant.empty() || request.tenant == name) names.push_back(name);
  if (names.empty() && !request.tenant.empty())
    return not_found("tenant " + request.tenant + " is not configured");
  return names;
}

// Where overrides belong to; several tenants must be told apart.
Result<const TenantSettings*> one_tenant(const ControlContext& context,
                                         const ControlRequest& request) {
  const auto names = tenants_of(context, request);
  if (!names) return names.error();
  if (names->size() != 1) return malformed("there are several tenants: name one with --tenant");
  return &context.tenants.at(names->front()).settings;
}

json sync_to_json(const std::string& tenant, const SyncOutcome& outcome) {
  return {{"tenant", tenant},
          {"whole", outcome.was_whole},
          {"added", outcome.added},
          {"changed", outcome.changed},
          {"removed", outcome.removed},
          {"users", outcome.counts.users},
          {"guests", outcome.counts.guests},
          {"groups", outcome.counts.groups},
          {"contacts", outcome.counts.contacts},
          {"addresses", outcome.counts.addresses},
          {"error", nullptr}};
}

Result<json> status_of(const ControlContext& context, Store& store, const TenantSettings& tenant) {
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  const auto strangers = store.directory().count_strangers(tenant.name);
  if (!strangers) return strangers.error();
  json missing = json::array();
  if (state->generation) {
    const auto groups = missing_groups(store.directory(), tenant.directory, *state->generation);
    if (!groups) return groups.error();
    missing = *groups;
  }
  json age = nullptr;
  if (state->synced_at)
    age = std::chrono::floor<std::chrono::seconds>(context.clock.now() - *state->synced_at).count();
  return json{{"tenant", tenant.name},
              {"synced_at", time_or_null(state->synced_at)},
              {"age_seconds", std::move(age)},
              {"full_at", time_or_null(state->full_at)},
              {"users", state->counts.users},
              {"guests", state->counts.guests},
              {"groups", state->counts.groups},
              {"contacts", state->counts.contacts},
              {"addresses", state->counts.addresses},
              {"unknown_recipients", *strangers},
              {"missing_groups", std::move(missing)},
              {"error", text_or_null(state->error)},
              {"failed_at", time_or_null(state->failed_at)}};
}

}  // namespace

Result<json> directory_status(const ControlContext& context, Store& store) {
  json all = json::array();
  for (const auto& [name, access] : context.tenants) {
    auto one = status_of(context, store, access.settings);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  return all;
}

Result<std::string> answer_directory_sync(const ControlContext& context, const ControlCall& call) {
  if (context.directory == nullptr) return not_found("no directory is kept");
  const ControlRequest& request = call.request;
  const auto names = tenants_of(context, request);
  if (!names) return names.error();
  std::optional<std::int64_t> about;
  if (!request.dry_run) {
    const auto row = audit(context, call);
    if (!row) return row.error();
    about = *row;
  }
  const SyncWish wish{request.whole, request.dry_run, request.accept_shrinking};
  std::uint64_t synced = 0, failed = 0;
  bool is_open = true;  // an operator who went away stops the telling, not the work
  for (const std::string& name : *names) {
    const auto outcome = context.directory->sync(name, wish, [&](const DirectoryDifference& one) {
      if (is_open && request.dry_run)
        is_open = call.sink(dump({{"tenant", name},
                                  {"difference", name_of(one.kind)},
                                  {"address", one.address},
                                  {"detail", one.detail}}))
                      .has_value();
    });
    ++(outcome ? synced : failed);
    const json told = outcome ? sync_to_json(name, *outcome)
                              : json{{"tenant", name}, {"error", outcome.error().message}};
    if (is_open) is_open = call.sink(dump(told)).has_value();
  }
  const std::string done =
      dump({{"synced", synced}, {"failed", failed}, {"dry_run", request.dry_run}});
  if (about)
    if (auto noted = audit_outcome(context, call, *about, done); !noted) return noted.error();
  return done;
}

Result<std::string> answer_directory_import(const ControlContext& context,
                                            const ControlCall& call) {
  const auto tenant = one_tenant(context, call.request);
  if (!tenant) return tenant.error();
  const TenantSettings& settings = **tenant;
  if (!settings.directory.overrides_file.empty())
    return forbidden("[tenant.directory] overrides_file names " +
                     settings.directory.overrides_file +
                     ": change it there, then `secondlook directory sync`");
  const auto overrides = parse_overrides(call.request.content);
  if (!overrides) return overrides.error();
  if (call.request.dry_run)
    return dump({{"tenant", settings.name}, {"overrides", overrides->size()}, {"dry_run", true}});
  const auto row = audit(context, call);
  if (!row) return row.error();
  const auto done = context.store.in_transaction(
      [&](Store& store) { return store.directory().replace_overrides(settings.name, *overrides); });
  if (!done) return done.error();
  log_info("overrides imported", {{"tenant", settings.name},
                                  {"overrides", std::to_string(overrides->size())},
                                  {"by", call.who}});
  const std::string answer =
      dump({{"tenant", settings.name}, {"overrides", overrides->size()}, {"dry_run", false}});
  if (auto noted = audit_outcome(context, call, *row, answer); !noted) return noted.error();
  return answer;
}

Result<std::string> answer_directory_export(const ControlContext& context,
                                            const ControlCall& call) {
  const auto names = tenants_of(context, call.request);
  if (!names) return names.error();
  std::size_t count = 0;
  for (const std::string& name : *names) {
    const auto overrides =
        context.store.with([&](Store& store) { return store.directory().overrides(name); });
    if (!overrides) return overrides.error();
    for (const DirectoryOverride& one : *overrides) {
      ++count;
      if (auto sent = call.sink(dump({{"tenant", name},
                                      {"address", one.address},
                                      {"setting", name_of(one.setting)},
                                      {"note", one.note}}));
          !sent)
        return sent.error();
    }
  }
  return dump({{"overrides", count}});
}

}  // namespace secondlook
