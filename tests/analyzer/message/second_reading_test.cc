#include "analyzer/message/second_reading.h"

#include <catch2/catch.hpp>

#include "analyzer/message/parsed_message.h"

using namespace secondlook;

namespace {

Disagreement compared(std::string_view bytes) {
  const auto reading = read_with_mimetic(bytes, LeafFields::content);
  REQUIRE(reading);
  return compare_readings(read_mime(bytes, {}), *reading);
}
bool agree(std::string_view bytes) {
  const Disagreement found = compared(bytes);
  return found.reader_only.empty() && found.mimetic_only.empty();
}

constexpr std::string_view kHead = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";

}  // namespace

TEST_CASE("two readings of sound mail agree") {
  CHECK(agree("Subject: x\r\n\r\nbody\r\n"));
  CHECK(agree("Subject: x\n\nbody\n"));
  CHECK(agree(std::string(kHead) +
              "--b\r\n\r\na\r\n--b\r\nContent-Type: text/html\r\n"
              "Content-Transfer-Encoding: quoted-printable\r\n\r\nb=3D=\r\n\r\n--b--\r\n"));
  CHECK(agree(std::string(kHead) + "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\n"
                                   "in\r\n--b--\r\n"));
  CHECK(agree("\xEF\xBB\xBFSubject: x\n\nbody"));
  CHECK(agree("From x@y Tue Aug\nSubject: x\n\nbody"));
}

TEST_CASE("a bounce that cut the returned mail is no disagreement") {
  CHECK(agree(std::string(kHead) +
              "--b\r\n\r\nreturned:\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
              "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\n"
              "cut he\r\n--b--\r\n"));
}

TEST_CASE("a PDF behind an inner multipart that was never closed is seen by us alone") {
  const Disagreement found =
      compared(std::string(kHead) +
               "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
               "--c\r\n\r\ntext\r\n--b\r\nContent-Type: application/pdf\r\n\r\n"
               "%PDF-1.7\r\n--b--\r\n");
  CHECK(found.reader_only.size() == 2);
  CHECK(found.mimetic_only.size() == 1);
}

TEST_CASE("a boundary in the middle of a line splits mimetic's reading, and both are scanned") {
  const std::string bytes = std::string(kHead) +
                            "--b\r\n\r\nharmless --b\r\nContent-Type: text/html\r\n\r\n"
                            "<a href=http://evil.example/>x</a>\r\n--b--\r\n";
  const ParsedMessage message = parse_message(bytes);
  CHECK(message.ambiguous_mime);
  bool html_seen = false;
  for (const MessagePart& part : message.parts) {
    if (part.source == PartSource::mimetic_only && part.content_type == "text/html")
      html_seen = true;
  }
  CHECK(html_seen);
  bool link_seen = false;
  for (const FoundLink& link : message.links) {
    link_seen =
        link_seen || (link.kind == FoundLink::Kind::href && link.link.host == "evil.example");
  }
  CHECK(link_seen);
}

TEST_CASE("mimetic sees the same parts without the fields that no reader takes otherwise") {
  const std::string part = "boundary=b\r\n\r\n--b\r\n\r\na\r\n--b\r\nX: 1\r\n\r\nb\r\n--b--\r\n";
  const std::string type = "Content-Type: multipart/mixed; ";
  for (const std::string& head :
       {std::string("Received: x\r\nSubject: y\r\n"),
        std::string("From: a\r\nDKIM-Signature: a=b;\r\n\tbh=c;\r\n b=d\r\n"),
        std::string("From: a\r\nX: folded\r\n \r\n more\r\n"),
        std::string("From: a\r\nX: folded\r\n \r\n"), std::string("From: a\nSubject: b\r\n"),
        std::string("From: a\r\nno field\r\nTo: b\r\n"),
        std::string("From: a\r\n: empty\r\nTo : b\r\n"),
        std::string("From: a\r\nX: b\rContent-Type: text/html\r\n"), std::string("\r\nFrom: a\r\n"),
        std::string(" Subject: x\r\nTo: b\r\n"), std::string()}) {
    for (const std::string& bytes :
         {head + type + part, head + type + "\r\n " + part, type + head + part}) {
      INFO(bytes);
      const auto all = read_with_mimetic(bytes, LeafFields::all);
      const auto content = read_with_mimetic(bytes, LeafFields::content);
      REQUIRE(all.has_value() == content.has_value());
      if (!all) continue;
      CHECK(all->entities == content->entities);
      REQUIRE(all->leaves.size() == content->leaves.size());
      for (std::size_t i = 0; i < all->leaves.size(); ++i) {
        CHECK(all->leaves[i].body == content->leaves[i].body);
        CHECK(all->leaves[i].field("content-type") == content->leaves[i].field("content-type"));
      }
    }
  }
}

TEST_CASE("the address group that crashes mimetic's typed accessors is harmless here") {
  const auto reading =
      read_with_mimetic("To: grp: a@b,\r\nCc: undisclosed-recipients:\r\n\r\nx", LeafFields::all);
  REQUIRE(reading);
  REQUIRE(reading->leaves.size() == 1);
  CHECK(reading->leaves[0].field("to") == "grp: a@b,");
}

TEST_CASE("what mimetic throws on is an error and an ambiguous mail, not a crash") {
  const std::string bytes =
      "Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nA: b\n\n\r\n--B";
  CHECK_FALSE(read_with_mimetic(bytes, LeafFields::content));
  const ParsedMessage message = parse_message(bytes);
  CHECK(message.ambiguous_mime);
  REQUIRE_FALSE(message.errors.empty());
  CHECK(message.errors.back().starts_with("second reading failed: mimetic: "));
}

TEST_CASE("bytes that would harm mimetic are refused before it sees them") {
  CHECK_FALSE(refusal_of_second_reading(std::string(1 << 20, 'a')));
  CHECK_FALSE(
      refusal_of_second_reading("Content-Type: text/plain\n\n" + std::string(900'000, 'a')));
  CHECK(refusal_of_second_reading("X: " + std::string(4'000'000, 'a') + "\n\n"));
  std::string folded = "X: a\n";
  while (folded.size() < 2'500'000) folded += " folded\n";
  CHECK(refusal_of_second_reading(folded));
  std::string nested;
  for (int i = 0; i < 60'000; ++i) nested += "content-type: mEssage/RFC822\n\n";
  CHECK(refusal_of_second_reading(nested));
  std::string deep;
  for (int i = 0; i < 60'000; ++i) deep += "Content-Type: Multipart/mixed\n\n--\n";
  CHECK(refusal_of_second_reading(deep));
  std::string wide = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 400'000; ++i) wide += "--b\n\n";
  CHECK(refusal_of_second_reading(wide));
  std::string ordinary = "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n";
  while (ordinary.size() < 5'000'000)
    ordinary += "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq\r\n";
  CHECK_FALSE(refusal_of_second_reading(ordinary));
}

TEST_CASE("a refused second reading is said so and the first one stands") {
  const ParsedMessage message =
      parse_message("Subject: " + std::string(3'000'000, 'a') + "\n\nbody text");
  CHECK(message.counts.mimetic == 0);
  CHECK(message.errors ==
        std::vector<std::string>{"header of part 1 cut",
                                 "second reading refused: header lines too long"});
  CHECK(message.body_text == "\nbody text");
}
