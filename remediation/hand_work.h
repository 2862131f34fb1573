// From a request by hand to the plan for one message, and from the plan to rows.
#pragma once

#include <vector>

#include "remediation/plan.h"
#include "remediation/step_context.h"
#include "schema/control_message.h"
#include "schema/store/store.h"

namespace secondlook {

// What the request asks for; `cause` is left empty. malformed: an action that is none, or for
// retract none at all. A `command:12` among the terms of a restore means the copies that command
// moved, and no others.
Result<HandWork> hand_work(const ControlRequest& request, Timestamp now);

// A mailbox that was named by one address is meant by all that the directory knows of it.
Result<void> add_other_addresses(Store& store, const Tenants& tenants, HandWork& work);

// not_found: the message's tenant is not configured.
Result<Plan> plan_for(Store& store, const AddressedMessage& message, const Tenants& tenants,
                      const HandWork& work, bool restores, Timestamp now);

// Plans and writes one message of a command, inside a transaction. True: something was planned.
Result<bool> carry_out(Store& store, const AddressedMessage& message, const Tenants& tenants,
                       const HandCommand& command, const HandWork& work, bool false_positive,
                       Timestamp now);

}  // namespace secondlook
