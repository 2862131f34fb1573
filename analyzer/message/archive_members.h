// What lies in an archive: ZIP (zip64 and Office files too), tar, ISO 9660, and what gzip, bzip2,
// xz or zstd hold, each inside the other. Unpacked by libarchive, from memory into memory, within
// limits that hold for all calls together; encrypted members are named, not read. 7z, RAR, CAB and
// others are left to the malware scanner.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

struct ArchiveLimits {
  std::size_t most_members = 10'000;
  std::size_t deepest = 5;                  // archives in each other
  std::uint64_t most_bytes = 128ULL << 20;  // unpacked in all
  std::uint64_t most_bytes_of_member = 64ULL
                                       << 20;  // of an inner archive, or of what is wanted whole
  std::size_t most_password_tries = 200;       // an AES key costs 1,000 rounds of SHA-1
};

// Whether detect_file_type()'s name is one that is opened here.
bool is_opened_archive(std::string_view type);

class ArchiveReader {
 public:
  // `content`: the unpacked bytes, all of them for inner archives and where they are wanted, else
  // the first ones, from which the type was told; empty for encrypted members that no password
  // opened.
  using Sink = std::function<void(ArchiveMember member, std::string_view content)>;

  // By its detected type and its name: whether a member is unpacked whole.
  using Wants = std::function<bool(std::string_view type, std::string_view name)>;

  // wants: none means inner archives alone. passwords: tried on each encrypted ZIP (ZipCrypto and
  // AES), until one opens its first encrypted member.
  explicit ArchiveReader(Wants wants = {}, const ArchiveLimits& limits = {},
                         std::vector<std::string> passwords = {})
      : wants_(std::move(wants)), limits_(limits), passwords_(std::move(passwords)) {}

  // `type` as detected. Gives every member to `sink`, depth first. What could not be looked into,
  // in words ("inner.zip: damaged", "only 10000 members"); empty: all was seen.
  std::vector<std::string> read(std::string_view content, std::string_view type, const Sink& sink);

 private:
  struct Place;
  void open(std::string_view content, std::string_view type, const Place& place);
  void read_members(std::string_view content, std::string_view type, const Place& place);
  void unpack_stream(std::string_view content, const Place& place);
  void descend(ArchiveMember member, std::string_view content, const Place& place);
  const std::string* find_password(std::string_view content);
  bool may_go_on(const Place& place);
  void note(std::string reason);

  const Wants wants_;
  const ArchiveLimits limits_;
  std::vector<std::string> passwords_;  // the one that opened an archive first
  std::size_t tries_ = 0;               // of passwords
  std::size_t members_ = 0;
  std::uint64_t bytes_ = 0;
  const Sink* sink_ = nullptr;
  std::vector<std::string> reasons_;
};

// Makes what archives' names need of the C library, which opens files: before the process confines
// itself. Without it names beyond ASCII show "?".
void prepare_archive_names();

}  // namespace secondlook
