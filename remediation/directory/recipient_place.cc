#include "remediation/directory/recipient_place.h"

#include <algorithm>

#include "remediation/directory/directory_shape.h"
#include "remediation/mail_address.h"
#include "remediation/plan.h"

namespace secondlook {
namespace {

using Kind = RecipientPlace::Kind;
using Treatment = RecipientPlace::Treatment;

const DirectoryRule* first_met(const std::vector<DirectoryRule>& rules,
                               const RuleSubject& subject) {
  const auto met = std::find_if(rules.begin(), rules.end(),
                                [&](const DirectoryRule& rule) { return is_met(rule, subject); });
  return met == rules.end() ? nullptr : &*met;
}

std::string in_words(const DirectoryOverride& said) {
  std::string words = "override of " + said.address + ": " + std::string(name_of(said.setting));
  if (!said.note.empty()) words += " (" + said.note + ")";
  return words;
}

// Kinds that only a person can know: Entra holds no public folders and no dynamic lists.
std::optional<Kind> kind_said(const DirectoryOverride& said) {
  switch (said.setting) {
    case OverrideSetting::external: return Kind::external;
    case OverrideSetting::group: return Kind::group;
    case OverrideSetting::contact: return Kind::contact;
    case OverrideSetting::public_folder: return Kind::public_folder;
    case OverrideSetting::include:
    case OverrideSetting::exclude:
    case OverrideSetting::protect: break;
  }
  return std::nullopt;
}

void settle_kind(RecipientPlace& place, const std::string& address, const DirectoryObject& object,
                 const TenantSettings& tenant) {
  switch (object.kind) {
    case DirectoryKind::user: break;
    case DirectoryKind::guest:
      place.kind = Kind::external;
      place.because = "a guest: the mailbox is elsewhere";
      return;
    case DirectoryKind::group: place.kind = Kind::group; return;
    case DirectoryKind::unified_group: place.kind = Kind::group_mailbox; return;
    case DirectoryKind::contact: place.kind = Kind::contact; return;
  }
  // A mail user has an address elsewhere and no mailbox here.
  if (!is_inside(tenant, address) && !is_inside(tenant, object.mail)) {
    place.kind = Kind::external;
    place.because = "its primary address is outside the tenant's domains";
    return;
  }
  place.kind = Kind::mailbox;
  place.user_id = object.id;
  if (!object.mail.empty()) place.mailbox = object.mail;
}

bool is_named_protected(const RecipientPlace& place, const std::string& address,
                        const TenantSettings& tenant) {
  const auto& names = tenant.policy.protected_mailboxes;
  return contains(names, address) || contains(names, place.mailbox) ||
         std::any_of(place.addresses.begin(), place.addresses.end(),
                     [&](const std::string& other) { return contains(names, other); });
}

void settle_by_rules(RecipientPlace& place, const RuleSubject& subject,
                     const DirectorySettings& settings) {
  if (const DirectoryRule* const rule = first_met(settings.protect, subject)) {
    place.treatment = Treatment::protected_mailbox;
    place.because = "protect: " + rule->text;
  } else if (const DirectoryRule* const out = first_met(settings.exclude, subject)) {
    place.treatment = Treatment::excluded;
    place.because = "exclude: " + out->text;
  } else if (const DirectoryRule* const in = first_met(settings.include, subject)) {
    place.because = "include: " + in->text;
  } else if (!settings.include.empty()) {
    place.treatment = Treatment::excluded;
    place.because = "no include rule speaks of it";
  }
}

void settle_treatment(RecipientPlace& place, const std::string& address,
                      const DirectoryFacts& facts, const TenantSettings& tenant) {
  if (is_named_protected(place, address, tenant)) {
    place.treatment = Treatment::protected_mailbox;
    place.because = "[policy] protected_mailboxes names it";
    return;
  }
  if (facts.said) {
    place.because = in_words(*facts.said);
    if (facts.said->setting == OverrideSetting::exclude) place.treatment = Treatment::excluded;
    if (facts.said->setting == OverrideSetting::protect)
      place.treatment = Treatment::protected_mailbox;
    return;
  }
  if (!facts.can_decide && has_rules(tenant.directory)) {
    place.treatment = Treatment::excluded;
    place.because = "its rules and groups cannot be decided before the directory was read";
  } else if (place.kind == Kind::mailbox) {
    settle_by_rules(place, {facts.objects.front().attributes, facts.groups}, tenant.directory);
  } else if (!tenant.directory.include.empty()) {
    place.treatment = Treatment::excluded;
    place.because = "unknown to the directory, so no include rule speaks of it";
  }
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::mailbox: return "mailbox";
    case Kind::group: return "group";
    case Kind::group_mailbox: return "group_mailbox";
    case Kind::contact: return "contact";
    case Kind::public_folder: return "public_folder";
    case Kind::external: return "external";
    case Kind::unknown: return "unknown";
  }
  return "unknown";
}

std::string_view name_of(Treatment treatment) {
  switch (treatment) {
    case Treatment::act: return "act";
    case Treatment::excluded: return "excluded";
    case Treatment::protected_mailbox: return "protected";
  }
  return "act";
}

RecipientPlace place_recipient(const std::string& address, const DirectoryFacts& facts,
                               const TenantSettings& tenant) {
  RecipientPlace place;
  place.mailbox = address;
  place.groups = facts.groups;
  if (facts.objects.size() == 1) {
    place.addresses = facts.objects.front().addresses;
    settle_kind(place, address, facts.objects.front(), tenant);
  } else if (facts.objects.size() > 1) {
    place.because = "the directory gives this address to two";
  }
  if (const auto kind = facts.said ? kind_said(*facts.said) : std::nullopt) {
    place.kind = *kind;
    place.because = in_words(*facts.said);
    place.user_id.clear();
    place.mailbox = address;
    return place;
  }
  if (place.kind == Kind::mailbox || place.kind == Kind::unknown)
    settle_treatment(place, address, facts, tenant);
  return place;
}

void DirectoryView::add(std::string address, RecipientPlace place) {
  places_.insert_or_assign(std::move(address), std::move(place));
}

const RecipientPlace* DirectoryView::find(std::string_view address) const {
  const auto found = places_.find(address);
  return found == places_.end() ? nullptr : &found->second;
}

std::string DirectoryView::mailbox_of(const std::string& address) const {
  const RecipientPlace* const place = find(address);
  return place == nullptr ? address : place->mailbox;
}

}  // namespace secondlook
