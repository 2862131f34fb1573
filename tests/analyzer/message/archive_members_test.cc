#include "analyzer/message/archive_members.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "analyzer/message/charset.h"
#include "analyzer/message/file_type.h"
#include "tests/support/archive_writer.h"

using namespace secondlook;
using test::compressed;
using test::make_archive;

namespace {

const std::string kProgram = std::string("MZ\x90\0", 4) + std::string(200, 'x');

struct Listing {
  std::vector<ArchiveMember> members;
  std::vector<std::string> reasons;
  std::string paths() const {
    std::string all;
    for (const ArchiveMember& member : members) all += (all.empty() ? "" : " ") + member.path;
    return all;
  }
};

Listing list(const std::string& archive, const ArchiveLimits& limits = {}) {
  Listing listing;
  ArchiveReader reader({}, limits);
  listing.reasons =
      reader.read(archive, detect_file_type(archive), [&](ArchiveMember member, std::string_view) {
        listing.members.push_back(std::move(member));
      });
  return listing;
}

}  // namespace

TEST_CASE("the members of a zip have name, size and what they are by their first bytes") {
  const Listing listing =
      list(make_archive("zip", {{"docs/plan.txt", "words"}, {"docs/bill.pdf", kProgram}}));
  REQUIRE(listing.members.size() == 2);
  CHECK(listing.reasons.empty());
  CHECK(listing.members[0].path == "docs/plan.txt");
  CHECK(listing.members[0].name == "plan.txt");
  CHECK(listing.members[0].size == 5);
  CHECK(listing.members[1].detected_type == "application/x-dosexec");
}

TEST_CASE("archives in archives are opened, whatever packs them") {
  const std::string inner = make_archive("zip", {{"run.js", "x"}});
  const std::string tar = make_archive("ustar", {{"a.zip", inner}});
  CHECK(list(make_archive("zip", {{"in.zip", inner}})).paths() == "in.zip in.zip/run.js");
  for (const char* filter : {"gzip", "bzip2", "xz", "zstd"}) {
    INFO(filter);
    const Listing listing = list(compressed(filter, tar));
    CHECK(listing.paths() == "content content/a.zip content/a.zip/run.js");
    CHECK(listing.reasons.empty());
  }
  const std::string image = make_archive("iso9660", {{"setup.exe", kProgram}});
  const Listing in_image = list(make_archive("zip", {{"disk.iso", image}}));
  REQUIRE(in_image.members.size() == 2);
  CHECK(in_image.members[0].detected_type == "application/x-iso9660-image");
  CHECK(in_image.members[1].detected_type == "application/x-dosexec");
  CHECK(list(make_archive("zip", {{"a.txt", "x"}}, "zip64")).paths() == "a.txt");
}

TEST_CASE("a member that only a password opens is named, marked, and not read") {
  for (const char* way : {"encryption=zipcrypt", "encryption=aes256"}) {
    INFO(way);
    const Listing listing = list(make_archive("zip", {{"bill.exe", kProgram}}, way));
    REQUIRE(listing.members.size() == 1);
    CHECK(listing.members[0].encrypted);
    CHECK(listing.members[0].name == "bill.exe");
    CHECK(listing.members[0].detected_type.empty());
    CHECK(listing.reasons.empty());
  }
}

TEST_CASE("a password of the mail opens what it closes, and what lies in it") {
  const std::string inner = make_archive("zip", {{"run.exe", kProgram}});
  const std::vector<std::string> passwords = {"wrong", "also wrong", "secret"};
  for (const char* way : {"encryption=zipcrypt", "encryption=aes256"}) {
    INFO(way);
    const std::string closed = make_archive("zip", {{"a.txt", "words"}, {"in.zip", inner}}, way);
    std::vector<ArchiveMember> members;
    const auto sink = [&](ArchiveMember member, std::string_view) {
      members.push_back(std::move(member));
    };
    ArchiveReader with({}, {}, passwords);
    CHECK(with.read(closed, "application/zip", sink).empty());
    REQUIRE(members.size() == 3);
    CHECK(members[0].opened);
    CHECK(members[0].encrypted);
    CHECK(members[2].path == "in.zip/run.exe");
    CHECK(members[2].detected_type == "application/x-dosexec");
    CHECK_FALSE(members[2].encrypted);

    members.clear();
    ArchiveReader without({}, {}, {"wrong"});
    CHECK(without.read(closed, "application/zip", sink).empty());
    REQUIRE(members.size() == 2);
    CHECK_FALSE(members[1].opened);

    members.clear();
    ArchiveLimits limits;
    limits.most_password_tries = 2;
    ArchiveReader tired({}, limits, passwords);
    CHECK(tired.read(closed, "application/zip", sink).empty());
    CHECK(members.size() == 2);
  }
}

