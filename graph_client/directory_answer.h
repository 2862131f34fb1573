// A page of /users/delta, /groups/delta or /contacts/delta as our values. Input from the network:
// bounded by the transport, every member optional, a wrong type reads as absent, never an
// exception. Objects without an id are left out.
#pragma once

#include <optional>
#include <string_view>

#include "graph_client/directory_client.h"

namespace secondlook {

// Nothing where the text is no collection, or names neither or both of nextLink and deltaLink: a
// page whose end cannot be told would be taken for the whole.
std::optional<DirectoryPage> read_directory_page(std::string_view body);

}  // namespace secondlook
