#include "analyzer/host_lists.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <tuple>

#include <openssl/sha.h>
#include <sys/stat.h>

#include "analyzer/message/ascii.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/message/url.h"
#include "base/file_descriptor.h"
#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostComplaints = 20;
constexpr std::size_t kLongestLine = 8192;
constexpr std::size_t kMostLines = 20'000'000;
constexpr int kMostParents = 16;
constexpr int kMostPrefixes = 32;

// Who lists a host must not be able to choose which other one shares its key.
std::uint64_t key_of(char kind, std::string_view text) {
  std::string input(1, kind);
  input += text;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest.data());
  std::uint64_t key = 0;
  std::memcpy(&key, digest.data(), sizeof key);
  return key;
}

// "evil.example:8080/kit?a=b": without scheme, user and fragment.
std::string target_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  const auto path = std::min(url.find_first_of("/?"), url.size());
  const auto user = url.substr(0, path).rfind('@');
  if (user != url.npos) url.remove_prefix(user + 1);
  return std::string(url);
}

bool has_port(std::string_view target) {
  const std::string_view authority = target.substr(0, target.find_first_of("/?"));
  const auto colon = authority.rfind(':');
  return colon != authority.npos && authority.find(']', colon) == authority.npos;
}

// Nothing behind the host but a slash.
bool is_whole_host(std::string_view target) {
  const auto path = target.find_first_of("/?");
  return !has_port(target) && (path == target.npos || target.substr(path) == "/");
}

bool is_address(std::string_view host) {
  return host.starts_with('[') || host.find_first_not_of("0123456789.") == host.npos;
}

bool is_public_suffix(const std::string& host) {
  const std::string beneath = "x." + host;
  return registrable_domain(beneath) == beneath;
}

std::string_view first_word(std::string_view line) {
  return line.substr(0, line.find_first_of(" \t"));
}

// "\"2\",\"2026-11-26 10:00:00\",\"http://evil.example/\",…": the first field that is a URL.
std::string_view url_in_csv(std::string_view line) {
  for (auto at = line.find("\"http"); at != line.npos; at = line.find("\"http", at + 1)) {
    const std::string_view field = line.substr(at + 1, line.find('"', at + 1) - at - 1);
    if (field.starts_with("http://") || field.starts_with("https://")) return field;
  }
  return {};
}

// What stands in the line; empty where nothing is meant to.
std::string_view entry_in(std::string_view line) {
  line = trim(line);
  if (line.starts_with('#')) return {};
  if (line.starts_with('"')) return url_in_csv(line).empty() ? line : url_in_csv(line);
  // Behind a blank: in URLs # may be a fragment.
  for (const std::string_view mark : {" #", "\t#"}) line = trim(line.substr(0, line.find(mark)));
  constexpr std::array<std::string_view, 4> kNowhere = {"0.0.0.0", "127.0.0.1", "::", "::1"};
  const std::string_view word = first_word(line);
  if (word.size() == line.size() || std::ranges::find(kNowhere, word) == kNowhere.end())
    return line;
  const std::string_view host = trim(line.substr(word.size()));
  // Names of the machine itself, which every hosts file begins with.
  return host.find('.') == host.npos || is_address(host) ? std::string_view() : host;
}

void put(std::string& bytes, std::uint64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void put(std::string& bytes, std::string_view text) {
  put(bytes, text.size());
  bytes += text;
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view rest) : rest_(rest) {}
  std::string_view take(std::uint64_t count) {
    is_broken_ = is_broken_ || count > rest_.size();
    if (is_broken_) return {};
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint64_t number() {
    const std::string_view bytes = take(sizeof(std::uint64_t));
    std::uint64_t number = 0;
    if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
    return number;
  }
  std::string text() {
    const std::uint64_t length = number();
    return std::string(take(length));
  }
  bool is_broken() const { return is_broken_; }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_broken_ = false;
};

}  // namespace

