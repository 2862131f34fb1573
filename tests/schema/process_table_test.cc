#include "schema/process_table.h"

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

ProcessTable sample(pid_t supervisor) {
  return {supervisor,
          *parse_rfc3339("2026-11-22T13:00:00Z"),
          {"127.0.0.1:2525"},
          false,
          {{"ingest", 42, ProcessState::ready, 3, *parse_rfc3339("2026-11-22T13:00:01.5Z"), "root",
            "no-new-privileges seccomp landlock-7", "listening on 127.0.0.1:2525"},
           {"analyzer", 0, ProcessState::stopped, 0, Timestamp{}, "root", "", ""}}};
}

}  // namespace

TEST_CASE("a process table comes back as it was written") {
  const auto read = parse_process_table(to_json(sample(7)));
  REQUIRE(read);
  CHECK(to_json(*read) == to_json(sample(7)));
  CHECK(read->processes[0].pid == 42);
  CHECK(read->processes[0].restarts == 3);
}

TEST_CASE("what is no process table is refused, what is odd in one is passed over") {
  for (const char* text : {"", "[]", "nul", "{\"pid\":"})
    CHECK(parse_process_table(text).error().kind == Error::Kind::malformed);
  const auto odd = parse_process_table(
      R"({"pid":"x","smtp":[1],"processes":[3,{"name":5,"state":"flying","pid":99999999999}]})");
  REQUIRE(odd);
  CHECK(odd->supervisor == 0);
  REQUIRE(odd->processes.size() == 1);
  CHECK(odd->processes[0].state == ProcessState::lost);
  CHECK(odd->processes[0].pid == 0);
}

TEST_CASE("entries of a supervisor that is gone are lost, those that had stopped have stopped") {
  const TemporaryDirectory directory;
  const auto alive = read_process_table(directory.write("a", to_json(sample(::getpid()))));
  REQUIRE(alive);
  CHECK(alive->processes[0].state == ProcessState::ready);
  const auto gone = read_process_table(directory.write("b", to_json(sample(0))));
  REQUIRE(gone);
  CHECK(gone->processes[0].state == ProcessState::lost);
  CHECK(gone->processes[1].state == ProcessState::stopped);
  CHECK(read_process_table(directory.file("c")).error().kind == Error::Kind::not_found);
}

TEST_CASE("the summary of confinement says what is missing and who shares a user") {
  CHECK(confinement_summary(sample(1)) ==
        "1 of 2 processes wholly confined (no-new-privileges seccomp landlock-7); all run as root: "
        "Landlock alone keeps their files apart");
  ProcessTable partly = sample(1);
  partly.separate_users = true;
  partly.processes[1].confinement = "seccomp without-landlock";
  CHECK(confinement_summary(partly) ==
        "1 of 2 processes wholly confined (no-new-privileges seccomp landlock-7, seccomp "
        "without-landlock)");
}
