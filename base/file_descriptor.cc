#include "base/file_descriptor.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = other.release();
  }
  return *this;
}

void FileDescriptor::reset() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Result<FileDescriptor> open_file(const std::string& path, int flags, unsigned mode) {
  return open_file_at(AT_FDCWD, path, flags, mode);
}

Result<FileDescriptor> open_file_at(int directory, const std::string& name, int flags,
                                    unsigned mode) {
  int number = -1;
  do {
    number = ::openat(directory, name.c_str(), flags | O_CLOEXEC, mode);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return last_system_error("open " + name);
  return FileDescriptor(number);
}

Result<void> write_fully(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_system_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_fully_at(int descriptor, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return last_system_error("pwrite");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<std::string> read_descriptor(int descriptor, std::size_t limit) {
  std::string content;
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_system_error("read");
    if (count == 0) return content;
    if (content.size() + static_cast<std::size_t>(count) > limit)
      return malformed("larger than " + std::to_string(limit) + " bytes");
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  auto file = open_file(path, O_RDONLY);
  if (!file) return file.error();
  return read_descriptor(file->number(), limit).transform_error([&](Error error) {
    return within(path, std::move(error));
  });
}

Result<void> replace_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string temporary_path = path + ".new";
  auto file = open_file(temporary_path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  if (!file) return file.error();
  // Other processes rely on the mode, whatever the umask is.
  if (::fchmod(file->number(), mode) != 0) return last_system_error("chmod " + temporary_path);
  if (auto written = write_fully(file->number(), bytes); !written)
    return within(temporary_path, written.error());
  if (::fdatasync(file->number()) != 0) return last_system_error("fdatasync " + temporary_path);
  if (::rename(temporary_path.c_str(), path.c_str()) != 0)
    return last_system_error("rename to " + path);
  return sync_directory(parent_of(path));
}

Result<void> sync_directory(const std::string& path) {
  auto directory = open_file(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return directory.error();
  if (::fsync(directory->number()) != 0) return last_system_error("fsync " + path);
  return {};
}

Result<void> make_directories(const std::string& path, unsigned mode) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), mode) == 0) {
      const auto synced = sync_directory(parent_of(part));
      if (!synced && synced.error().kind != Error::Kind::forbidden) return synced;
    } else if (errno != EEXIST) {
      return last_system_error("mkdir " + part);
    }
    if (end == std::string::npos) break;
  }
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return last_system_error("stat " + path);
  if (!S_ISDIR(facts.st_mode)) return system_error("mkdir " + path, ENOTDIR);
  return {};
}

}  // namespace secondlook
