#include "tests/support/temporary_directory.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <stdlib.h>

namespace secondlook {

TemporaryDirectory::TemporaryDirectory(Place place) {
  const bool in_memory = place == Place::memory && std::filesystem::is_directory("/dev/shm");
  const auto above = in_memory ? "/dev/shm" : std::filesystem::temp_directory_path();
  std::string pattern = (above / "secondlook-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryDirectory::write(std::string_view name, std::string_view content,
                                      unsigned mode) const {
  const std::filesystem::path path = path_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
  return path.string();
}

std::string content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace secondlook
