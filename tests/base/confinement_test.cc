// What a confined process can no longer do, shown in forked children: confinement is for good.
#include "base/confinement.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/landlock.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

#ifdef SECONDLOOK_SANITIZED
constexpr bool kSeccomp = false;
#else
constexpr bool kSeccomp = true;
#endif

// Runs `attempt` in a child confined so; gives what it returned, 99 when confining failed.
int in_confined_child(const Confinement& confinement, const std::function<int()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto report = confine(confinement);
    ::_exit(report ? attempt() : 99);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

bool skipped_without_seccomp() {
  if (!kSeccomp) WARN("skipped: sanitizers do not run under seccomp");
  return !kSeccomp;
}

bool skipped_without_landlock() {
  if (landlock_abi() == 0) WARN("skipped: this kernel has no Landlock");
  return landlock_abi() == 0;
}

int errno_of_socket(int family) {
  const int number = ::socket(family, SOCK_STREAM, 0);
  return number >= 0 ? 0 : errno;
}

int errno_of_reading(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY) >= 0 ? 0 : errno;
}

TEST_CASE("a confined process cannot open a socket of any family") {
  if (skipped_without_seccomp()) return;
  for (const int family : {AF_INET, AF_INET6, AF_UNIX})
    CHECK(in_confined_child({}, [&] { return errno_of_socket(family); }) == EPERM);
}

TEST_CASE("a process that may use Unix sockets gets no other ones") {
  if (skipped_without_seccomp()) return;
  Confinement confinement;
  confinement.calls.connect_to_unix_sockets = true;
  CHECK(in_confined_child(confinement, [] { return errno_of_socket(AF_UNIX); }) == 0);
  CHECK(in_confined_child(confinement, [] { return errno_of_socket(AF_INET); }) == EPERM);
}

TEST_CASE("a confined process cannot start a program or another process") {
  if (skipped_without_seccomp()) return;
  CHECK(in_confined_child({}, [] {
          char name[] = "/bin/true";
          char* const arguments[] = {name, nullptr};
          ::execv(name, arguments);
          return errno;
        }) == EPERM);
  CHECK(in_confined_child({}, [] { return ::fork() < 0 ? errno : 0; }) == EPERM);
}

TEST_CASE("what decodes alone computes and answers, and can neither make code nor descriptors") {
  if (skipped_without_seccomp()) return;
  Confinement confinement;
  confinement.calls.decode_alone = true;
  CHECK(in_confined_child(confinement, [] {
          if (::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
              MAP_FAILED)
            return 1;
          void* page =
              ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          if (page == MAP_FAILED || ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0) return 2;
          const std::string memory(std::size_t{4} << 20U, 'x');
          if (::dup(0) >= 0 || ::memfd_create("m", 0) >= 0) return 3;
          std::array<int, 2> ends{};
          if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0) return 4;
          if (::kill(::getppid(), 0) == 0 || ::tgkill(::getppid(), ::getppid(), 0) == 0) return 5;
          if (::fork() >= 0 || errno_of_reading("/etc/passwd") == 0) return 6;
          return memory.back() == 'x' ? 0 : 7;
        }) == 0);
  CHECK(in_confined_child(confinement, [] {  // abort() still ends it, by a signal to itself
          std::signal(SIGABRT, [](int) { ::_exit(42); });
          std::abort();
          return 0;
        }) == 42);
}

TEST_CASE("files outside the named paths cannot be read, files beneath them can") {
  if (skipped_without_landlock()) return;
  TemporaryDirectory inside;
  TemporaryDirectory outside;
  const std::string permitted = inside.write("a", "x");
  const std::string secret = outside.write("a", "x");
  Confinement confinement;
  confinement.calls.open_files = true;
  confinement.readable_paths = {inside.path().string(), "/does/not/exist"};
  CHECK(in_confined_child(confinement, [&] { return errno_of_reading(permitted); }) == 0);
  CHECK(in_confined_child(confinement, [&] { return errno_of_reading(secret); }) == EACCES);
  CHECK(in_confined_child(confinement, [&] { return errno_of_reading("/etc/passwd"); }) == EACCES);
}

TEST_CASE("what may be read may not be written, what may be written may be made and removed") {
  if (skipped_without_landlock()) return;
  TemporaryDirectory readable;
  TemporaryDirectory writable;
  readable.write("a", "x");
  Confinement confinement;
  confinement.calls.open_files = true;
  confinement.readable_paths = {readable.path().string()};
  confinement.writable_paths = {writable.path().string()};
  CHECK(in_confined_child(confinement, [&] {
          return ::open(readable.file("a").c_str(), O_WRONLY) >= 0 ? 0 : errno;
        }) == EACCES);
  CHECK(in_confined_child(confinement, [&] {
          return replace_file(writable.file("a"), "new") &&
                         ::unlink(writable.file("a").c_str()) == 0
                     ? 0
                     : 1;
        }) == 0);
}

TEST_CASE("without the right to open files not even a permitted path is opened") {
  if (skipped_without_seccomp()) return;
  TemporaryDirectory directory;
  const std::string path = directory.write("a", "x");
  Confinement confinement;
  confinement.readable_paths = {directory.path().string()};
  CHECK(in_confined_child(confinement, [&] { return errno_of_reading(path); }) == EPERM);
}

TEST_CASE("a descriptor opened before stays readable") {
  TemporaryDirectory directory;
  const auto file = open_file(directory.write("a", "kept"), O_RDONLY);
  REQUIRE(file);
  CHECK(in_confined_child({}, [&] {
          const auto content = read_descriptor(file->number(), 100);
          return content && *content == "kept" ? 0 : 1;
        }) == 0);
}

TEST_CASE("no new privileges, no core dumps, and the limits that were named") {
  Confinement confinement;
  confinement.most_open_files = 20;
  CHECK(in_confined_child(confinement, [] {
          rlimit files{};
          rlimit core{};
          ::getrlimit(RLIMIT_NOFILE, &files);
          ::getrlimit(RLIMIT_CORE, &core);
          const bool right = files.rlim_max == 20 && core.rlim_max == 0 &&
                             ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
                             ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
          return right ? 0 : 1;
        }) == 0);
}

TEST_CASE("the report says what was had and what was not") {
  const bool landlock = landlock_abi() > 0;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto report = confine({});
    const bool right =
        report && report->no_new_privileges && report->seccomp == kSeccomp &&
        (report->landlock_abi > 0) == landlock && report->complete() == (kSeccomp && landlock) &&
        report->summary().find("no-new-privileges") == 0 &&
        (report->summary().find("without-") == std::string::npos) == report->complete();
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace secondlook
