#include "remediation/directory/directory_view.h"

#include "remediation/directory/directory_shape.h"
#include "remediation/mail_address.h"
#include "remediation/plan.h"

namespace secondlook {
namespace {

// Of the address itself, else of the first of its mailbox's addresses that has one.
Result<std::optional<DirectoryOverride>> override_for(Store& store, const TenantSettings& tenant,
                                                      const std::string& address,
                                                      const DirectoryObject* object) {
  auto said = store.directory().override_of(tenant.name, address);
  if (!said || *said || object == nullptr) return said;
  for (const std::string& other : object->addresses) {
    said = store.directory().override_of(tenant.name, other);
    if (!said || *said) return said;
  }
  return said;
}

Result<DirectoryFacts> add_what_is_said(Store& store, const TenantSettings& tenant,
                                        std::optional<Generation> generation,
                                        const std::string& address, DirectoryFacts facts) {
  const DirectoryObject* const object =
      facts.objects.size() == 1 ? &facts.objects.front() : nullptr;
  auto said = override_for(store, tenant, address, object);
  if (!said) return said.error();
  facts.said = std::move(*said);
  if (object == nullptr || !generation || !rules_name_group(tenant.directory)) return facts;
  auto groups = store.directory().groups_of(*generation, object->id);
  if (!groups) return groups.error();
  for (std::string& group : *groups) facts.groups.push_back(lower_case(group));
  return facts;
}

}  // namespace

Result<DirectoryFacts> facts_of_object(Store& store, const TenantSettings& tenant,
                                       DirectoryObject object) {
  const std::string address = object.mail.empty() ? object.principal_name : object.mail;
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  DirectoryFacts facts;
  facts.can_decide = can_decide(tenant.directory, *state);
  facts.objects.push_back(std::move(object));
  return add_what_is_said(store, tenant, state->generation, address, std::move(facts));
}

Result<DirectoryView> read_directory_view(Store& store, const TenantSettings& tenant,
                                          const std::vector<std::string>& addresses) {
  const auto state = store.directory().state(tenant.name);
  if (!state) return state.error();
  DirectoryView view;
  for (const std::string& address : addresses) {
    if (view.find(address) != nullptr) continue;
    DirectoryFacts facts;
    facts.can_decide = can_decide(tenant.directory, *state);
    if (state->generation) {
      auto objects = store.directory().find(*state->generation, address);
      if (!objects) return objects.error();
      facts.objects = std::move(*objects);
    }
    auto known = add_what_is_said(store, tenant, state->generation, address, std::move(facts));
    if (!known) return known.error();
    if (state->generation || known->said || has_rules(tenant.directory))
      view.add(address, place_recipient(address, *known, tenant));
  }
  return view;
}

Result<void> note_strangers(Store& store, const TenantSettings& tenant,
                            const DirectoryView& directory,
                            const std::vector<std::string>& recipients, Timestamp now) {
  for (const std::string& address : recipients) {
    const RecipientPlace* const place = directory.find(address);
    if (place == nullptr || place->kind != RecipientPlace::Kind::unknown ||
        !is_inside(tenant, address))
      continue;
    if (auto noted = store.directory().note_stranger(tenant.name, address, now); !noted)
      return noted;
  }
  return {};
}

}  // namespace secondlook
