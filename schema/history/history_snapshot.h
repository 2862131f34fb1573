// What is known of correspondents, as one file that remediation writes and the analyzer maps: how
// often an address, a domain or a pair wrote, was written to, and was found malicious; how often
// mails linked to a site; and which Message-IDs were seen. Nobody can read an address out of it:
// keys are hashes under a secret of the file. Byte by byte in schema/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

using HistoryKey = std::uint64_t;

// Makes keys that nobody can aim at without the secret: the first 64 bits of a SHA-256.
class HistoryKeys {
 public:
  using Secret = std::array<std::uint8_t, 16>;
  explicit HistoryKeys(const Secret& secret) : secret_(secret) {}

  // Addresses, domains and Message-IDs in lower case ASCII, as they are compared.
  HistoryKey sender(std::string_view tenant, std::string_view address) const;
  HistoryKey domain(std::string_view tenant, std::string_view domain) const;
  HistoryKey pair(std::string_view tenant, std::string_view sender,
                  std::string_view recipient) const;
  HistoryKey message_id(std::string_view tenant, std::string_view id) const;
  HistoryKey tenant(std::string_view tenant) const;
  // Of a registrable domain that mails link to; "" counts all mails whose sites were counted.
  HistoryKey link_site(std::string_view tenant, std::string_view site) const;
  const Secret& secret() const { return secret_; }

 private:
  HistoryKey make(char kind, std::string_view tenant, std::string_view a,
                  std::string_view b = {}) const;
  Secret secret_;
};

// Of one sender, domain, pair or site linked to (never written to). Days since 1970 (UTC).
struct Seen {
  HistoryKey key = 0;
  std::uint32_t mails = 0;       // from there, that nobody found bad
  std::uint32_t bad = 0;         // from there, malicious or suspicious and not released
  std::uint32_t written_to = 0;  // mails of the organisation to there
  std::uint16_t first_day = 0, last_day = 0;

  bool operator==(const Seen&) const = default;
};

std::uint16_t day_of(Timestamp time);

struct HistoryContent {
  HistoryKeys::Secret secret{};
  Timestamp made_at{};
  std::vector<Seen> seen;         // in any order, each key once
  std::vector<HistoryKey> mails;  // keys of Message-IDs, in any order
};

// The file's bytes. Sorts what it is given.
std::string encode_history(HistoryContent content);

// A view of such bytes, which must outlive it. Lookups are binary searches.
class HistorySnapshot {
 public:
  // malformed: another kind of file, another version, a length that is not what its head says.
  static Result<HistorySnapshot> read(std::string_view bytes);

  const HistoryKeys& keys() const { return keys_; }
  Timestamp made_at() const { return made_at_; }
  std::optional<Seen> find(HistoryKey key) const;
  bool has_mail(HistoryKey key) const;

 private:
  HistorySnapshot(const HistoryKeys& keys, Timestamp made_at, std::string_view seen,
                  std::string_view mails)
      : keys_(keys), made_at_(made_at), seen_(seen), mails_(mails) {}
  HistoryKeys keys_;
  Timestamp made_at_;
  std::string_view seen_, mails_;
};

}  // namespace secondlook
