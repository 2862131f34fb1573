// Hosts and URLs that others found to be bad, from files such as URLhaus's: read once, by the
// master, and shared by the workers that it forks. An entry a line, behind # a comment:
//
//   evil.example                     the host and all beneath it
//   evil.example/kit                 what lies there: /kit, /kit/login, /kit?id=1
//   https://evil.example/a?b=c       the same; the scheme does not count, a port does
//   192.0.2.7, 192.0.2.0/24          addresses, as hosts of links
//   0.0.0.0 evil.example             hosts file
//   "1","2026-11-26","http://…",…    URLhaus's CSV
//
// Kept is no text but 64 bits of a SHA-256, file and line: 16 bytes an entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/cidr_networks.h"

namespace secondlook {

inline constexpr std::size_t kMostListedHosts = 1'000'000;  // of all files together
inline constexpr std::size_t kMostListedNetworks = 1'000;   // with a prefix length
inline constexpr std::size_t kLargestHostList = 256 << 20;

struct HostListFile {
  std::string path;
  Timestamp modified_at{};
  std::uint64_t entries = 0;
  std::uint64_t skipped = 0;  // lines that are no entry
};

class HostLists {
 public:
  // An entry, by its place.
  struct Place {
    std::uint32_t file = 0, line = 0;
    bool operator==(const Place&) const = default;
  };

  // Adds what a file holds. Lines that are no entry are passed over; the first of them are told in
  // complaints(). malformed: more entries than may be, and the lists are not to be used.
  Result<void> add(const std::string& path, Timestamp modified_at, std::string_view content);
  // Once, behind the last add().
  void finish();

  // The entry that the link's target is or lies in. url: as resolve_url() writes it.
  std::optional<Place> find(std::string_view url, std::string_view host) const;
  const std::vector<HostListFile>& files() const { return files_; }
  const std::vector<std::string>& complaints() const { return complaints_; }
  std::string name(const Place& place) const;  // "/etc/secondlook/urlhaus.csv:17"
  // Of what is listed, not of where; empty: nothing is.
  std::string digest() const;
  std::uint64_t entries() const { return entries_.size() + networks_.size(); }

  // For another process; bytes of this build of the program alone.
  std::string pack() const;
  static Result<HostLists> unpack(std::string_view bytes);

 private:
  struct Entry {
    std::uint64_t key = 0;
    Place place;
  };
  struct Network {
    std::string text;
    CidrNetworks network;
    Place place;
  };
  Result<void> take_entry(std::string_view line, Place place);
  Result<void> take_network(const std::string& text, Place place);
  std::optional<Place> find_key(std::uint64_t key) const;

  std::vector<HostListFile> files_;
  std::vector<Entry> entries_;  // sorted
  std::vector<Network> networks_;
  std::vector<std::string> complaints_;
};

// Reads the files named; an error names the one that cannot be read.
Result<HostLists> read_host_lists(const std::vector<std::string>& paths);

}  // namespace secondlook
