// Every URL we send to Graph or to the login server is made here, and nowhere else, so that
// encoding is right once: each variable part is percent-encoded whole (RFC 3986, only the
// unreserved characters stay), and inside an OData string a ' is doubled first. A raw "+" in a
// Message-ID would reach Exchange as a space and find nothing; a guest's "#EXT#" would cut the URL.
#pragma once

#include <string>
#include <string_view>

#include "graph_client/mailbox_client.h"

namespace secondlook {

// All but ALPHA DIGIT - . _ ~ become %XX. A whole "." or ".." is encoded too: as a path segment it
// would climb.
std::string percent_encoded(std::string_view text);

// 'text' with its quotes, each ' doubled (OData 4.01 URL conventions 5.1.1.6.1), not yet encoded.
std::string odata_string(std::string_view text);

// The name Graph knows a folder by in every locale ("junkemail").
std::string_view well_known_name(WellKnownFolder folder);

// Paths below one Graph root. Ids and addresses are taken raw, as Graph gave them.
class GraphPath {
 public:
  // "https://graph.microsoft.com", without "/v1.0" and without a trailing slash.
  explicit GraphPath(std::string graph_url) : root_(std::move(graph_url)) {}

  // Users whose proxyAddresses hold smtp:ADDRESS; at most two are asked for, since two are already
  // an error.
  std::string users_with_address(std::string_view address) const;
  // By object id or userPrincipalName; an alias answers 404.
  std::string user(std::string_view id) const;

  // Anybody at all: whether the directory may be read.
  std::string some_user() const;

  // Where a whole round of the directory's changes begins; what follows are links as Graph gave
  // them. The selection decides what later rounds tell.
  std::string users_delta() const;
  std::string groups_delta(bool with_members) const;
  std::string contacts_delta() const;

  // Copies with that Message-ID: in the mailbox, or in one folder (id or well-known name). The
  // angle brackets belong to the value. No $orderby: with $filter it is refused.
  std::string messages(std::string_view user, std::string_view message_id) const;
  std::string messages_in(std::string_view user, std::string_view folder,
                          std::string_view message_id) const;
  // Copies with those traits, in the mailbox or (`folder` not empty) in one folder.
  std::string messages_like(std::string_view user, std::string_view folder,
                            const MailTraits& traits) const;
  // One copy with the properties a MailCopy has; and the same resource to write to.
  std::string message(std::string_view user, std::string_view copy) const;
  std::string message_to_change(std::string_view user, std::string_view copy) const;
  std::string move(std::string_view user, std::string_view copy) const;
  // Where a new message is put: a probe's own mail.
  std::string new_message_in(std::string_view user, std::string_view folder) const;
  std::string permanent_delete(std::string_view user, std::string_view copy) const;

  std::string folder(std::string_view user, std::string_view folder) const;

  // Whether an @odata.nextLink stays on our Graph: a token is sent nowhere else.
  bool is_below(std::string_view url) const;

 private:
  std::string mailbox(std::string_view user) const;
  std::string root_;
};

// The token endpoint of a tenant below "https://login.microsoftonline.com".
std::string token_url(std::string_view login_url, std::string_view tenant_id);

}  // namespace secondlook
