// Asks the running service over its control socket (schema/control_message.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/console.h"
#include "schema/control_message.h"

namespace secondlook {

struct ServiceAnswer {
  enum class Outcome {
    done,        // `json` is the service's last word
    failed,      // the service said no: `error`
    unreachable  // nobody answers at the socket, or nobody any more: `error`
  };
  Outcome outcome = Outcome::unreachable;
  std::string json;
  Error error;
};

// `item` is called for each item as it comes, `progress` for each word of progress. `patience` is
// for one frame, not for all of them.
ServiceAnswer ask_service(
    const std::string& control_socket, const ControlRequest& request,
    const std::function<void(std::string_view json)>& item, std::chrono::milliseconds patience,
    const std::function<void(std::string_view json)>& progress = [](std::string_view) {});

// Prints what went wrong; the exit status (0 when nothing did).
int report_answer(const Console& console, const ServiceAnswer& answer);

// The user who logged in (the kernel's login uid where it is set), for the audit.
std::string login_name();

// One copy of a mail as the service tells it.
struct CopyItem {
  std::int64_t id = 0;
  std::string mailbox, action, state, folder_before, at, undo_until, detail;  // empty: null
};
CopyItem read_copy_item(std::string_view json);  // what is missing or odd reads as empty

}  // namespace secondlook
