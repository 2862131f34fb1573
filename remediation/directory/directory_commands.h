// What operators ask about the directory (schema/control_message.h): show, sync, import, export.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "remediation/control_commands.h"

namespace secondlook {

// One address, with why it is in or out, else everything.
Result<std::string> answer_directory_show(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_directory_sync(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_directory_import(const ControlContext& context, const ControlCall& call);
Result<std::string> answer_directory_export(const ControlContext& context, const ControlCall& call);

// For `status`: one object a tenant.
Result<nlohmann::json> directory_status(const ControlContext& context, Store& store);

}  // namespace secondlook
