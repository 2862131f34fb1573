// What systemd is told of the service, by the datagrams of sd_notify(3): ready, status, stopping,
// and a sign of life in time. Says nothing where no manager asked for it (NOTIFY_SOCKET).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/file_descriptor.h"

namespace secondlook {

class ServiceManager {
 public:
  // Tells nobody.
  ServiceManager() = default;
  // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are taken out of the environment: the
  // processes that are started later must not speak for us.
  static ServiceManager from_environment();

  void ready();
  void stopping();
  void status(std::string_view text);  // one line; told again only when it changed

  // When to sign next: at half the time that the manager waits. None where it asks for no sign.
  // Until we are ready each sign asks for more time to start as well (EXTEND_TIMEOUT_USEC): a large
  // database that is brought up to date takes longer than any start, and to end it begins it anew.
  std::optional<std::chrono::steady_clock::time_point> next_sign() const { return next_sign_; }
  void sign_if_due(std::chrono::steady_clock::time_point now);

 private:
  void send(std::string_view message) const;

  FileDescriptor socket_;
  std::string address_;  // of the manager; an abstract one begins with a zero byte
  std::string told_status_;
  bool is_starting_ = true;
  std::chrono::microseconds interval_{0};
  std::optional<std::chrono::steady_clock::time_point> next_sign_;
};

}  // namespace secondlook
