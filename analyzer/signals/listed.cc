#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/operator_lists.h"
#include "analyzer/signals/own_hop.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

class ListSearch {
 public:
  ListSearch(const ScanContext& context, ListKind kind, const SignalArguments& subjects)
      : context_(context), kind_(kind), subjects_(subjects) {}

  SignalResult look() {
    if (context_.lists == nullptr || context_.lists->is_empty()) return {};
    if (is_chosen(subjects_, "sender") || is_chosen(subjects_, "domain")) look_at_senders();
    if (is_chosen(subjects_, "ip"))
      ask(ListSubject::ip, OwnHop(context_)->connecting_ip, "connection");
    if (is_chosen(subjects_, "host"))
      for (const FoundLink& found : context_.message.links)
        ask(ListSubject::host, found.link.host, "link " + evidence_text(found.link.url));
    if (is_chosen(subjects_, "hash"))
      for (const Attachment& attachment : context_.message.attachments)
        ask(ListSubject::hash, attachment.sha256, "attachment " + evidence_text(attachment.name));
    return std::move(result_);
  }

 private:
  void look_at_senders() {
    for (const Mailbox& mailbox : context_.message.from) {
      if (is_chosen(subjects_, "sender")) ask(ListSubject::sender, mailbox.address, "header From");
      if (is_chosen(subjects_, "domain"))
        ask(ListSubject::domain, domain_of_address(mailbox.address), "header From");
    }
  }

  void ask(ListSubject subject, std::string_view value, const std::string& where) {
    if (result_.evidence.size() >= kMostSignalEvidence) return;
    const ListEntry* entry = context_.lists->find(kind_, subject, value, context_.received_at);
    if (entry != nullptr) add_evidence(result_, where, to_line(*entry));
  }

  const ScanContext& context_;
  const ListKind kind_;
  const SignalArguments& subjects_;
  SignalResult result_;
};

// What the tenant's own hop vouches for: the From domain is whose it says.
bool is_authenticated(const ScanContext& context) {
  const OwnHop hop(context);
  return hop->authentication.dmarc == "pass" || hop->authentication.compauth == "pass";
}

}  // namespace

SignalResult block_listed(const ScanContext& context, const SignalArguments& subjects) {
  return ListSearch(context, ListKind::block, subjects).look();
}

SignalResult allow_listed(const ScanContext& context, const SignalArguments& subjects) {
  if (context.message.from.size() != 1 || !is_authenticated(context)) return {};
  return ListSearch(context, ListKind::allow, subjects).look();
}

SignalResult wears_protected_name(const ScanContext& context, const SignalArguments&) {
  SignalResult result;
  if (context.lists == nullptr) return result;
  for (const Mailbox& mailbox : context.message.from) {
    const auto people = context.lists->people_named(mailbox.display_name);
    const std::string domain = domain_of_address(mailbox.address);
    const bool is_one_of_them = std::ranges::any_of(people, [&](const ListEntry* person) {
      return equals_ignoring_case(person->value, mailbox.address);
    });
    if (people.empty() || is_one_of_them || is_own_domain(domain, context.own_domains)) continue;
    add_evidence(result, "header From",
                 mailbox.display_name + " at " + mailbox.address + ", not " + people[0]->value);
  }
  return result;
}

SignalResult from_lookalike_of_partner(const ScanContext& context, const SignalArguments& ways) {
  if (context.lists == nullptr || context.lists->partners().empty()) return {};
  ScanContext partners = {context.message, context.lists->partners(), context.envelope_sender,
                          context.recipients};
  return from_lookalike_of_own_domain(partners, ways);
}

}  // namespace secondlook
