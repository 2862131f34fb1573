#include "cli/scan_source.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

Result<FileDescriptor> make_unnamed_file() {
  if (auto file = open_file("/tmp", O_TMPFILE | O_RDWR); file) return file;
  FileDescriptor memory(::memfd_create("mail", MFD_CLOEXEC));
  if (!memory.is_open()) return last_system_error("unnamed file");
  return memory;
}

Result<FileDescriptor> copy_pipe(int pipe) {
  auto copy = make_unnamed_file();
  if (!copy) return copy;
  std::uint64_t total = 0;
  std::string buffer(65536, '\0');
  for (;;) {
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return last_system_error("read");
    if (count == 0) break;
    total += static_cast<std::uint64_t>(count);
    if (total > ScanSource::kMostPipedBytes)
      return malformed("larger than " + std::to_string(ScanSource::kMostPipedBytes) + " bytes");
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    if (auto written = write_fully(copy->number(), bytes); !written) return written.error();
  }
  if (::lseek(copy->number(), 0, SEEK_SET) != 0) return last_system_error("rewind");
  return copy;
}

Result<FileDescriptor> open_mail(const std::string& path) {
  auto file = open_file(path, O_RDONLY);
  struct stat facts {};
  if (file && ::fstat(file->number(), &facts) == 0 && !S_ISREG(facts.st_mode))
    return copy_pipe(file->number());
  return file;
}

}  // namespace

ScanSource::ScanSource(std::vector<std::string> arguments) {
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument)
    waiting_.push_back({std::move(*argument), true});
}

std::optional<Result<ScanInput>> ScanSource::next() {
  while (!waiting_.empty()) {
    const Waiting current = std::move(waiting_.back());
    waiting_.pop_back();
    std::error_code ignored;
    const bool follows = current.given && current.path != "-";
    const auto status = follows ? std::filesystem::status(current.path, ignored)
                                : std::filesystem::symlink_status(current.path, ignored);
    if (current.path != "-" && std::filesystem::is_directory(status)) {
      if (auto descended = descend(current.path); !descended) return descended.error();
      continue;
    }
    if (!current.given && !std::filesystem::is_regular_file(current.path, ignored)) continue;
    return open_argument(current.path);
  }
  return std::nullopt;
}

Result<void> ScanSource::descend(const std::string& directory) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().string());
  if (error) return system_error("read directory " + directory, error.value());
  std::sort(names.rbegin(), names.rend());
  for (std::string& name : names) waiting_.push_back({std::move(name), false});
  return {};
}

Result<ScanInput> ScanSource::open_argument(const std::string& name) {
  auto file = name == "-" ? copy_pipe(STDIN_FILENO) : open_mail(name);
  if (!file) return name == "-" ? within("standard input", file.error()) : file.error();
  return ScanInput{name, std::move(*file)};
}

}  // namespace secondlook
