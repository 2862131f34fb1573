#include "cli/service_manager.h"

#include <cstdlib>
#include <cstring>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

// What systemd is to a service: a datagram socket, and its name in the environment.
class ListeningManager {
 public:
  ListeningManager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string path = directory_.file("notify");
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    REQUIRE(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  std::string heard() const {
    char buffer[256];
    const ssize_t count = ::recv(socket_.number(), buffer, sizeof buffer, 0);
    return count < 0 ? "" : std::string(buffer, static_cast<std::size_t>(count));
  }

 private:
  TemporaryDirectory directory_;
  FileDescriptor socket_;
};

}  // namespace

TEST_CASE("a service manager is told of readiness, changes of status and the end") {
  const ListeningManager listening;
  ServiceManager manager = ServiceManager::from_environment();
  CHECK(std::getenv("NOTIFY_SOCKET") == nullptr);  // nothing started later speaks for us
  manager.ready();
  manager.status("secondlook-ingest starting");
  manager.status("secondlook-ingest starting");
  manager.stopping();
  CHECK(listening.heard() == "READY=1");
  CHECK(listening.heard() == "STATUS=secondlook-ingest starting");
  CHECK(listening.heard() == "STOPPING=1");
  CHECK(listening.heard().empty());
  CHECK_FALSE(manager.next_sign());
}

TEST_CASE("a watchdog gets its sign at half its patience") {
  const ListeningManager listening;
  ::setenv("WATCHDOG_USEC", "60000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  ServiceManager manager = ServiceManager::from_environment();
  manager.ready();
  CHECK(listening.heard() == "READY=1");
  const std::chrono::steady_clock::time_point now{1h};
  manager.sign_if_due(now);
  CHECK(listening.heard() == "WATCHDOG=1");
  REQUIRE(manager.next_sign());
  CHECK(*manager.next_sign() == now + 30s);
  manager.sign_if_due(now + 29s);
  CHECK(listening.heard().empty());
  manager.sign_if_due(now + 30s);
  CHECK(listening.heard() == "WATCHDOG=1");
}

TEST_CASE("a start may take as long as the loop turns") {
  const ListeningManager listening;
  ::setenv("WATCHDOG_USEC", "60000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  ServiceManager manager = ServiceManager::from_environment();
  const std::chrono::steady_clock::time_point now{1h};
  for (const auto later : {0s, 30s, 60s}) {
    manager.sign_if_due(now + later);
    CHECK(listening.heard() == "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=120000000");
  }
  manager.ready();
  CHECK(listening.heard() == "READY=1");
  manager.sign_if_due(now + 90s);
  CHECK(listening.heard() == "WATCHDOG=1");
}

TEST_CASE("a start that is stopped asks for no more time") {
  const ListeningManager listening;
  ::setenv("WATCHDOG_USEC", "60000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  ServiceManager manager = ServiceManager::from_environment();
  manager.stopping();
  CHECK(listening.heard() == "STOPPING=1");
  manager.sign_if_due(std::chrono::steady_clock::time_point{1h});
  CHECK(listening.heard() == "WATCHDOG=1");
}

TEST_CASE("a watchdog for another process, and a manager that is none, change nothing") {
  const ListeningManager listening;
  ::setenv("WATCHDOG_USEC", "60000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(ServiceManager::from_environment().next_sign());
  for (const char* address : {"", "relative", "/"}) {
    ::setenv("NOTIFY_SOCKET", address, 1);
    ServiceManager manager = ServiceManager::from_environment();
    manager.ready();
    CHECK(listening.heard().empty());
  }
  ServiceManager().ready();
}
