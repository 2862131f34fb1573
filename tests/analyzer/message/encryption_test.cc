#include "analyzer/message/encryption.h"

#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;
using namespace std::string_literals;

namespace {

std::string number(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += i < 8 ? static_cast<char>(value >> (8 * i)) : '\0';
  return bytes;
}

std::string local_header(unsigned flags, unsigned method) {
  return "PK\x03\x04" + number(20, 2) + number(flags, 2) + number(method, 2) + number(0, 4) +
         number(0, 4) + number(1, 4) + number(1, 4) + number(1, 2) + number(0, 2) + "ax";
}
std::string directory_entry(unsigned flags, unsigned method) {
  return "PK\x01\x02" + number(20, 2) + number(20, 2) + number(flags, 2) + number(method, 2) +
         number(0, 16) + number(1, 2) + number(0, 2) + number(0, 2) + number(0, 12) + "a";
}
std::string zip(unsigned first_flags, unsigned flags, unsigned method) {
  const std::string files = local_header(first_flags, 0) + local_header(flags, method);
  const std::string directory = directory_entry(first_flags, 0) + directory_entry(flags, method);
  return files + directory + "PK\x05\x06" + number(0, 8) + number(directory.size(), 4) +
         number(files.size(), 4) + number(0, 2);
}

bool zip_encrypted(std::string_view bytes) {
  return is_encrypted(bytes, "application/zip");
}

}  // namespace

TEST_CASE("one encrypted member makes a ZIP encrypted, by flag or by AES") {
  CHECK_FALSE(zip_encrypted(zip(0, 0, 8)));
  CHECK(zip_encrypted(zip(0, 1, 8)));
  CHECK(zip_encrypted(zip(1, 0, 8)));
  CHECK(zip_encrypted(zip(0, 0, 99)));
}

TEST_CASE("a ZIP without its directory is judged by its local headers") {
  CHECK(zip_encrypted(local_header(0, 8) + local_header(1, 8)));
  CHECK_FALSE(zip_encrypted(local_header(0, 8) + local_header(0, 8)));
}

TEST_CASE("a 7z archive with AES in its end header is encrypted") {
  const std::string start = "7z\xBC\xAF\x27\x1C\0\x04"s + number(0, 4) + number(3, 8);
  const std::string archive = start + number(20, 8) + number(0, 4) + "abc";
  CHECK(is_encrypted(archive + "\x17\x06\x06\xF1\x07\x01", "application/x-7z-compressed"));
  CHECK_FALSE(is_encrypted(archive + "\x17\x06\x03\x01\x01", "application/x-7z-compressed"));
  CHECK_FALSE(is_encrypted(start + number(~0ULL, 8), "application/x-7z-compressed"));
}

TEST_CASE("RAR 5 with an encryption header or an encrypted file is encrypted") {
  const std::string mark = "Rar!\x1A\x07\x01\0"s;
  const std::string main_header = number(0, 4) + "\x03\x01\0\0"s;
  CHECK(is_encrypted(mark + number(0, 4) + "\x05\x04\0\0\0\0"s + "0123456", "application/x-rar"));
  const std::string file = number(0, 4) + "\x07\x02\x01\x03" + "f" + "\x02\x01\0"s + "z";
  CHECK(is_encrypted(mark + main_header + file + "01234567", "application/x-rar"));
  const std::string plain = number(0, 4) + "\x07\x02\x01\x03" + "f" + "\x02\x03\0"s + "z";
  CHECK_FALSE(is_encrypted(mark + main_header + plain + "01234567", "application/x-rar"));
}

TEST_CASE("RAR 4 with encrypted headers or files is encrypted") {
  const std::string mark = "Rar!\x1A\x07\0"s;
  const auto block = [](char type, unsigned flags) {
    return "\0\0"s + type + number(flags, 2) + number(13, 2) + number(0, 6);
  };
  CHECK(is_encrypted(mark + block(0x73, 0x80), "application/x-rar"));
  CHECK(is_encrypted(mark + block(0x73, 0) + block(0x74, 0x04), "application/x-rar"));
  CHECK_FALSE(is_encrypted(mark + block(0x73, 0) + block(0x74, 0), "application/x-rar"));
}

TEST_CASE("encrypted Office files and PDFs are recognised") {
  std::string name;
  for (const char c : "EncryptedPackage"s) name += c + "\0"s;
  CHECK(is_encrypted("...." + name, "application/x-ole-storage"));
  CHECK_FALSE(is_encrypted("plain", "application/x-ole-storage"));
  CHECK(is_encrypted("%PDF-1.7 trailer <</Encrypt 5 0 R>>", "application/pdf"));
  CHECK_FALSE(is_encrypted("%PDF-1.7 /EncryptMetadata", "application/pdf"));
}

TEST_CASE("how a ZIP is encrypted is told by its members, ZipCrypto being weak") {
  const auto how = [](const std::string& zip) { return encryption_of(zip, "application/zip"); };
  CHECK(how(local_header(0, 8)).empty());
  CHECK(how(local_header(1, 8)) == "ZipCrypto");
  CHECK(how(local_header(1, 99)) == "AES");
  CHECK(how(local_header(1, 8) + local_header(1, 99)) == "ZipCrypto and AES");
  CHECK(how(local_header(1, 99) + local_header(0, 8)) == "AES");
  CHECK(encryption_of("%PDF-1.4 /Encrypt 3 0 R", "application/pdf") == "PDF");
  CHECK(encryption_of("%PDF-1.4", "application/pdf").empty());
}

TEST_CASE("archives cut at any place lead nowhere outside") {
  const std::string rar =
      "Rar!\x1A\x07\x01\0"s + number(0, 4) + "\x03\x01\0\0"s + number(0, 4) + "\x07\x02\x01\x03";
  for (const auto& [bytes, type] :
       {std::pair(zip(0, 0, 8), "application/zip"), std::pair(rar, "application/x-rar"),
        std::pair("Rar!\x1A\x07\0\0\0\x73\0\0\xFF\xFF"s, "application/x-rar")}) {
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
      CHECK_FALSE(is_encrypted(std::string_view(bytes).substr(0, length), type));
    }
  }
}
