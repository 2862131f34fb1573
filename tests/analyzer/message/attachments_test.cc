#include "analyzer/message/attachments.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("attachments have a decoded name, both types, a size and a hash") {
  const std::string bytes =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n"
      "--b\r\nContent-Type: Application/PDF; name=\"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=.pdf\"\r\n"
      "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nTVpo\r\n"
      "--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment;\r\n"
      " filename*=utf-8''%E6%97%A5.txt\r\n\r\nabc\r\n--b--\r\n";
  const ParsedMessage message = parse_message(bytes);
  REQUIRE(message.attachments.size() == 2);
  CHECK(message.attachments[0].name == "\xE6\x97\xA5\xE6\x9C\xAC.pdf");
  CHECK(message.attachments[0].declared_type == "application/pdf");
  CHECK(message.attachments[0].detected_type == "application/x-dosexec");
  CHECK(message.attachments[0].size == 3);
  CHECK(message.attachments[1].name == "\xE6\x97\xA5.txt");
  CHECK(message.attachments[1].sha256 ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(message.attachment_parts == std::vector<std::size_t>{2, 3});
}

TEST_CASE("an attached message is an attachment as a whole, and its parts are read") {
  const ParsedMessage message = parse_message(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822; "
      "name=m.eml\n\n"
      "Subject: inner\n\ntext inside\n--b--\n");
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == "m.eml");
  CHECK(message.attachments[0].size == 27);
  CHECK(message.body_text == "\ntext inside");
}

TEST_CASE("names are cut at 255 bytes, between two characters") {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "\xE6\x97\xA5";
  const std::string bytes = "Content-Type: application/x; name=\"" + name + "\"\n\nx";
  const ParsedMessage message = parse_message(bytes);
  REQUIRE(message.attachments.size() == 1);
  CHECK(message.attachments[0].name == name.substr(0, 255));
}

TEST_CASE("messages nested in each other are hashed a bounded number of times") {
  std::string bytes;
  for (int i = 0; i < 90; ++i) bytes += "Content-Type: message/rfc822; name=m.eml\n\n";
  const std::string text(10'000, 'x');
  bytes += "\n" + text;
  std::size_t hashed = 0;
  for (const Attachment& attachment : parse_message(bytes).attachments) hashed += attachment.size;
  CHECK(hashed > 0);
  CHECK(hashed <= 4 * bytes.size());
}
