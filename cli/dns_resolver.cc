#include "cli/dns_resolver.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include "cli/argument_reader.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::size_t kLargestAnswer = 64 << 10;
constexpr std::size_t kLongestName = 253;

struct Section {
  std::vector<std::pair<std::string, std::string>> records;  // owner and text
  std::map<std::string, std::string> aliases;                // owner to target
};

std::string as_name(const char* text) {
  std::string name = lower_ascii(text);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

std::optional<std::string> read_name(const ns_msg& message, const unsigned char* at) {
  char name[NS_MAXDNAME];
  if (at >= ns_msg_end(message) ||
      ::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), at, name, sizeof name) < 0)
    return std::nullopt;
  return as_name(name);
}

// One TXT record's strings without anything between (RFC 7208 3.3).
std::string read_text(const ns_rr& record) {
  std::string text;
  const unsigned char* const data = ns_rr_rdata(record);
  for (std::size_t at = 0; at < ns_rr_rdlen(record) && text.size() < DnsResolver::kLongestText;) {
    const std::size_t length = data[at++];
    const std::size_t there = std::min<std::size_t>(length, ns_rr_rdlen(record) - at);
    text.append(reinterpret_cast<const char*>(data + at), there);
    at += there;
  }
  return text;
}

std::optional<std::string> read_record(const ns_msg& message, const ns_rr& record) {
  char text[INET6_ADDRSTRLEN];
  switch (ns_rr_type(record)) {
    case ns_t_txt: return read_text(record);
    case ns_t_cname: return read_name(message, ns_rr_rdata(record));
    case ns_t_mx: {
      if (ns_rr_rdlen(record) < 3) return std::nullopt;
      const auto name = read_name(message, ns_rr_rdata(record) + 2);
      if (!name) return std::nullopt;
      return std::to_string(::ns_get16(ns_rr_rdata(record))) + " " + *name;
    }
    case ns_t_a:
      if (ns_rr_rdlen(record) != 4) return std::nullopt;
      return std::string(::inet_ntop(AF_INET, ns_rr_rdata(record), text, sizeof text));
    case ns_t_aaaa:
      if (ns_rr_rdlen(record) != 16) return std::nullopt;
      return std::string(::inet_ntop(AF_INET6, ns_rr_rdata(record), text, sizeof text));
    default: return std::nullopt;
  }
}

// Nothing where the answer cannot be read.
std::optional<Section> read_answer(const std::vector<unsigned char>& bytes, int length, int type) {
  ns_msg message;
  if (::ns_initparse(bytes.data(), length, &message) != 0) return std::nullopt;
  Section section;
  const int count = std::min<int>(ns_msg_count(message, ns_s_an), DnsResolver::kMostRecords);
  for (int i = 0; i < count; ++i) {
    ns_rr record;
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0) return std::nullopt;
    const bool is_alias = ns_rr_type(record) == ns_t_cname;
    if (!is_alias && ns_rr_type(record) != type) continue;
    const auto text = read_record(message, record);
    if (!text) return std::nullopt;
    const std::string owner = as_name(ns_rr_name(record));
    if (is_alias) section.aliases[owner] = *text;
    if (ns_rr_type(record) == type) section.records.emplace_back(owner, *text);
  }
  return section;
}

int preference(const std::string& exchanger) {
  return std::atoi(exchanger.c_str());
}

DnsAnswer failed(std::string why) {
  return {DnsAnswer::Kind::failed, {}, std::move(why)};
}

}  // namespace

struct DnsResolver::State {
  struct __res_state resolver {};
  ~State() { ::res_nclose(&resolver); }
};

DnsResolver::DnsResolver(std::unique_ptr<State> state) : state_(std::move(state)) {}
DnsResolver::DnsResolver(DnsResolver&&) noexcept = default;
DnsResolver& DnsResolver::operator=(DnsResolver&&) noexcept = default;
DnsResolver::~DnsResolver() = default;

