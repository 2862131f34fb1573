// BDAT (RFC 3030) with arbitrary bytes in arbitrary chunks: what is accepted is the chunks joined,
// byte for byte, in one report; what is refused is thrown away; and no byte of a chunk is ever read
// as a command, wherever the peer's bytes are cut.
//
// The input: a byte of choices, two for the cut, then chunks: a byte of length and as many bytes.
#include <cstdint>
#include <cstdlib>

#include "tests/fuzz/smtp_conversation.h"

using namespace secondlook;

namespace {

constexpr std::size_t kMostChunks = 15;  // twenty refusals would end the session

std::vector<std::string_view> split_into_chunks(std::string_view bytes) {
  std::vector<std::string_view> chunks;
  while (!bytes.empty() && chunks.size() < kMostChunks) {
    const auto length = static_cast<std::uint8_t>(bytes.front());
    chunks.push_back(bytes.substr(1, length));
    bytes.remove_prefix(1 + chunks.back().size());
  }
  return chunks;
}

std::string command(std::string_view chunk, bool last) {
  return "BDAT " + std::to_string(chunk.size()) + (last ? " LAST\r\n" : "\r\n") +
         std::string(chunk);
}

void expect(bool fact) {
  if (!fact) std::abort();
}

// One line each: what is said to the chunks, one by one, and to the QUIT behind them.
std::string replies_to(std::size_t chunks, bool refused) {
  std::string said;
  for (std::size_t i = 0; i + 1 < chunks; ++i)
    said += refused ? "503 5.5.1 MAIL and RCPT first\r\n" : "250 2.0.0 chunk taken\r\n";
  said += refused ? "503 5.5.1 MAIL and RCPT first\r\n" : "250 2.0.0 accepted\r\n";
  return said + "221 2.0.0 bye\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const bool refused = data[0] & 1;     // no recipient
  const bool empty_last = data[0] & 2;  // the last chunk is an empty one
  auto chunks = split_into_chunks({reinterpret_cast<const char*>(data) + 3, size - 3});
  if (chunks.empty() || empty_last) chunks.emplace_back();

  std::string sent = "HELO x\r\nMAIL FROM:<a@b.example> BODY=BINARYMIME\r\n";
  if (!refused) sent += "RCPT TO:<reports@archive.example>\r\n";
  std::string joined;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    sent += command(chunks[i], i + 1 == chunks.size());
    joined += chunks[i];
  }
  sent += "QUIT\r\n";

  const SessionSettings settings{"mx.archive.example", true, false, 350'000'000};
  const std::size_t cut = (data[1] * 256U + data[2]) % sent.size();
  const Conversation heard = converse(settings, sent, cut);
  expect(heard.said.ends_with(replies_to(chunks.size(), refused)));
  if (refused) {
    expect(heard.reports.empty());
    return 0;
  }
  const HeardReport wanted{"a@b.example", "reports@archive.example ", "binary", joined};
  expect(heard.reports == std::vector{wanted});
  return 0;
}
