#include "schema/frame.h"

#include <catch2/catch.hpp>

#include "base/unix_socket.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

std::string three_frames() {
  return encode_frame(1, "") + encode_frame(2, std::string("a\0\n", 3)) +
         encode_frame(255, std::string(70'000, 'x'));
}

// Types and payload sizes of all frames that come out when `pieces` go in.
std::vector<std::pair<int, std::size_t>> read_all(const std::vector<std::string_view>& pieces) {
  FrameReader reader(100'000);
  std::vector<std::pair<int, std::size_t>> frames;
  for (const std::string_view piece : pieces) {
    reader.feed(piece);
    for (;;) {
      auto frame = reader.next();
      REQUIRE(frame);
      if (!*frame) break;
      frames.emplace_back((*frame)->type, (*frame)->payload.size());
    }
  }
  CHECK(reader.buffered() == 0);
  return frames;
}

const std::vector<std::pair<int, std::size_t>> kExpected = {{1, 0}, {2, 3}, {255, 70'000}};

TEST_CASE("a frame is a little-endian length, a type and the payload") {
  CHECK(encode_frame(7, "ab") == std::string("\x02\0\0\0\x07"
                                             "ab",
                                             7));
  CHECK(encode_frame(1, std::string(0x010203, 'x')).substr(0, 5) ==
        std::string("\x03\x02\x01\0\x01", 5));
}

TEST_CASE("frames come out the same whole, byte by byte and cut near every edge") {
  const std::string bytes = three_frames();
  CHECK(read_all({bytes}) == kExpected);
  std::vector<std::string_view> single;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    single.push_back(std::string_view(bytes).substr(i, 1));
  CHECK(read_all(single) == kExpected);
  for (std::size_t cut = 0; cut < 40; ++cut)
    for (const std::size_t place : {cut, bytes.size() - cut})
      CHECK(read_all({std::string_view(bytes).substr(0, place),
                      std::string_view(bytes).substr(place)}) == kExpected);
}

TEST_CASE("a frame longer than the limit is refused at its header, one as long is taken") {
  FrameReader reader(10);
  reader.feed(encode_frame(1, std::string(10, 'x')));
  CHECK((*reader.next())->payload.size() == 10);
  reader.feed(encode_frame(1, std::string(11, 'x')).substr(0, kFrameHeaderBytes));
  CHECK(reader.next().error().kind == Error::Kind::malformed);
}

TEST_CASE("a frame crosses a socket, and silence and a closed peer are temporary") {
  auto pair = make_socket_pair();
  REQUIRE(pair);
  FrameReader reader(1000);
  CHECK(receive_frame(pair->second.number(), reader, 1ms).error().kind == Error::Kind::temporary);
  REQUIRE(send_frame(pair->first.number(), 3, "hello"));
  REQUIRE(send_frame(pair->first.number(), 4, ""));
  CHECK(receive_frame(pair->second.number(), reader, 10s)->payload == "hello");
  CHECK(receive_frame(pair->second.number(), reader, 10s)->type == 4);
  pair->first.reset();
  CHECK(receive_frame(pair->second.number(), reader, 10s).error().message ==
        "the peer closed the connection");
}

}  // namespace
}  // namespace secondlook
