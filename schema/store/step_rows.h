// Steps and their pre-images as rows. For schema/store alone.
#pragma once

#include <string>
#include <vector>

#include "schema/store/sqlite_connection.h"
#include "schema/store/store.h"

namespace secondlook {

// Texts of an array, as a column.
std::string texts_to_json(const std::vector<std::string>& texts);
Result<std::vector<std::string>> texts_from_json(std::string_view json);

// Oldest first.
Result<std::vector<Step>> read_steps_of(Connection& connection, MessageRowId message);

}  // namespace secondlook
