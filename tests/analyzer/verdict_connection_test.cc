#include "analyzer/verdict_connection.h"

#include <catch2/catch.hpp>
#include <fcntl.h>

#include "base/unix_socket.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

// Remediation's side, fed before the analyzer's side is made.
struct Meeting {
  FileDescriptor remediation;
  FrameReader frames{kLargestVerdictFrame};
  std::optional<VerdictConnection> connection;

  Meeting() {
    auto ends = make_socket_pair();
    REQUIRE(ends);
    remediation = std::move(ends->second);
    VerdictWelcome welcome;
    welcome.recorded = 41;
    send(VerdictFrame::welcome, to_json(welcome));
    auto greeted = VerdictConnection::greet(std::move(ends->first), {"uuid", 50}, 5s);
    if (!greeted) FAIL(greeted.error().message);
    connection.emplace(std::move(*greeted));
  }
  void send(VerdictFrame type, std::string_view payload) {
    REQUIRE(send_frame(remediation.number(), static_cast<std::uint8_t>(type), payload));
  }
  Frame receive() {
    auto frame = receive_frame(remediation.number(), frames, 5s);
    if (!frame) FAIL(frame.error().message);
    return std::move(*frame);
  }
};

VerdictStamp stamp(std::uint64_t sequence) {
  VerdictStamp value;
  value.log = "uuid";
  value.sequence = sequence;
  return value;
}

}  // namespace

TEST_CASE("the analyzer says hello and goes on where the welcome says") {
  Meeting meeting;
  const Frame hello = meeting.receive();
  CHECK(hello.type == static_cast<std::uint8_t>(VerdictFrame::hello));
  const auto parsed = parse_verdict_hello(hello.payload);
  REQUIRE(parsed);
  CHECK(parsed->log == "uuid");
  CHECK(parsed->durable_sequence == 50);
  CHECK(meeting.connection->welcome().recorded == 41);
}

TEST_CASE("a verdict travels as the stamp, a line end, and the worker's bytes untouched") {
  Meeting meeting;
  meeting.receive();
  meeting.connection->send_verdict(stamp(42), "{\"whatever\n the worker\" said");
  REQUIRE(meeting.connection->send_waiting());
  const Frame verdict = meeting.receive();
  CHECK(verdict.type == static_cast<std::uint8_t>(VerdictFrame::verdict));
  const auto line_end = verdict.payload.find('\n');
  const auto parsed = parse_verdict_stamp(verdict.payload.substr(0, line_end));
  REQUIRE(parsed);
  CHECK(parsed->sequence == 42);
  CHECK(verdict.payload.substr(line_end + 1) == "{\"whatever\n the worker\" said");
}

TEST_CASE("verdicts that the socket does not take yet wait without blocking, and arrive whole") {
  Meeting meeting;
  meeting.receive();
  const std::string large(std::size_t{8} << 20, 'v');
  meeting.connection->send_verdict(stamp(42), large);
  REQUIRE(meeting.connection->send_waiting());
  CHECK(meeting.connection->bytes_waiting() > 0);
  while (meeting.connection->bytes_waiting() > 0) {
    auto some = receive_with_descriptors(meeting.remediation.number(), 65536);
    REQUIRE(some);
    meeting.frames.feed(some->bytes);
    REQUIRE(meeting.connection->send_waiting());
  }
  CHECK(meeting.receive().payload.ends_with(large));
}

TEST_CASE("acknowledgements are read as far as they have arrived") {
  Meeting meeting;
  CHECK(meeting.connection->read_arrived()->recorded.empty());
  meeting.send(VerdictFrame::recorded, recorded_to_json({42, 44}));
  meeting.send(VerdictFrame::recorded, recorded_to_json({43}));
  CHECK(meeting.connection->read_arrived()->recorded == std::vector<std::uint64_t>{42, 44, 43});
  meeting.send(VerdictFrame::welcome, "{}");
  CHECK_FALSE(meeting.connection->read_arrived());
}

TEST_CASE("requests for second looks and the newest history are taken as they come") {
  Meeting meeting;
  const TemporaryDirectory directory;
  meeting.send(VerdictFrame::judge_again, to_json(JudgeAgain{42, 1, "rules", {}}));
  for (const char* name : {"old", "new"}) {
    const auto file = open_file(directory.write(name, name), O_RDONLY);
    REQUIRE(file);
    REQUIRE(send_with_descriptors(
        meeting.remediation.number(),
        encode_frame(static_cast<std::uint8_t>(VerdictFrame::history), ""), {file->number()}));
  }
  meeting.send(VerdictFrame::recorded, recorded_to_json({7}));
  const auto arrived = meeting.connection->read_arrived();
  REQUIRE(arrived);
  REQUIRE(arrived->judge_again.size() == 1);
  CHECK(arrived->judge_again[0].sequence == 42);
  CHECK(arrived->recorded == std::vector<std::uint64_t>{7});
  REQUIRE(arrived->history);
  CHECK(*read_descriptor(arrived->history->number(), 100) == "new");
  meeting.send(VerdictFrame::history, "");  // without its descriptor
  CHECK_FALSE(meeting.connection->read_arrived());
}

TEST_CASE("a history that comes together with the welcome is not lost") {
  auto ends = make_socket_pair();
  REQUIRE(ends);
  const TemporaryDirectory directory;
  const auto file = open_file(directory.write("history", "known"), O_RDONLY);
  REQUIRE(file);
  const int remediation = ends->second.number();
  REQUIRE(send_frame(remediation, static_cast<std::uint8_t>(VerdictFrame::welcome),
                     to_json(VerdictWelcome{})));
  REQUIRE(send_with_descriptors(remediation,
                                encode_frame(static_cast<std::uint8_t>(VerdictFrame::history), ""),
                                {file->number()}));
  auto connection = VerdictConnection::greet(std::move(ends->first), {"uuid", 50}, 5s);
  REQUIRE(connection);
  const auto arrived = connection->read_arrived();
  REQUIRE(arrived);
  REQUIRE(arrived->history);
  CHECK(*read_descriptor(arrived->history->number(), 100) == "known");
}

TEST_CASE("a remediation that closes its end is an error") {
  Meeting meeting;
  meeting.remediation.reset();
  CHECK_FALSE(meeting.connection->read_arrived());
}

TEST_CASE("connecting gives up after its patience") {
  const TemporaryDirectory directory;
  ManualClock clock;
  CHECK_FALSE(VerdictConnection::connect(directory.file("verdict.socket"), 0ms, clock));
  const auto listening = listen_on_unix_socket(directory.file("verdict.socket"));
  REQUIRE(listening);
  CHECK(VerdictConnection::connect(directory.file("verdict.socket"), 0ms, clock));
}
