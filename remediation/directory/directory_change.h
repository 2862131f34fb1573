// What a change of the directory, as Graph told it, makes of an object, and how that is told to
// people. Pure.
#pragma once

#include <optional>
#include <string>

#include "graph_client/directory_client.h"
#include "schema/store/directory.h"

namespace secondlook {

// The object as it is now: what the change does not tell is as before. Not for removals.
DirectoryObject apply_change(const std::optional<DirectoryObject>& before,
                             const DirectoryChange& change, DirectoryPart part);

struct DirectoryDifference {
  enum class Kind { added, changed, removed };
  Kind kind = Kind::changed;
  std::string address;  // primary, else the principal name, else the id
  std::string detail;   // "mailbox; +a@b.example -c@b.example"
};
std::string_view name_of(DirectoryDifference::Kind kind);

// Nothing where both are the same (or both are absent).
std::optional<DirectoryDifference> difference(const std::optional<DirectoryObject>& before,
                                              const std::optional<DirectoryObject>& after);

}  // namespace secondlook
