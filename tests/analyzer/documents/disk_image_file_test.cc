#include "analyzer/documents/disk_image_file.h"

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "tests/support/archive_writer.h"

using namespace secondlook;
using namespace std::string_literals;

namespace {

DocumentFindings inspect(const std::string& content) {
  DocumentFindings findings;
  inspect_disk_image(content, findings);
  return findings;
}

std::string with(std::string content, std::size_t at, const std::string& bytes) {
  content.resize(std::max(content.size(), at + bytes.size()), '\0');
  return content.replace(at, bytes.size(), bytes);
}

// A volume recognition sequence from sector 16 on.
std::string disc(const std::vector<std::string>& marks) {
  std::string content;
  for (std::size_t i = 0; i < marks.size(); ++i)
    content = with(content, (16 + i) * 2048 + 1, marks[i]);
  return content + std::string(2048, '\0');
}

}  // namespace

TEST_CASE("images of disks are known by their bytes, their files are unseen") {
  const std::string sectors(4096, '\0');
  const std::vector<std::pair<std::string, std::string>> images = {
      {"vhdxfile" + sectors, "VHDX"},
      {"conectix" + sectors, "VHD"},
      {sectors + with("conectix", 511, "x"), "VHD"},
      {"KDMV" + sectors, "VMDK"},
      {"# Disk DescriptorFile\nversion=1\n", "VMDK"},
      {with(sectors, 0x40, "\x7F\x10\xDA\xBE"), "VDI"},
      {sectors + with("koly\0\0\0\x04"s, 511, "x"), "DMG"},
      {with(sectors, 3, "NTFS    "), "raw"},
      {with(sectors, 82, "FAT32   "), "raw"},
      {disc({"BEA01", "NSR03", "TEA01"}), "UDF"}};
  for (const auto& [content, kind] : images) {
    const auto found = inspect(content);
    INFO(kind);
    REQUIRE_FALSE(found.facts().empty());
    CHECK(found.facts().front().name == "disk_image");
    CHECK(found.facts().front().detail == kind);
    const bool mounts = kind == "VHD" || kind == "VHDX" || kind == "UDF";
    CHECK(found.holds("disk_image_mounts") == mounts);
    CHECK(found.unseen() == std::vector<std::string>{"a disk image (" + kind + ") is not opened"});
  }
}

TEST_CASE("a disc of ISO 9660 is opened, a UDF volume beside it is unseen") {
  const auto iso = inspect(test::make_archive("iso9660", {{"a.txt", "a"}}));
  CHECK(iso.holds("disk_image_mounts"));
  CHECK(iso.unseen().empty());
  CHECK(inspect(disc({"CD001", "CD001", "BEA01", "NSR02", "TEA01"})).unseen().size() == 1);
}

TEST_CASE("another file under a disk image's name is none") {
  CHECK(inspect("words").facts().empty());
  CHECK(inspect("words").unseen().empty());
  CHECK(inspect("").facts().empty());
}

TEST_CASE("an image that only its last bytes tell is found in an archive") {
  const std::string image = std::string(1 << 20, 'x') + with("conectix", 511, "x");
  const std::string zip = test::make_archive("zip", {{"disk.vhd", image}});
  const std::string mail =
      "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=a.zip\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      test::in_base64(zip) + "\r\n";
  ParsedMessage message = parse_message(mail);
  const auto unseen = look_into_attachments(message, true);
  CHECK(unseen == std::vector<std::string>{"a.zip/disk.vhd: a disk image (VHD) is not opened"});
  REQUIRE(message.document_facts.size() == 2);
}
