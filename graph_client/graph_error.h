// From an HTTP answer to a GraphError: the table of statuses and codes, in one place. Decides by
// code first (the outer one, then each innerError's), by status where no code is known; never by
// the message, which Microsoft changes and which can hold mail content, and so is not kept.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "graph_client/mailbox_client.h"

namespace secondlook {

// The error that an answer with a status of 300 or more stands for. `client_request_id` is the one
// we sent; it stands in the message beside Microsoft's request-id, which their support asks for.
GraphError read_graph_error(const HttpResponse& answer, std::string_view client_request_id,
                            Timestamp now);

// No answer, or one that cannot be read: `temporary`, since a write may have taken effect.
GraphError no_usable_answer(std::string_view code, std::string_view what);

}  // namespace secondlook
