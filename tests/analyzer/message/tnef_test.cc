#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/message/mapi_properties.h"
#include "analyzer/message/parsed_message.h"
#include "analyzer/message/tnef_reader.h"
#include "tests/analyzer/message/tnef_writer.h"

using namespace secondlook;
using namespace std::string_literals;

namespace {

constexpr std::string_view kRtf =
    "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1{\\*\\htmltag <p>}Pay at "
    "{\\*\\htmltag <a href=\"https://rtf.example/pay\">}here{\\*\\htmltag </a></p>}}";

const std::string kMessageInterface = "\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46"s;

std::string embedded_message() {
  return TnefWriter()
      .message_properties({{0x001F, 0x0037, utf_16le(u"Inner\0")},
                           {0x001F, 0x1000, utf_16le(u"inner text https://inner.example/\0")}})
      .attach("inner.exe", "MZ inner")
      .bytes();
}

// A mail of Outlook with everything that this reader knows.
std::string winmail() {
  return TnefWriter()
      .add(1, 0x00089006, "\0\0\1\0"s)
      .add(1, 0x00069007, "\xE4\x04\0\0\0\0\0\0"s)  // windows-1252
      .add(1, 0x00018004, "Invoice\0"s)
      .message_properties({{0x0003, 0x3FDE, "\xE9\xFD\0\0"s},
                           {0x001F, 0x1000, utf_16le(u"plain 請求\0")},
                           {0x0040, 0x3007, "12345678"},
                           {0x000B, 0x0E1F, "\1\0"s},
                           {0x0102, 0x1013, "<a href=\"https://html.example/\">gr\u00FC\u00DF</a>"},
                           {0x0102, 0x1009, compressed_rtf(kRtf)}})
      .attach("INVOIC~1.EXE", "MZ program",
              {{0x001F, 0x3707, utf_16le(u"C:\\temp\\請求書.exe\0")},
               {0x001E, 0x370E, "application/x-msdownload\0"s}})
      .attach("Inner", "", {{0x000D, 0x3701, kMessageInterface + embedded_message()}})
      .bytes();
}

std::string mail_with(const std::string& tnef, const std::string& type = "application/ms-tnef") {
  return "From: anna@contoso.example\r\nSubject: Invoice\r\nMessage-ID: <1@contoso.example>\r\n"
         "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: " +
         type + "; name=\"winmail.dat\"\r\n\r\n" + tnef + "\r\n--b--\r\n";
}

bool has_link(const ParsedMessage& message, const std::string& host) {
  return std::ranges::any_of(message.links,
                             [&](const FoundLink& found) { return found.link.host == host; });
}

bool has_body(const TnefMessage& tnef, const std::string& text) {
  return std::ranges::any_of(tnef.bodies, [&](const TnefBody& body) { return body.text == text; });
}

bool says_tnef(const ParsedMessage& message) {
  return std::ranges::any_of(message.errors, [](const std::string& error) {
    return error.find("TNEF") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("every body, file and embedded message of a winmail.dat is read") {
  const std::string bytes = winmail();
  const TnefMessage tnef = read_tnef(bytes);
  CHECK(tnef.errors.empty());
  CHECK(tnef.subject == "Invoice");
  CHECK(tnef.bodies.size() == 3);
  CHECK(has_body(tnef, "plain 請求"));
  CHECK(has_body(tnef, "<a href=\"https://html.example/\">gr\u00FC\u00DF</a>"));
  CHECK(has_body(tnef, "<p>Pay at <a href=\"https://rtf.example/pay\">here</a></p>"));
  REQUIRE(tnef.attachments.size() == 1);
  CHECK(tnef.attachments[0].name == "C:\\temp\\請求書.exe");
  CHECK(tnef.attachments[0].mime_type == "application/x-msdownload");
  CHECK(tnef.attachments[0].data == "MZ program");
  REQUIRE(tnef.embedded.size() == 1);
  CHECK(tnef.embedded[0].subject == "Inner");
  CHECK(has_body(tnef.embedded[0], "inner text https://inner.example/"));
  CHECK(tnef.embedded[0].attachments.size() == 1);
}

TEST_CASE("what a winmail.dat holds joins the message's text, links and attachments") {
  const std::string bytes = mail_with(winmail());
  const ParsedMessage message = parse_message(bytes);
  CHECK_FALSE(says_tnef(message));
  CHECK_FALSE(message.ambiguous_mime);
  for (const char* host : {"html.example", "rtf.example", "inner.example"}) {
    INFO(host);
    CHECK(has_link(message, host));
  }
  CHECK(message.body_text.find("plain 請求") != std::string::npos);
  CHECK(message.body_text.find("Inner") != std::string::npos);
  std::vector<std::string> names;
  for (const Attachment& attachment : message.attachments) names.push_back(attachment.name);
  CHECK(names == std::vector<std::string>{"winmail.dat", "請求書.exe", "inner.exe"});
  CHECK(message.attachments[1].detected_type == "application/x-dosexec");
  CHECK(message.parts.back().source == PartSource::tnef);
  CHECK(message.parts.back().path == "1.2.tnef.7");
}

TEST_CASE("a winmail.dat is known by its bytes, whatever it calls itself") {
  const std::string bytes = mail_with(winmail(), "application/octet-stream");
  CHECK(has_link(parse_message(bytes), "rtf.example"));
}

TEST_CASE("the digest of a mail does not depend on what is read out of its winmail.dat") {
  const std::string bytes = mail_with(winmail());
  MessageLimits tight;
  tight.most_text_bytes = 10;
  CHECK(stable_digest(parse_message(bytes)) == stable_digest(parse_message(bytes, tight)));
}

TEST_CASE("a winmail.dat cut at any byte is read as far as it goes, and says that it is cut") {
  const std::string whole = winmail();
  // Behind a whole attribute nothing shows that another should follow.
  std::vector<std::size_t> ends;
  for (std::size_t at = 6; at < whole.size();) {
    ends.push_back(at);
    std::uint32_t length = 0;
    for (std::size_t i = 4; i-- > 0;)
      length = length << 8U | static_cast<unsigned char>(whole[at + 5 + i]);
    at += 9 + length + 2;
  }
  ends.push_back(whole.size());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const TnefMessage cut = read_tnef(std::string_view(whole).substr(0, length));
    const bool at_an_end = std::ranges::find(ends, length) != ends.end() ||
                           std::ranges::find(ends, length + 2) != ends.end();
    INFO(length);
    if (!at_an_end) CHECK_FALSE(cut.errors.empty());
    CHECK(cut.attachments.size() <= 1);
  }
}

TEST_CASE("a winmail.dat with any byte changed never fails, and mostly says so") {
  const std::string whole = winmail();
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0xFF);
    noticed += read_tnef(changed).errors.empty() ? 0 : 1;
  }
  CHECK(noticed > whole.size() * 9 / 10);
}

TEST_CASE("a damaged or hollow winmail.dat is noted in the message") {
  const std::string whole = winmail();
  for (const std::string& tnef :
       {whole.substr(0, whole.size() / 2), "no TNEF at all"s, ""s, whole.substr(1)}) {
    const std::string bytes = mail_with(tnef);
    CHECK(says_tnef(parse_message(bytes)));
  }
}

TEST_CASE("a message embedded in an embedded message is noted, not read") {
  const auto wrap = [](const std::string& inner) {
    return TnefWriter().attach("m", "", {{0x000D, 0x3701, kMessageInterface + inner}}).bytes();
  };
  const std::string deep = wrap(wrap(embedded_message()));
  const TnefMessage tnef = read_tnef(deep);
  REQUIRE(tnef.errors.size() == 1);
  CHECK(tnef.errors[0] == "TNEF: a message embedded too deep");
  CHECK(tnef.embedded[0].embedded.empty());
}

TEST_CASE("text, attachments and properties of a winmail.dat have limits") {
  TnefWriter many;
  for (int i = 0; i < 50; ++i) many.attach("a", "x");
  many.message_properties({{0x001E, 0x1000, std::string(5'000, 'x')}});
  TnefLimits limits;
  limits.most_attachments = 10;
  limits.most_text_bytes = 1'000;
  const TnefMessage tnef = read_tnef(many.bytes(), limits);
  CHECK(tnef.bodies.at(0).text.size() == 1'000);
  CHECK(tnef.attachments.size() <= 50);
  CHECK(tnef.errors == std::vector<std::string>{"TNEF: attachments cut", "TNEF: text cut"});
  std::vector<MapiProperty> read;
  CHECK_FALSE(read_mapi_properties("\xFF\xFF\xFF\xFF"s, read));
  CHECK_FALSE(read_mapi_properties("\1\0\0\0\x99\0\0\x10"s, read));
  CHECK_FALSE(read_mapi_properties("\1\0\0\0\x1E\0\0\x10\xFF\xFF\xFF\xFF"s, read));
}