Result<DnsResolver> DnsResolver::open(const std::string& server) {
  auto state = std::make_unique<State>();
  if (::res_ninit(&state->resolver) != 0) return temporary("/etc/resolv.conf cannot be read");
  state->resolver.retrans = 2;
  state->resolver.retry = 2;
  state->resolver.options |= RES_USE_EDNS0;
  if (server.empty()) return DnsResolver(std::move(state));
  const auto colon = server.find(':');
  const auto port = colon == server.npos ? std::optional<std::uint64_t>(53)
                                         : parse_number(server.substr(colon + 1));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (::inet_pton(AF_INET, server.substr(0, colon).c_str(), &address.sin_addr) != 1 || !port ||
      *port == 0 || *port > 65535)
    return malformed("\"" + server + "\" is no IPv4 address, or address and port");
  address.sin_port = htons(static_cast<std::uint16_t>(*port));
  state->resolver.nscount = 1;
  state->resolver.nsaddr_list[0] = address;
  return DnsResolver(std::move(state));
}

namespace {

struct OneAnswer {
  std::optional<Section> section;  // nothing: `answer` is the end of it
  DnsAnswer answer;
};

OneAnswer ask_once(struct __res_state& resolver, const std::string& name, int type) {
  std::vector<unsigned char> bytes(kLargestAnswer);
  const int length = ::res_nquery(&resolver, name.c_str(), ns_c_in, type, bytes.data(),
                                  static_cast<int>(bytes.size()));
  if (length < 0) {
    if (resolver.res_h_errno == HOST_NOT_FOUND || resolver.res_h_errno == NO_DATA)
      return {std::nullopt, {DnsAnswer::Kind::empty, {}, ""}};
    return {std::nullopt, failed(name + ": no answer from DNS")};
  }
  auto section = read_answer(bytes, std::min(length, static_cast<int>(bytes.size())), type);
  if (!section) return {std::nullopt, failed(name + ": an answer that cannot be read")};
  return {std::move(section), {}};
}

DnsAnswer ask_type(struct __res_state& resolver, std::string name, int type) {
  int aliases = 0;
  for (int questions = 0; questions <= DnsResolver::kMostAliases; ++questions) {
    const auto [section, answer] = ask_once(resolver, name, type);
    if (!section) return answer;
    const std::string asked = name;
    while (type != ns_t_cname && section->aliases.contains(name)) {
      if (++aliases > DnsResolver::kMostAliases) return failed(asked + ": aliases without an end");
      name = section->aliases.at(name);
    }
    DnsAnswer found{DnsAnswer::Kind::found, {}, ""};
    for (const auto& [owner, text] : section->records)
      if (owner == name) found.records.push_back(text);
    if (!found.records.empty()) return found;
    // An alias whose target the server did not look up.
    if (name == asked) return {DnsAnswer::Kind::empty, {}, ""};
  }
  return failed(name + ": aliases without an end");
}

}  // namespace

DnsAnswer DnsResolver::ask(const std::string& given, DnsType type) const {
  const std::string name = as_name(given.c_str());
  if (name.empty() || name.size() > kLongestName) return failed("\"" + given + "\" is no name");
  switch (type) {
    case DnsType::text: return ask_type(state_->resolver, name, ns_t_txt);
    case DnsType::alias: return ask_type(state_->resolver, name, ns_t_cname);
    case DnsType::mail_exchanger: {
      DnsAnswer answer = ask_type(state_->resolver, name, ns_t_mx);
      std::ranges::stable_sort(answer.records, {}, &preference);
      return answer;
    }
    case DnsType::address: break;
  }
  DnsAnswer four = ask_type(state_->resolver, name, ns_t_a);
  const DnsAnswer six = ask_type(state_->resolver, name, ns_t_aaaa);
  if (six.kind != DnsAnswer::Kind::found) return four;
  if (four.kind != DnsAnswer::Kind::found) return six;
  four.records.insert(four.records.end(), six.records.begin(), six.records.end());
  return four;
}

}  // namespace secondlook
