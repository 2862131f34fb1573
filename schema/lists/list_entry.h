// What operators tell of senders, hosts, files and people, an entry a line:
//
//   block sender eve@evil.example                    its From address
//   block domain evil.example until 2027-01-31       From domain, and all beneath it
//   block ip 192.0.2.0/24                            the connecting address, IPv4 or IPv6
//   block host evil.example                          of a link, and all beneath it
//   block hash 64 hexadecimal digits                 SHA-256 of an attachment
//   allow sender|domain ... until 2027-01-31         counts for mail that is authenticated as that
//   domain's vip taro@contoso.example Taro Yamada             a person whose name strangers may not
//   wear partner fabrikam.example                         a domain that strangers imitate brand
//   contoso-bank.example Contoso Bank          a real domain of a brand that strangers imitate; its
//   name
//
// Each may end in " # a note". An allow entry needs an end, at most a year away when it is added:
// what is forgotten must not stay open for ever.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

inline constexpr std::size_t kMostListEntries = 10'000;
inline constexpr std::size_t kLongestListLine = 1024;

enum class ListKind { block, allow, vip, partner, brand };
enum class ListSubject { sender, domain, ip, host, hash };
std::string_view name_of(ListKind kind);
std::string_view name_of(ListSubject subject);
std::optional<ListKind> parse_list_kind(std::string_view name);
std::optional<ListSubject> parse_list_subject(std::string_view name);

struct ListEntry {
  ListKind kind = ListKind::block;
  ListSubject subject = ListSubject::sender;  // of vip: sender; of partner and brand: domain
  std::string value;                          // lower case
  std::string name;                           // of vip and brand: as people write it
  std::optional<Timestamp> until;             // the end of that day (UTC)
  std::string note;

  // What two entries about the same have in common: "block sender eve@evil.example".
  std::string key() const;
  bool operator==(const ListEntry&) const = default;
};

// malformed says what is wrong and what would be right.
Result<ListEntry> parse_list_entry(std::string_view line);
std::string to_line(const ListEntry& entry);
// The term of EXPR (DESIGN 6) that finds delivered mail which the entry is about; empty for people,
// partners and brands, whose imitations no search knows.
std::string search_term(const ListEntry& entry);

// Lines, blank ones and comments between them; malformed names the line.
Result<std::vector<ListEntry>> parse_list(std::string_view text);

}  // namespace secondlook
