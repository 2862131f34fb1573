// The part of Microsoft Graph v1.0 that a scanner uses, over the tenant's state: users,
// users/delta, groups/delta, contacts/delta, mailFolders, messages, move, permanentDelete, PATCH.
// Understands the filters our client and the documentation use, and refuses others with 400 rather
// than guessing.
#pragma once

#include <string>

#include "tests/support/http_server.h"
#include "tests/support/stand_in_tenant/rendering.h"
#include "tests/support/stand_in_tenant/tenant.h"
#include "tests/support/stand_in_tenant/web_target.h"

namespace secondlook::stand_in {

class GraphService {
 public:
  // `tenant` must outlive it and be locked during answer(). `public_url`: in front of next links;
  // empty means the Host the request came to.
  GraphService(Tenant& tenant, std::string public_url)
      : tenant_(tenant), public_url_(std::move(public_url)) {}

  // For a request that holds a good token.
  ServedAnswer answer(const ServedRequest& request, const WebTarget& target);

  unsigned bare_deletes() const { return bare_deletes_; }

 private:
  struct Question;  // one request, taken apart

  ServedAnswer answer_about_users(const Question& question);
  ServedAnswer answer_delta(const Question& question);
  ServedAnswer answer_about_mailbox(const Question& question, Mailbox& mailbox);
  ServedAnswer answer_about_folders(const Question& question, Mailbox& mailbox);
  ServedAnswer list_messages(const Question& question, Mailbox& mailbox, const Folder* folder);
  ServedAnswer create(const Question& question, Mailbox& mailbox, const Folder& folder);
  ServedAnswer answer_about_message(const Question& question, Mailbox& mailbox, std::size_t at);
  ServedAnswer move(const Question& question, Mailbox& mailbox, Copy& copy);
  ServedAnswer change(const Question& question, Copy& copy);
  std::string root(const Question& question) const;
  std::string next_link(const Question& question, std::size_t skip) const;

  Tenant& tenant_;
  const std::string public_url_;
  unsigned bare_deletes_ = 0;
};

}  // namespace secondlook::stand_in
