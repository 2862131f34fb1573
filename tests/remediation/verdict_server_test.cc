#include "remediation/verdict_server.h"

#include <thread>

#include <catch2/catch.hpp>

#include "base/unix_socket.h"
#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

std::string frame(VerdictFrame type, const std::string& payload) {
  return encode_frame(static_cast<std::uint8_t>(type), payload);
}

// A server on one end of a socket pair, and the analyzer's end.
struct Conversation {
  explicit Conversation(Scene& scene)
      : mark(scene.directory.file("recorded"), scene.clock),
        watch(scene.clock),
        stop(value_of(StopEvent::make())),
        server(FileDescriptor(),
               {scene.recorder, scene.store, mark, reception, stop, [this] { ++plannings; },
                nullptr, nullptr, nullptr, &watch.add("recorder", 5min)}),
        ends(value_of(make_socket_pair())),
        thread([this] { outcome = server.serve(std::move(ends.first)); }) {}

  void send(const std::string& bytes) {
    REQUIRE(send_with_descriptors(ends.second.number(), bytes).has_value());
  }
  Frame receive() { return value_of(receive_frame(ends.second.number(), frames, 20s)); }
  void hello() {
    send(frame(VerdictFrame::hello, to_json(VerdictHello{kTestLog, 10, 1})));
    CHECK(receive().type == static_cast<std::uint8_t>(VerdictFrame::welcome));
  }
  // The analyzer closes its side; what the server made of it.
  Result<void> end() {
    ends.second.reset();
    thread.join();
    return outcome;
  }

  RecordedMark mark;
  ReceptionState reception;
  LoopWatch watch;
  StopEvent stop;
  int plannings = 0;
  VerdictServer server;
  std::pair<FileDescriptor, FileDescriptor> ends;
  FrameReader frames{kLargestVerdictFrame};
  Result<void> outcome;
  std::jthread thread;
};

std::string verdict_frame(Scene& scene, std::uint64_t sequence) {
  Verdict verdict = scene.verdict(Disposition::malicious, {"ann@acme.example"});
  verdict.message_id = "<" + std::to_string(sequence) + "@mallory.example>";
  const Delivery delivery = scene.delivery(sequence, verdict);
  return frame(VerdictFrame::verdict, to_json(delivery.stamp) + "\n" + delivery.content);
}

std::set<std::uint64_t> take_acknowledgements(Conversation& conversation, std::size_t count) {
  std::set<std::uint64_t> acknowledged;
  while (acknowledged.size() < count) {
    const Frame answer = conversation.receive();
    REQUIRE(answer.type == static_cast<std::uint8_t>(VerdictFrame::recorded));
    for (const std::uint64_t sequence : value_of(parse_recorded(answer.payload)))
      acknowledged.insert(sequence);
  }
  return acknowledged;
}

}  // namespace

TEST_CASE("verdicts are acknowledged after they were recorded, and the mark follows") {
  Scene scene;
  Conversation conversation(scene);
  conversation.hello();
  std::string bytes;
  for (std::uint64_t sequence = 1; sequence <= 200; ++sequence)
    bytes += verdict_frame(scene, sequence);
  conversation.send(bytes);
  CHECK(take_acknowledgements(conversation, 200).size() == 200);
  CHECK(conversation.end().has_value());
  CHECK(scene.steps().size() == 200);
  CHECK(content_of(scene.directory.file("recorded")).find("\"recorded\":200") != std::string::npos);
  CHECK(conversation.plannings >= 1);
  CHECK(conversation.reception.values().recorded == 200);
}

TEST_CASE("a recorder that waits for verdicts is not stuck, one that waits for a lock in vain is") {
  Scene scene;
  Conversation conversation(scene);
  conversation.hello();
  // By other threads' leave, not by time: the clock is ours.
  const auto becomes = [&](bool stuck) {
    for (int looks = 0; looks < 20'000; ++looks) {
      if (conversation.watch.stuck().has_value() == stuck) return true;
      std::this_thread::sleep_for(1ms);
    }
    return false;
  };
  CHECK(becomes(false));
  scene.clock.advance(24h);
  CHECK_FALSE(conversation.watch.stuck());
  scene.store.with([&](Store& /*held*/) {
    conversation.send(verdict_frame(scene, 1));
    while (scene.clock.now() < Timestamp::max() && !conversation.watch.stuck()) {
      scene.clock.advance(1min);
      std::this_thread::sleep_for(1ms);
    }
    CHECK(conversation.watch.stuck() == "recorder");
  });
  CHECK(take_acknowledgements(conversation, 1) == std::set<std::uint64_t>{1});
  CHECK(becomes(false));
  CHECK(conversation.end().has_value());
}

TEST_CASE("frames that arrive byte by byte are the same frames") {
  Scene scene;
  Conversation conversation(scene);
  conversation.hello();
  for (const char byte : verdict_frame(scene, 1)) conversation.send(std::string(1, byte));
  CHECK(take_acknowledgements(conversation, 1) == std::set<std::uint64_t>{1});
  CHECK(conversation.end().has_value());
}

TEST_CASE("a stream cut in the middle of a verdict records nothing of it") {
  Scene scene;
  Conversation conversation(scene);
  conversation.hello();
  const std::string bytes = verdict_frame(scene, 1);
  conversation.send(bytes.substr(0, bytes.size() - 1));
  CHECK(conversation.end().has_value());
  CHECK(scene.steps().empty());
}

TEST_CASE("a peer that breaks the protocol is disconnected and nothing is acknowledged") {
  Scene scene;
  Conversation conversation(scene);
  SECTION("no hello first") {
    conversation.send(verdict_frame(scene, 1));
  }
  SECTION("a frame of no known type") {
    conversation.hello();
    conversation.send(encode_frame(77, "x"));
  }
  SECTION("a stamp that is none") {
    conversation.hello();
    conversation.send(frame(VerdictFrame::verdict, "stamp\n{}"));
  }
  SECTION("a frame beyond the limit") {
    conversation.hello();
    conversation.send(std::string("\xff\xff\xff\xff\x03", 5));
  }
  SECTION("a stamp of another log") {
    conversation.hello();
    Delivery delivery = scene.delivery(1, scene.verdict(Disposition::clean, {}));
    delivery.stamp.log = "0b2f4c1e-0000-4000-8000-000000000002";
    conversation.send(
        frame(VerdictFrame::verdict, to_json(delivery.stamp) + "\n" + delivery.content));
  }
  conversation.thread.join();
  CHECK_FALSE(conversation.outcome.has_value());
  CHECK(scene.steps().empty());
}

TEST_CASE("an analyzer that comes back is told where to go on") {
  Scene scene;
  {
    Conversation conversation(scene);
    conversation.hello();
    conversation.send(verdict_frame(scene, 1) + verdict_frame(scene, 2) + verdict_frame(scene, 4));
    take_acknowledgements(conversation, 3);
    CHECK(conversation.end().has_value());
  }
  Conversation again(scene);
  again.send(frame(VerdictFrame::hello, to_json(VerdictHello{kTestLog, 10, 1})));
  const auto welcome = value_of(parse_verdict_welcome(again.receive().payload));
  CHECK(welcome.recorded == 2);
  CHECK(welcome.recorded_above == std::vector<std::uint64_t>{4});
  CHECK(again.end().has_value());
}

TEST_CASE("a server that is to stop leaves the conversation") {
  Scene scene;
  Conversation conversation(scene);
  conversation.hello();
  conversation.stop.set();
  conversation.thread.join();
  CHECK(conversation.outcome.has_value());
}

}  // namespace secondlook
