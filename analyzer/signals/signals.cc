#include "analyzer/signals/signals.h"

namespace secondlook {

SignalTable all_signals() {
  return {
      {"allow_listed", allow_listed},
      {"ambiguous_mime", ambiguous_mime},
      {"authentication_failed", authentication_failed},
      {"block_listed", block_listed},
      {"code_leads_elsewhere", code_leads_elsewhere},
      {"display_name_shows_own_domain", display_name_shows_own_domain},
      {"document_holds", document_holds},
      {"encrypted_attachment", encrypted_attachment},
      {"eop_category", eop_category},
      {"eop_scl_at_least", eop_scl_at_least},
      {"executable_attachment", executable_attachment},
      {"false_reply", false_reply},
      {"from_lookalike_of_brand", from_lookalike_of_brand},
      {"from_lookalike_of_own_domain", from_lookalike_of_own_domain},
      {"from_lookalike_of_partner", from_lookalike_of_partner},
      {"from_own_domain_unauthenticated", from_own_domain_unauthenticated},
      {"known_correspondent", known_correspondent},
      {"link_listed", link_listed},
      {"link_lookalike_of_brand", link_lookalike_of_brand},
      {"link_text_shows_other_host", link_text_shows_other_host},
      {"links_leave_sender", links_leave_sender},
      {"malware_found", malware_found},
      {"names_recipient", names_recipient},
      {"new_sender", new_sender},
      {"organizer_differs", organizer_differs},
      {"page_form_leaves", page_form_leaves},
      {"reply_to_differs", reply_to_differs},
      {"sender_was_bad", sender_was_bad},
      {"link_site_new", link_site_new},
      {"link_site_was_bad", link_site_was_bad},
      {"wears_protected_name", wears_protected_name},
  };
}

}  // namespace secondlook
