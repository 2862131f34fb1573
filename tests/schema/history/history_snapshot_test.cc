#include "schema/history/history_snapshot.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

HistoryContent sample() {
  HistoryContent content;
  content.secret = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  content.made_at = Timestamp(std::chrono::seconds(1'764'000'000));
  const HistoryKeys keys(content.secret);
  content.seen = {{keys.sender("acme", "ann@partner.example"), 40, 1, 7, 20'000, 20'700},
                  {keys.domain("acme", "partner.example"), 90, 0, 0, 19'000, 20'750}};
  content.mails = {keys.message_id("acme", "<one@partner.example>"),
                   keys.message_id("acme", "<two@partner.example>"),
                   keys.message_id("acme", "<one@partner.example>")};
  return content;
}

}  // namespace

TEST_CASE("what was written of correspondents is found again, and nothing else is") {
  const std::string bytes = encode_history(sample());
  const auto snapshot = HistorySnapshot::read(bytes);
  REQUIRE(snapshot);
  const HistoryKeys& keys = snapshot->keys();
  CHECK(snapshot->made_at() == sample().made_at);
  for (const Seen& one : sample().seen) CHECK(snapshot->find(one.key) == one);
  CHECK_FALSE(snapshot->find(keys.sender("other", "ann@partner.example")));
  CHECK_FALSE(snapshot->find(keys.domain("acme", "ann@partner.example")));
  CHECK(snapshot->has_mail(keys.message_id("acme", "<two@partner.example>")));
  CHECK_FALSE(snapshot->has_mail(keys.message_id("acme", "<three@partner.example>")));
}

TEST_CASE("among many every one is found") {
  HistoryContent content = sample();
  content.seen.clear();
  content.mails.clear();
  const HistoryKeys keys(content.secret);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    content.seen.push_back({keys.sender("acme", std::to_string(i)), i, 0, 0, 1, 2});
    content.mails.push_back(keys.message_id("acme", std::to_string(i)));
  }
  const std::string bytes = encode_history(content);
  const auto snapshot = HistorySnapshot::read(bytes);
  REQUIRE(snapshot);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    CHECK(snapshot->find(keys.sender("acme", std::to_string(i)))->mails == i);
    CHECK(snapshot->has_mail(keys.message_id("acme", std::to_string(i))));
  }
  CHECK_FALSE(snapshot->find(0));
  CHECK_FALSE(snapshot->find(~HistoryKey{0}));
}

TEST_CASE("an empty history knows nobody") {
  HistoryContent content;
  const std::string bytes = encode_history(content);
  const auto snapshot = HistorySnapshot::read(bytes);
  REQUIRE(snapshot);
  CHECK_FALSE(snapshot->find(7));
  CHECK_FALSE(snapshot->has_mail(7));
}

TEST_CASE("a file cut short, grown or of another kind is refused") {
  const std::string bytes = encode_history(sample());
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(HistorySnapshot::read(std::string_view(bytes).substr(0, length)));
  CHECK_FALSE(HistorySnapshot::read(bytes + "x"));
  std::string other = bytes;
  other[7] = '\2';
  CHECK_FALSE(HistorySnapshot::read(other));
  std::string huge = bytes;
  huge.replace(32, 8, 8, '\xFF');
  CHECK_FALSE(HistorySnapshot::read(huge));
}

TEST_CASE("keys depend on the secret, and parts are not run together") {
  HistoryKeys::Secret other{};
  const HistoryKeys keys(sample().secret), others(other);
  CHECK(keys.sender("acme", "a@b.example") != others.sender("acme", "a@b.example"));
  CHECK(keys.pair("acme", "ab", "c") != keys.pair("acme", "a", "bc"));
}
