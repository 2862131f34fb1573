#include "schema/history/history_snapshot.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/sha256.h"

namespace secondlook {
namespace {

// magic, version; secret; made at; how many of each
constexpr std::string_view kMagic("SLHIST\0\1", 8);
constexpr std::size_t kHeadBytes = 8 + 16 + 8 + 8 + 8;
constexpr std::size_t kSeenBytes = 24;
constexpr std::size_t kKeyBytes = 8;

template <typename Number>
void put(std::string& bytes, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFFU);
}

template <typename Number>
Number get(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return static_cast<Number>(value);
}

// Where in a sorted table of entries of `width` bytes, each beginning with its key, the key stands.
std::optional<std::size_t> find_key(std::string_view table, std::size_t width, HistoryKey key) {
  std::size_t low = 0, high = table.size() / width;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (get<HistoryKey>(table, middle * width) < key)
      low = middle + 1;
    else
      high = middle;
  }
  if (low * width >= table.size() || get<HistoryKey>(table, low * width) != key)
    return std::nullopt;
  return low * width;
}

}  // namespace

HistoryKey HistoryKeys::make(char kind, std::string_view tenant, std::string_view a,
                             std::string_view b) const {
  std::string text(reinterpret_cast<const char*>(secret_.data()), secret_.size());
  text += kind;
  for (const std::string_view part : {tenant, a, b}) {
    put(text, static_cast<std::uint32_t>(part.size()));
    text += part;
  }
  const Sha256 digest = sha256(text);
  HistoryKey key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

HistoryKey HistoryKeys::sender(std::string_view tenant, std::string_view address) const {
  return make('s', tenant, address);
}

HistoryKey HistoryKeys::domain(std::string_view tenant, std::string_view domain) const {
  return make('d', tenant, domain);
}

HistoryKey HistoryKeys::pair(std::string_view tenant, std::string_view sender,
                             std::string_view recipient) const {
  return make('p', tenant, sender, recipient);
}

HistoryKey HistoryKeys::message_id(std::string_view tenant, std::string_view id) const {
  return make('m', tenant, id);
}

HistoryKey HistoryKeys::tenant(std::string_view tenant) const {
  return make('t', tenant, "");
}

HistoryKey HistoryKeys::link_site(std::string_view tenant, std::string_view site) const {
  return make('l', tenant, site);
}

std::uint16_t day_of(Timestamp time) {
  const auto days = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(days, 0, 0xFFFF));
}

std::string encode_history(HistoryContent content) {
  std::ranges::sort(content.seen, {}, &Seen::key);
  std::ranges::sort(content.mails);
  content.mails.erase(std::unique(content.mails.begin(), content.mails.end()), content.mails.end());
  std::string bytes(kMagic);
  bytes.reserve(kHeadBytes + content.seen.size() * kSeenBytes + content.mails.size() * kKeyBytes);
  bytes.append(reinterpret_cast<const char*>(content.secret.data()), content.secret.size());
  put(bytes, static_cast<std::uint64_t>(content.made_at.time_since_epoch().count()));
  put(bytes, static_cast<std::uint64_t>(content.seen.size()));
  put(bytes, static_cast<std::uint64_t>(content.mails.size()));
  for (const Seen& one : content.seen) {
    put(bytes, one.key);
    put(bytes, one.mails);
    put(bytes, one.bad);
    put(bytes, one.written_to);
    put(bytes, one.first_day);
    put(bytes, one.last_day);
  }
  for (const HistoryKey key : content.mails) put(bytes, key);
  return bytes;
}

Result<HistorySnapshot> HistorySnapshot::read(std::string_view bytes) {
  if (bytes.size() < kHeadBytes || !bytes.starts_with(kMagic))
    return malformed("history: not a snapshot of this version");
  HistoryKeys::Secret secret{};
  std::memcpy(secret.data(), bytes.data() + kMagic.size(), secret.size());
  const auto made_at = get<std::uint64_t>(bytes, 24);
  const auto seen = get<std::uint64_t>(bytes, 32), mails = get<std::uint64_t>(bytes, 40);
  const std::uint64_t room = bytes.size() - kHeadBytes;
  if (seen > room / kSeenBytes || mails > room / kKeyBytes ||
      seen * kSeenBytes + mails * kKeyBytes != room)
    return malformed("history: its length is not what its head says");
  return HistorySnapshot(
      HistoryKeys(secret), Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(made_at))),
      bytes.substr(kHeadBytes, seen * kSeenBytes), bytes.substr(kHeadBytes + seen * kSeenBytes));
}

std::optional<Seen> HistorySnapshot::find(HistoryKey key) const {
  const auto at = find_key(seen_, kSeenBytes, key);
  if (!at) return std::nullopt;
  return Seen{key,
              get<std::uint32_t>(seen_, *at + 8),
              get<std::uint32_t>(seen_, *at + 12),
              get<std::uint32_t>(seen_, *at + 16),
              get<std::uint16_t>(seen_, *at + 20),
              get<std::uint16_t>(seen_, *at + 22)};
}

bool HistorySnapshot::has_mail(HistoryKey key) const {
  return find_key(mails_, kKeyBytes, key).has_value();
}

}  // namespace secondlook