TEST_CASE("names are read as UTF-8, else as a Japanese Windows machine writes them") {
  prepare_archive_names();
  CHECK(list(make_archive("zip", {{"\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.exe", "x"}})).paths() ==
        "\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.exe");
  // With the flag that says UTF-8 (APPNOTE 4.4.4, bit 11), which libarchive takes at its word.
  std::string flagged = make_archive("zip", {{"\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.exe", "x"}});
  flagged[7] = static_cast<char>(flagged[7] | 0x08);
  const std::size_t directory = flagged.find("PK\x01\x02");
  flagged[directory + 9] = static_cast<char>(flagged[directory + 9] | 0x08);
  CHECK(list(flagged).paths() == "\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.exe");
  // The same three characters in code page 932.
  CHECK(list(make_archive("zip", {{"\x90\xBF\x8B\x81\x8F\x91.exe", "x"}})).paths() ==
        "\xE8\xAB\x8B\xE6\xB1\x82\xE6\x9B\xB8.exe");
}

TEST_CASE("a path without end is cut between characters") {
  prepare_archive_names();
  std::string name = "a";
  for (int i = 0; i < 500; ++i) name += "\xE8\xAB\x8B";
  const Listing listing = list(make_archive("zip", {{name, "x"}}));
  REQUIRE(listing.members.size() == 1);
  CHECK(listing.members[0].path.size() == 1024);  // 341 characters of three bytes behind the first
  CHECK(is_valid_utf8(listing.members[0].path));
}

TEST_CASE("limits hold for everything that lies in an archive, and are said") {
  std::vector<test::ArchivedFile> many;
  for (int i = 0; i < 30; ++i) many.push_back({"f" + std::to_string(i), "x"});
  ArchiveLimits limits;
  limits.most_members = 20;
  const Listing few = list(make_archive("zip", many), limits);
  CHECK(few.members.size() == 20);
  REQUIRE(few.reasons.size() == 1);
  CHECK(few.reasons[0] == "only 20 members of archives looked at");

  std::string nested = make_archive("zip", {{"end.txt", "x"}});
  for (int i = 0; i < 8; ++i) nested = make_archive("zip", {{"a.zip", nested}});
  const Listing deep = list(nested);
  CHECK(deep.members.size() == 5);
  REQUIRE(deep.reasons.size() == 1);
  CHECK(deep.reasons[0].find("nested too deep") != std::string::npos);

  const std::string zeros = compressed("gzip", std::string(8 << 20, '\0'));
  limits = {};
  limits.most_bytes_of_member = 1 << 20;
  const Listing cut = list(zeros, limits);
  REQUIRE(cut.members.size() == 1);
  CHECK(cut.members[0].size <= 1 << 20);
  REQUIRE(cut.reasons.size() == 1);
  CHECK(cut.reasons[0].find("not unpacked to its end") != std::string::npos);

  limits = {};
  limits.most_bytes = 3 << 20;
  limits.most_bytes_of_member = 2 << 20;
  const Listing total =
      list(make_archive("zip", {{"a.gz", zeros}, {"b.gz", zeros}, {"c.gz", zeros}}), limits);
  CHECK(std::find(total.reasons.begin(), total.reasons.end(), "only 3 MiB of archives unpacked") !=
        total.reasons.end());
}

TEST_CASE("a zip of zeros costs only its first bytes") {
  const Listing listing = list(make_archive("zip", {{"zeros.bin", std::string(64 << 20, '\0')}}));
  REQUIRE(listing.members.size() == 1);
  CHECK(listing.members[0].size == 64 << 20);
  CHECK(listing.reasons.empty());
}

TEST_CASE("what is cut short or wrong is said, never passed over") {
  const std::string zip = make_archive("zip", {{"a.txt", std::string(5000, 'x')}, {"b.txt", "y"}});
  for (std::size_t length = 4; length + 1 < zip.size(); length += 7) {
    INFO(length);
    CHECK_FALSE(list(zip.substr(0, length)).reasons.empty());
  }
  const std::string gzip = compressed("gzip", std::string(100'000, 'q'));
  CHECK_FALSE(list(gzip.substr(0, gzip.size() - 20)).reasons.empty());
}

TEST_CASE("all bytes of members are there for who wants them") {
  const std::string words(300'000, 'w');
  std::string seen;
  ArchiveReader reader([](std::string_view, std::string_view) { return true; });
  const std::string zip = make_archive("zip", {{"a.txt", words}});
  const auto reasons = reader.read(
      zip, "application/zip", [&](const ArchiveMember&, std::string_view bytes) { seen = bytes; });
  CHECK(reasons.empty());
  CHECK(seen == words);
}