Result<void> HostLists::take_network(const std::string& text, Place place) {
  if (networks_.size() >= kMostListedNetworks)
    return malformed("more than " + std::to_string(kMostListedNetworks) + " networks");
  auto network = CidrNetworks::parse({text});
  if (!network) return network.error();
  const std::string_view bits = std::string_view(text).substr(text.find('/') + 1);
  if (bits.size() == 1) return malformed("\"" + text + "\" is too much of all addresses");
  networks_.push_back({text, std::move(*network), place});
  return {};
}

Result<void> HostLists::take_entry(std::string_view written, Place place) {
  const std::string text(written);
  const auto slash = text.find('/');
  const bool may_be_network = slash != text.npos && slash + 1 < text.size() && text.size() < 64 &&
                              text.find_first_not_of("0123456789", slash + 1) == text.npos;
  if (may_be_network && text.find_first_not_of("0123456789abcdefABCDEF:./") == text.npos &&
      CidrNetworks::parse({text}))
    return take_network(text, place);
  const bool is_url = text.find("://") != text.npos;
  const bool is_bare_v6 = !is_url && std::ranges::count(text, ':') > 1 && text[0] != '[';
  const auto url = resolve_url(is_url ? text : "http://" + (is_bare_v6 ? "[" + text + "]" : text));
  const bool is_host = url && (url->host.find('.') != url->host.npos || is_address(url->host));
  if (!is_host || url->host.size() > kLongestLine || text.find_first_of(" \t") != text.npos)
    return malformed("\"" + text.substr(0, 100) + "\" is no host, URL or network");
  const std::string target = target_of(url->text);
  if (!is_whole_host(target)) {
    const bool has_end = target.ends_with('/') && target.find('?') == target.npos;
    entries_.push_back({key_of('u', target.substr(0, target.size() - (has_end ? 1 : 0))), place});
    return {};
  }
  if (!is_address(url->host) && is_public_suffix(url->host))
    return malformed("beneath \"" + url->host + "\" anybody may have a name");
  entries_.push_back({key_of('h', url->host), place});
  return {};
}

Result<void> HostLists::add(const std::string& path, Timestamp modified_at,
                            std::string_view content) {
  HostListFile file{path, modified_at};
  const auto index = static_cast<std::uint32_t>(files_.size());
  for (std::uint32_t line = 1; !content.empty(); ++line) {
    if (line > kMostLines) return malformed(path + ": more than 20,000,000 lines");
    const std::string_view text = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), text.size() + 1));
    const std::string_view entry = entry_in(text.substr(0, kLongestLine));
    if (entry.empty()) continue;
    if (entries() >= kMostListedHosts)
      return malformed(path + ":" + std::to_string(line) + ": more than " +
                       std::to_string(kMostListedHosts) + " entries in all host lists");
    const auto taken = text.size() > kLongestLine
                           ? Result<void>(malformed("longer than 8192 bytes"))
                           : take_entry(entry, {index, line});
    ++(taken ? file.entries : file.skipped);
    if (!taken && complaints_.size() < kMostComplaints)
      complaints_.push_back(path + ":" + std::to_string(line) + ": " + taken.error().message);
  }
  files_.push_back(std::move(file));
  return {};
}

// Of several about the same the first counts.
void HostLists::finish() {
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return std::tie(a.key, a.place.file, a.place.line) <
           std::tie(b.key, b.place.file, b.place.line);
  });
  const auto repeated = std::ranges::unique(entries_, {}, &Entry::key);
  entries_.erase(repeated.begin(), repeated.end());
  entries_.shrink_to_fit();
}

std::optional<HostLists::Place> HostLists::find_key(std::uint64_t key) const {
  const auto found = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
  if (found == entries_.end() || found->key != key) return std::nullopt;
  return found->place;
}

