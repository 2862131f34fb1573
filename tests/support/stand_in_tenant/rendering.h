// The tenant's values as Graph's JSON, in Microsoft's spelling (graph-v1.0-mail.openapi.json).
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "tests/support/http_server.h"
#include "tests/support/stand_in_tenant/tenant.h"

namespace secondlook::stand_in {

// What $select named; empty: the default properties.
using Selection = std::set<std::string, std::less<>>;

nlohmann::json render_user(const User& user, const Selection& selection);
nlohmann::json render_group(const Group& group, const Selection& selection);
nlohmann::json render_contact(const Contact& contact, const Selection& selection);
// `immutable`: which of its two ids it shows. `with_size`: PR_MESSAGE_SIZE was expanded; as in
// Exchange it is not the length of the MIME.
nlohmann::json render_message(const Copy& copy, const Selection& selection, bool immutable,
                              bool with_size);
nlohmann::json render_folder(const Mailbox& mailbox, const Folder& folder,
                             const Selection& selection);

ServedAnswer json_answer(int status, const nlohmann::json& body);
// {"error":{"code","message","innerError":{...}}}
ServedAnswer error_answer(int status, std::string_view code, std::string_view message);

std::string rfc3339_seconds(Timestamp time);

}  // namespace secondlook::stand_in
