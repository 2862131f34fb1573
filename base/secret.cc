#include "base/secret.h"

#include <fcntl.h>
#include <string.h>  // explicit_bzero
#include <sys/stat.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {

Secret::Secret(Secret&& other) noexcept : value_(other.value_) {
  other.wipe();
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = other.value_;
    other.wipe();
  }
  return *this;
}

void Secret::wipe() {
  explicit_bzero(value_.data(), value_.size());
  value_.clear();
}

Result<Secret> read_secret_file(const std::string& path) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return within("secret file", file.error());
  struct stat facts {};
  if (::fstat(file->number(), &facts) != 0) return last_system_error("stat " + path);
  if ((facts.st_mode & S_IRWXO) != 0)
    return forbidden("secret file " + path + " may be read by everybody; chmod 0600 " + path);
  auto content = read_descriptor(file->number(), 64 * 1024);
  if (!content) return within("secret file " + path, content.error());
  while (!content->empty() && (content->back() == '\n' || content->back() == '\r'))
    content->pop_back();
  if (content->empty()) return malformed("secret file " + path + " is empty");
  return Secret(std::move(*content));
}

}  // namespace secondlook