std::optional<HostLists::Place> HostLists::find(std::string_view url, std::string_view host) const {
  if (host.empty()) return std::nullopt;
  std::string_view parent = host;
  for (int depth = 0; depth < kMostParents; ++depth) {
    if (const auto place = find_key(key_of('h', parent))) return place;
    const auto dot = parent.find('.');
    if (dot == parent.npos || is_address(host)) break;
    parent.remove_prefix(dot + 1);
  }
  const std::string target = target_of(url);
  auto end = std::min(target.find_first_of("/?"), target.size());
  for (int prefix = 0; prefix < kMostPrefixes; ++prefix) {
    if (const auto place = find_key(key_of('u', target.substr(0, end)))) return place;
    if (end == target.size()) break;
    end = std::min(target.find_first_of("/?&", end + 1), target.size());
  }
  if (const auto place = find_key(key_of('u', target))) return place;
  if (!is_address(host)) return std::nullopt;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  for (const Network& network : networks_)
    if (network.network.contain(host)) return network.place;
  return std::nullopt;
}

std::string HostLists::name(const Place& place) const {
  const std::string path = place.file < files_.size() ? files_[place.file].path : "";
  return path + ":" + std::to_string(place.line);
}

std::string HostLists::digest() const {
  constexpr std::size_t kShown = 16;
  if (entries() == 0) return {};
  std::string all;
  std::uint64_t last = 0;
  for (const Entry& entry : entries_) {
    if (!all.empty() && entry.key == last) continue;
    last = entry.key;
    all.append(reinterpret_cast<const char*>(&last), sizeof last);
  }
  std::set<std::string> networks;
  for (const Network& network : networks_) networks.insert(network.text);
  for (const std::string& network : networks) all += network + "\n";
  return sha256_hex(all).substr(0, kShown);
}

std::string HostLists::pack() const {
  std::string bytes;
  put(bytes, files_.size());
  for (const HostListFile& file : files_) {
    put(bytes, file.path);
    put(bytes, static_cast<std::uint64_t>(file.modified_at.time_since_epoch().count()));
    put(bytes, file.entries);
    put(bytes, file.skipped);
  }
  put(bytes, networks_.size());
  for (const Network& network : networks_) {
    put(bytes, network.text);
    put(bytes, network.place.file);
    put(bytes, network.place.line);
  }
  put(bytes, entries_.size());
  bytes.append(reinterpret_cast<const char*>(entries_.data()), entries_.size() * sizeof(Entry));
  return bytes;
}

Result<HostLists> HostLists::unpack(std::string_view bytes) {
  Unpacker from(bytes);
  HostLists lists;
  for (std::uint64_t files = from.number(); files > 0 && !from.is_broken(); --files) {
    HostListFile file;
    file.path = from.text();
    const auto modified = std::chrono::microseconds(static_cast<std::int64_t>(from.number()));
    file.modified_at = Timestamp(modified);
    file.entries = from.number();
    file.skipped = from.number();
    lists.files_.push_back(std::move(file));
  }
  for (std::uint64_t networks = from.number(); networks > 0 && !from.is_broken(); --networks) {
    const std::string text = from.text();
    const auto file = static_cast<std::uint32_t>(from.number());
    const auto line = static_cast<std::uint32_t>(from.number());
    if (auto taken = lists.take_network(text, {file, line}); !taken) return taken.error();
  }
  const std::uint64_t count = from.number();
  if (from.is_broken() || count > kMostListedHosts) return malformed("host lists: not whole");
  const std::string_view table = from.take(count * sizeof(Entry));
  if (from.is_broken() || !from.is_at_end()) return malformed("host lists: not whole");
  lists.entries_.resize(static_cast<std::size_t>(count));
  if (count > 0) std::memcpy(lists.entries_.data(), table.data(), table.size());
  return lists;
}

Result<HostLists> read_host_lists(const std::vector<std::string>& paths) {
  HostLists lists;
  for (const std::string& path : paths) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return last_system_error("host list " + path);
    const auto content = read_file(path, kLargestHostList);
    if (!content) return within("host list " + path, content.error());
    const Timestamp modified{std::chrono::seconds(status.st_mtim.tv_sec)};
    if (auto added = lists.add(path, modified, *content); !added)
      return within("host list", added.error());
  }
  lists.finish();
  return lists;
}

}  // namespace secondlook
