// What Graph's JSON says, as our values: the one place that knows its property names. Input from
// the network: bounded by the transport, every member optional, a wrong type reads as absent, never
// an exception. Copies and users without an id are left out: nothing could be done with them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "graph_client/mailbox_client.h"
#include "graph_client/tenant_probe.h"

namespace secondlook {

struct MessagePage {
  std::vector<MailCopy> copies;
  std::string next_link;  // empty: this was the last page
};

struct FolderFacts {
  std::string id, display_name;
};

struct TokenAnswer {
  Secret access_token;
  std::chrono::seconds expires_in{0};
  std::optional<std::chrono::seconds> refresh_in;  // when the server wants it renewed
};

// Nothing where the text is not JSON of the expected shape (a gateway's HTML page, a cut answer).
std::optional<MessagePage> read_message_page(std::string_view body);
std::optional<MailCopy> read_message(std::string_view body);
std::optional<std::vector<GraphUser>> read_users(std::string_view body);  // a collection
std::optional<GraphUser> read_user(std::string_view body);
std::optional<FolderFacts> read_folder(std::string_view body);
// Entra's numbers, or a managed identity's strings; `expires_on` (seconds since 1970) where there
// is no `expires_in`. At most a day.
std::optional<TokenAnswer> read_token(std::string_view body, Timestamp now);
// The login server's {"error", "error_description"}: "invalid_client AADSTS7000215: ...", the
// description cut at 2000 bytes; as the server wrote it. Empty when there is none.
std::string read_login_error(std::string_view body);

// Of a message: whether Graph calls it a draft; nothing where it does not say.
std::optional<bool> read_is_draft(std::string_view body);
// The application permissions ("roles") that an access token grants, by its payload (RFC 7519).
// Nothing where the token is none that can be read: Graph's tokens are opaque by contract, so this
// is for advice, never for a decision.
std::optional<std::vector<std::string>> read_token_roles(const Secret& token);

// The bodies we send.
std::string write_mail(const NewMail& mail);
std::string write_destination(std::string_view folder);
std::string write_properties(const MailboxClient::Properties& properties);
std::string write_receipt_suppression();

}  // namespace secondlook
