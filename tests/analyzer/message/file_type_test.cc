#include "analyzer/message/file_type.h"

#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;
using namespace std::string_view_literals;

TEST_CASE("files are known by their first bytes, whatever they are called") {
  CHECK(detect_file_type("PK\x03\x04rest"sv) == "application/zip");
  CHECK(detect_file_type("MZ\x90"sv) == "application/x-dosexec");
  CHECK(detect_file_type("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv) == "application/x-ole-storage");
  CHECK(detect_file_type("%PDF-1.7"sv) == "application/pdf");
  CHECK(detect_file_type("junk\n%PDF-1.7"sv) == "application/pdf");
  CHECK(detect_file_type("Rar!\x1A\x07\x01\x00"sv) == "application/x-rar");
  CHECK(detect_file_type("7z\xBC\xAF\x27\x1C"sv) == "application/x-7z-compressed");
  CHECK(detect_file_type("\x89PNG\r\n\x1A\n"sv) == "image/png");
  CHECK(detect_file_type("[internetshortcut]\r\nURL=https://a.example") ==
        "application/x-mswinurl");
  CHECK(detect_file_type("L\0\0\0\x01\x14\x02\0"sv) == "application/x-ms-shortcut");
  CHECK(detect_file_type("{\\rtf1"sv) == "application/rtf");
  CHECK(detect_file_type(std::string(0x8001, ' ') + "CD001") == "application/x-iso9660-image");
}

TEST_CASE("HTML is known behind blanks, marks and comments of XML") {
  CHECK(detect_file_type("\xEF\xBB\xBF \r\n<!DOCTYPE html>") == "text/html");
  CHECK(detect_file_type("<script>x") == "text/html");
  CHECK(detect_file_type("<?xml version='1.0'?><svg onload=x>") == "image/svg+xml");
  CHECK(detect_file_type("<?xml version='1.0'?>\n<HTML>") == "text/html");
}

TEST_CASE("what is not known has no type") {
  CHECK(detect_file_type("") == "");
  CHECK(detect_file_type("plain words") == "");
  CHECK(detect_file_type("PK") == "");
}
