#include "analyzer/rule_engine/searched_text.h"

#include <catch2/catch.hpp>

#include "analyzer/rule_engine/text_pieces.h"
#include "tests/analyzer/rule_engine/loaded_rules.h"

using namespace secondlook;

namespace {

std::string text_of(const std::string& field, const ParsedMessage& message,
                    const std::string& envelope_sender = "") {
  const std::vector<Recipient> nobody;
  SearchedText text;
  make_text(text_source(TextKind::header, field), {message, {}, envelope_sender, nobody}, text);
  return text.present ? std::string(text.bytes) : "(absent)";
}

}  // namespace

TEST_CASE("fields of one name follow each other, each with a line feed") {
  const ParsedMessage message =
      test::message_with({"Received: one", "Subject: hello", "received: two"});
  CHECK(text_of("Received", message) == "one\ntwo\n");
  CHECK(text_of("Received:first", message) == "one\n");
  CHECK(text_of("Received:last", message) == "two\n");
  CHECK(text_of("X-None", message) == "(absent)");
  CHECK(text_of("ALL", message) == "Received: one\nSubject: hello\nreceived: two\n");
}

TEST_CASE("pseudo headers gather what they stand for") {
  ParsedMessage message =
      test::message_with({"To: a@x.example", "Cc: b@x.example", "Message-ID: <1@x.example>",
                          "Resent-Message-ID: <2>", "Return-Path: <bounce@x.example>"});
  CHECK(text_of("ToCc", message) == "a@x.example\nb@x.example\n");
  CHECK(text_of("MESSAGEID", message) == "<2>\n<1@x.example>\n");
  CHECK(text_of("EnvelopeFrom", message) == "bounce@x.example");
  CHECK(text_of("EnvelopeFrom", message, "real@x.example") == "real@x.example");
  CHECK(text_of("EnvelopeFrom", message, "<>") == "(absent)");
}

TEST_CASE("only the capital name MESSAGEID stands for all message ids") {
  const ParsedMessage message = test::message_with({"Message-ID: <1@x.example>"});
  CHECK(text_of("MESSAGEID", message) == "<1@x.example>\n");
  CHECK(text_of("MessageID", message) == "(absent)");
}

TEST_CASE("a Return-Path below the first Received line came with the mail and names nobody") {
  CHECK(text_of("EnvelopeFrom", test::message_with({"Received: by b.example",
                                                    "Return-Path: <forged@x.example>"})) ==
        "(absent)");
  CHECK(text_of("EnvelopeFrom", test::message_with({"Return-Path: <>"})) == "(absent)");
}

TEST_CASE("the raw header stands as it came but for its line ends") {
  ParsedMessage message = test::message_with({"Subject: one"});
  message.headers[0].raw = "  one\r\n\ttwo";
  CHECK(text_of("ALL:raw", message) == "Subject:  one\n\ttwo\n");
}

TEST_CASE("addresses and names are taken out of a field") {
  ParsedMessage message =
      test::message_with({"From: \"Bank\" <a@x.example>", "X-From: Joe <j@y.example>"});
  message.from = {{"Bank", "a@x.example"}};
  CHECK(text_of("From:addr", message) == "a@x.example");
  CHECK(text_of("From:name", message) == "Bank");
  CHECK(text_of("X-From:addr", message) == "j@y.example");
  CHECK(text_of("X-From:name", message) == "Joe");
}

TEST_CASE("a raw field keeps its folding with plain line feeds") {
  ParsedMessage message = test::message_with({"Subject: one"});
  message.headers[0].raw = "one\r\n two";
  message.headers[0].value = "one two";
  CHECK(text_of("Subject:raw", message) == "one\n two\n");
  CHECK(text_of("Subject", message) == "one two\n");
}

TEST_CASE("a paragraph is a piece, and no piece is longer than two kilobytes or cuts a character") {
  const std::string text = "one\n" + std::string(3000, 'x') + "\n" + std::string(2047, 'y') + "あ" +
                           std::string(100, 'z');
  const std::vector<TextPiece> pieces = cut_paragraphs(text);
  REQUIRE(pieces.size() == 5);
  CHECK(pieces[0].end == 4);
  std::size_t end = 0;
  for (const TextPiece& piece : pieces) {
    CHECK(piece.begin == end);
    CHECK(piece.end - piece.begin <= kLongestLine);
    end = piece.end;
  }
  CHECK(end == text.size());
  CHECK(text.substr(pieces[4].begin).starts_with("あ"));
}

TEST_CASE("raw text is cut behind a line feed into two to four kilobytes") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "a line of raw text\n";
  for (const TextPiece& piece : cut_chunks(text)) {
    CHECK(text[piece.end - 1] == '\n');
    CHECK(piece.end - piece.begin <= 2 * kLongestLine);
  }
  CHECK(cut_chunks("").empty());
}

TEST_CASE("a name asked for raw is not decoded") {
  ParsedMessage message = test::message_with({"From: x"});
  message.headers[0].raw = " =?utf-8?q?=C3=A9?= <a@x.example>";
  CHECK(text_of("From:name:raw", message) == "=?utf-8?q?=C3=A9?=");
}

TEST_CASE("no chunk of raw text reaches from one part into the next") {
  const std::vector<TextPiece> pieces = cut_chunks("one\ntwo\nthree\n", {0, 4, 8});
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[1].begin == 4);
  CHECK(pieces[1].end == 8);
}
