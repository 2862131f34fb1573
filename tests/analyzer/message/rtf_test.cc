#include <catch2/catch.hpp>

#include "analyzer/message/rtf_compression.h"
#include "analyzer/message/rtf_text.h"
#include "tests/analyzer/message/tnef_writer.h"

using namespace secondlook;
using namespace std::string_literals;

namespace {

constexpr std::size_t kMost = 1 << 20;

std::string text_of(const std::string& rtf) {
  const RtfText read = read_rtf(rtf, kMost);
  CHECK_FALSE(read.cut);
  return read.text;
}

// The two examples of MS-OXRTFCP 3.
const std::string kHello =
    "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70"
    "\x67"
    "\x31\x32\x35\x42\x32\x0a\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80"
    "\x0f\xa0"s;
const std::string kRepeats =
    "\x1a\x00\x00\x00\x1c\x00\x00\x00\x4c\x5a\x46\x75\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59"
    "\x5a"
    "\x0d\x6e\x7d\x01\x0e\xb0"s;

}  // namespace

TEST_CASE("compressed RTF is unpacked as in the examples of its specification") {
  const DecompressedRtf hello = decompress_rtf(kHello, kMost);
  CHECK(hello.rtf == "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  CHECK_FALSE(hello.damaged);
  const DecompressedRtf repeats = decompress_rtf(kRepeats, kMost);
  CHECK(repeats.rtf == "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
  CHECK_FALSE(repeats.damaged);
}

TEST_CASE("RTF that was only stored, and what the test's writer makes, is unpacked") {
  const std::string stored = "\x11\0\0\0\x05\0\0\0MELA\0\0\0\0{\\rtf"s;
  CHECK(decompress_rtf(stored, kMost).rtf == "{\\rtf");
  const std::string rtf = "{\\rtf1 " + std::string(10'000, 'x') + "}";
  const DecompressedRtf made = decompress_rtf(compressed_rtf(rtf), kMost);
  CHECK(made.rtf == rtf);
  CHECK_FALSE(made.damaged);
}

TEST_CASE("compressed RTF cut or changed anywhere says so, and stays within its bound") {
  for (std::size_t length = 0; length < kHello.size(); ++length)
    CHECK(decompress_rtf(kHello.substr(0, length), kMost).damaged);
  for (std::size_t at = 8; at < kHello.size(); ++at) {
    std::string changed = kHello;
    changed[at] = static_cast<char>(changed[at] ^ 0x41);
    CHECK(decompress_rtf(changed, kMost).damaged);
  }
  CHECK(decompress_rtf(kHello, 10).rtf.size() == 10);
  CHECK(decompress_rtf(kHello, 10).damaged);
}

TEST_CASE("the HTML that Outlook put into RTF comes out again, and nothing else") {
  const RtfText read = read_rtf(
      "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}"
      "{\\colortbl\\red0;}{\\*\\generator Microsoft Exchange;}"
      "{\\*\\htmltag18 <html>}{\\*\\htmltag50 <body>}\\htmlrtf {\\htmlrtf0 "
      "{\\*\\htmltag148 <a href=\"https://evil.example/\\{x\\}\">}\\htmlrtf {\\field "
      "hidden\\htmlrtf0 "
      "pay \\'e4 now\\htmlrtf }\\htmlrtf0{\\*\\mhtmltag244 <a href=\"other\">}"
      "{\\*\\htmltag156 </a>}\\htmlrtf\\par\\htmlrtf0}{\\*\\htmltag58 </body>}}",
      kMost);
  CHECK(read.is_html);
  CHECK(read.text == "<html><body><a href=\"https://evil.example/{x}\">pay \u00E4 now</a></body>");
}

TEST_CASE("plain RTF gives its text, its line ends and where its links lead") {
  CHECK(
      text_of("{\\rtf1\\ansi\\fromtext{\\fonttbl{\\f0 Arial;}}one\\par two\\tab three\\line\nx}") ==
      "one\r\ntwo\tthree\r\nx");
  CHECK(text_of("{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"https://evil.example/\" }"
                "{\\fldrslt here}}{\\pict 00ff}{\\*\\unknown x}\\{\\}\\\\}") ==
        " HYPERLINK \"https://evil.example/\"  here{}\\");
}

TEST_CASE("letters of RTF are read in their font's charset, and as Unicode") {
  CHECK(text_of("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset128 B;}}"
                "\\f1\\'90\\'bf\\'8b\\'81\\f0 \\'fc}") == "請求\u00FC");
  CHECK(text_of("{\\rtf1\\ansi\\uc1\\u35531?\\u27714 ?\\u-10179?\\u-8704?\\uc0\\u8364!}") ==
        "請求\U0001F600\u20AC!");
  CHECK(text_of("{\\rtf1\\ansicpg932 \\'90\\'bf}") == "請");
}

TEST_CASE("RTF that is none, is too deep, too long or full of nonsense ends and says so") {
  CHECK(read_rtf("hello", kMost).cut);
  CHECK(read_rtf("{\\rtf1" + std::string(5'000, '{'), kMost).cut);
  CHECK(read_rtf("{\\rtf1 " + std::string(5'000, 'x'), 1'000).cut);
  CHECK(text_of("{\\rtf1}}}}x\\'\\'9\\uc-5\\f-1\\") == "x9");
  CHECK(text_of("{\\rtf1 x\\bin99999999999 y}") == "x");
}
