#include "analyzer/message/parsed_message.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace secondlook;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

nlohmann::json as_json(const ParsedMessage& message) {
  nlohmann::json json = {
      {"subject", message.header("Subject")},     {"body_text", message.body_text},
      {"ambiguous_mime", message.ambiguous_mime}, {"errors", message.errors},
      {"parts", nlohmann::json::array()},         {"from", nlohmann::json::array()},
      {"links", nlohmann::json::array()},         {"attachments", nlohmann::json::array()}};
  for (const MessagePart& part : message.parts) {
    json["parts"].push_back(part.path + " " + part.content_type);
  }
  for (const Mailbox& mailbox : message.from) {
    json["from"].push_back(mailbox.display_name + " <" + mailbox.address + ">");
  }
  for (const FoundLink& link : message.links) {
    json["links"].push_back(link.link.url +
                            (link.shows_other_host ? " shows " + link.link.text : ""));
  }
  for (const Attachment& attachment : message.attachments) {
    json["attachments"].push_back(attachment.name + " " + attachment.detected_type +
                                  (attachment.encrypted ? " encrypted" : ""));
  }
  return json;
}

}  // namespace

TEST_CASE("every message of tests/cases is read as its expectation says") {
  std::size_t cases = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TEST_CASES) + "/messages")) {
    if (entry.path().extension() != ".eml") continue;
    INFO(entry.path().filename());
    const std::string bytes = read_file(entry.path());
    auto expected_path = entry.path();
    const auto expected =
        nlohmann::json::parse(read_file(expected_path.replace_extension(".json")));
    CHECK(as_json(parse_message(bytes)) == expected);
    ++cases;
  }
  CHECK(cases >= 4);
}

TEST_CASE("a message cut at any place is read to where it goes") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TEST_CASES) + "/messages")) {
    if (entry.path().extension() != ".eml") continue;
    INFO(entry.path().filename());
    const std::string bytes = read_file(entry.path());
    for (std::size_t length = 0; length < bytes.size(); length += 3) {
      const std::string cut = bytes.substr(0, length);
      const ParsedMessage message = parse_message(cut);
      REQUIRE_FALSE(message.parts.empty());
      CHECK(message.bytes.size() == length);
    }
  }
}

TEST_CASE("fields are found in any case and the first of a name counts") {
  const std::string bytes = "subject: =?utf-8?Q?=C3=A9?=\r\nSUBJECT: two\r\n\r\nx";
  const ParsedMessage message = parse_message(bytes);
  CHECK(message.header("Subject") == "\xC3\xA9");
  CHECK(message.header("X-None") == "");
  CHECK(message.find_header("X-None") == nullptr);
  REQUIRE(message.headers.size() == 2);
  CHECK(message.headers[0].raw == " =?utf-8?Q?=C3=A9?=");
}

TEST_CASE("paragraphs are lines in the body text, markup stays in the raw body") {
  const ParsedMessage message = parse_message(
      "Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\ntwo\n\nthree\n"
      "--b\nContent-Type: text/html\n\n<p>four<p>five\n--b--\n");
  CHECK(message.body_text == "s\none two\nthree\nfour\nfive");
  CHECK(message.raw_body == "one\ntwo\n\nthree\n<p>four<p>five\n");
}

TEST_CASE("the charset of HTML is taken from its meta element when the field has none") {
  const ParsedMessage message =
      parse_message("Content-Type: text/html\n\n<meta charset=\"shift_jis\">\x93\xFA\x96\x7B");
  CHECK(message.body_text == "\n\xE6\x97\xA5\xE6\x9C\xAC");
}

TEST_CASE("a multipart without parts is the text that mail clients show") {
  const ParsedMessage message =
      parse_message("Content-Type: multipart/mixed; boundary=b\n\nsee http://evil.example/\n");
  CHECK(message.links.size() == 1);
  CHECK(message.body_text == "\nsee http://evil.example/ ");
}

TEST_CASE("text and links beyond the limits are cut, and the errors say so") {
  MessageLimits limits;
  limits.most_text_bytes = 100;
  limits.most_links = 3;
  std::string bytes = "Subject: s\n\n";
  for (int i = 0; i < 100; ++i) bytes += "http://a.example/ ";
  const ParsedMessage message = parse_message(bytes, limits);
  CHECK(message.raw_body.size() <= 101);
  CHECK(message.links.size() == 3);
  CHECK(message.errors == std::vector<std::string>{"text cut", "links cut"});
}

TEST_CASE("parts beyond the limit of decoded bytes are not decoded, and the errors say so") {
  MessageLimits limits;
  limits.most_decoded_bytes = 10;
  const ParsedMessage message = parse_message("Subject: s\n\nmore than ten bytes", limits);
  CHECK(message.parts[0].content.empty());
  CHECK(message.errors == std::vector<std::string>{"part 1 not decoded: too much"});
}

TEST_CASE("the digest is that of one message, whatever relays did to it") {
  const std::string one = "Message-ID: <1@a.example>\r\nSubject: a\r\n folded\r\n\r\nbody\r\n";
  const std::string relayed = "Received: x\nMessage-ID: <1@a.example>\nSubject: a folded\n\nbody\n";
  const std::string other = "Message-ID: <1@a.example>\r\nSubject: a\r\n folded\r\n\r\nBody\r\n";
  CHECK(stable_digest(parse_message(one)).size() == 64);
  CHECK(stable_digest(parse_message(one)) == stable_digest(parse_message(relayed)));
  CHECK(stable_digest(parse_message(one)) != stable_digest(parse_message(other)));
}

TEST_CASE("a parsed message can be moved and copied, and its views stay") {
  const std::string bytes =
      "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogeQoKaW5uZXI=";
  ParsedMessage message = parse_message(bytes);
  const ParsedMessage copy = message;
  message = ParsedMessage();
  REQUIRE(copy.parts.size() == 2);
  CHECK(copy.parts[1].headers.at(0).name == "Subject");
  CHECK(copy.parts[1].body == "inner");
}

TEST_CASE("an attachment that the desktop opens as HTML is read as HTML") {
  const ParsedMessage message = parse_message(
      "Content-Type: application/octet-stream\n"
      "Content-Disposition: attachment; filename=Invoice.HTM\n\n"
      "<p>log <b>in</b> <a href='http://evil.example/x'>here</a>");
  CHECK(message.body_text == "\n\nlog in here");
  REQUIRE(message.links.size() == 1);
  CHECK(message.attachments.size() == 1);
}

TEST_CASE("the subject keeps its blanks and stands on a line of its own") {
  const ParsedMessage message = parse_message("Subject: brand new  =?utf-8?q?a=0A=0Ab?=\n\ntext");
  CHECK(message.body_text == "brand new  a  b\ntext");
}

TEST_CASE(
    "the text that is seen leaves out what HTML hides, and is there only where it hides "
    "something") {
  const std::string head = "Subject: s\nContent-Type: text/html; charset=utf-8\n\n";
  const ParsedMessage hiding =
      parse_message(head + "<p>ca<span style=\"font-size:0\">xyz</span>rd</p><p>end</p>");
  CHECK(hiding.body_text.find("caxyzrd") != std::string::npos);
  CHECK(hiding.seen_text == "s\n\ncard\nend\n");
  CHECK(parse_message(head + "<p>card</p>").seen_text.empty());
}
