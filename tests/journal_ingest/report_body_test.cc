#include "journal_ingest/report_body.h"

#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;

namespace {

constexpr std::size_t kLimit = 64 << 10;
constexpr std::size_t kPiece = 500;

struct Arriving {
  TemporaryDirectory place;
  FileDescriptor directory{::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  SystemFiles files;
  std::shared_ptr<BodyMemory> memory = std::make_shared<BodyMemory>(kLimit);
  std::vector<ReportBody> bodies;
  std::size_t most_held = 0;

  explicit Arriving(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      bodies.emplace_back(files, directory.number(), 4096, 0, memory);
  }
  // A piece of each body in turn, as sessions get them.
  void receive(std::size_t pieces) {
    for (std::size_t piece = 0; piece < pieces; ++piece)
      for (std::size_t i = 0; i < bodies.size(); ++i) {
        REQUIRE(bodies[i].append(piece_of(i, piece)));
        most_held = std::max(most_held, memory->held());
      }
  }
  static std::string piece_of(std::size_t body, std::size_t piece) {
    return std::string(kPiece, static_cast<char>('a' + (body * 7 + piece) % 26));
  }
  static std::string content(const ReportBody& body) {
    if (!body.in_file()) return std::string(body.bytes());
    std::string text(body.size(), '\0');
    REQUIRE(::pread(body.file().number(), text.data(), text.size(), 0) ==
            static_cast<ssize_t>(text.size()));
    return text;
  }
};

}  // namespace

TEST_CASE("many reports that each fit into memory go to files before memory runs out") {
  Arriving arriving(400);
  arriving.receive(7);  // 3,500 bytes each, 1.4 MB in all, below every single limit
  CHECK(arriving.most_held <= kLimit + 8192);
  std::size_t in_files = 0;
  for (std::size_t i = 0; i < arriving.bodies.size(); ++i) {
    REQUIRE(arriving.bodies[i].finish());
    std::string expected;
    for (std::size_t piece = 0; piece < 7; ++piece) expected += Arriving::piece_of(i, piece);
    CHECK(Arriving::content(arriving.bodies[i]) == expected);
    in_files += arriving.bodies[i].in_file() ? 1 : 0;
  }
  CHECK(in_files > 300);
  arriving.bodies.clear();
  CHECK(arriving.memory->held() == 0);
}

TEST_CASE("few reports stay in memory, and give it back when they go to a file or away") {
  Arriving arriving(3);
  arriving.receive(4);
  for (const ReportBody& body : arriving.bodies) CHECK_FALSE(body.in_file());
  CHECK(arriving.memory->held() >= 3 * 4 * kPiece);
  arriving.receive(6);  // over 4,096 bytes each
  for (const ReportBody& body : arriving.bodies) CHECK(body.in_file());
  arriving.bodies.pop_back();
  ReportBody moved = std::move(arriving.bodies.back());
  arriving.bodies.clear();
  CHECK(arriving.memory->held() > 0);
  moved = ReportBody(arriving.files, arriving.directory.number(), 4096, 0, arriving.memory);
  CHECK(arriving.memory->held() == 0);
}
