#include "schema/notify_paths.h"

#include <filesystem>

namespace secondlook {

std::string notify_state_directory(const PathSettings& paths) {
  const std::filesystem::path database = std::filesystem::path(paths.database).parent_path();
  const std::filesystem::path above = database.parent_path();
  return ((above.empty() ? "." : above) / "notify").string();
}

}  // namespace secondlook
