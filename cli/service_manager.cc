#include "cli/service_manager.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/argument_reader.h"

namespace secondlook {
namespace {

std::string take_variable(const char* name) {
  const char* value = std::getenv(name);
  std::string taken = value == nullptr ? "" : value;
  ::unsetenv(name);
  return taken;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
  ServiceManager manager;
  const std::string address = take_variable("NOTIFY_SOCKET");
  const auto patience = parse_number(take_variable("WATCHDOG_USEC"));
  const std::string watched = take_variable("WATCHDOG_PID");
  if (address.size() < 2 || address.size() >= sizeof(sockaddr_un::sun_path)) return manager;
  if (address.front() != '/' && address.front() != '@') return manager;
  manager.socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  manager.address_ = address;
  if (address.front() == '@') manager.address_.front() = '\0';
  const bool is_watched = watched.empty() || watched == std::to_string(::getpid());
  if (patience.value_or(0) > 1 && is_watched) {
    manager.interval_ = std::chrono::microseconds(static_cast<std::int64_t>(*patience / 2));
    manager.next_sign_ = std::chrono::steady_clock::time_point();  // at once
  }
  return manager;
}

// A manager that does not listen is no reason to stop receiving mail.
void ServiceManager::send(std::string_view message) const {
  if (!socket_.is_open()) return;
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, address_.data(), address_.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  [[maybe_unused]] const ssize_t sent =
      ::sendto(socket_.number(), message.data(), message.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&name), length);
}

void ServiceManager::ready() {
  is_starting_ = false;
  send("READY=1");
}

void ServiceManager::stopping() {
  is_starting_ = false;
  send("STOPPING=1");
}

void ServiceManager::status(std::string_view text) {
  if (text == told_status_) return;
  told_status_ = text;
  send("STATUS=" + told_status_);
}

void ServiceManager::sign_if_due(std::chrono::steady_clock::time_point now) {
  if (!next_sign_ || now < *next_sign_) return;
  const auto extension = 4 * interval_;
  send(is_starting_ ? "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(extension.count())
                    : "WATCHDOG=1");
  next_sign_ = now + interval_;
}

}  // namespace secondlook
