#include "analyzer/rule_engine/received/relay_trail.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/received/exchange_online.h"

namespace secondlook {
namespace {

// The first address in a field such as X-Originating-IP, or "".
std::string address_in(std::string_view value) {
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t begin = value.find_first_not_of(" \t[](),;", at);
    if (begin == value.npos) break;
    const std::size_t end = std::min(value.find_first_of(" \t[](),;", begin), value.size());
    const std::string_view word = value.substr(begin, end - begin);
    if (parse_ip_address(word)) return std::string(word);
    at = end;
  }
  return "";
}

std::vector<std::string> received_lines(const std::vector<HeaderField>& headers,
                                        const TrustSettings& settings) {
  std::vector<std::string> lines;
  for (const HeaderField& field : headers) {
    if (equals_ignoring_case(field.name, "Received") && lines.size() < kMostReceivedLines)
      lines.emplace_back(field.raw);
  }
  for (const std::string& name : settings.originating_ip_headers) {
    // The last of several, as SpamAssassin reads it.
    const auto field = std::find_if(headers.rbegin(), headers.rend(), [&](const HeaderField& each) {
      return equals_ignoring_case(each.name, name);
    });
    const std::string address = field == headers.rend() ? "" : address_in(field->raw);
    if (!address.empty()) lines.push_back("from X-Originating-IP: " + address);
  }
  return lines;
}

class Tracer {
 public:
  explicit Tracer(const TrustSettings& settings) : settings_(settings) {}

  RelayTrail trace(const std::vector<std::string>& lines) {
    std::string scanner_sender;
    for (const std::string& line : lines) {
      std::optional<ReceivedLine> read = parse_received(line);
      if (!read) ++trail_.unreadable;
      if (read && read->kind == ReceivedLine::Kind::mail_fetcher) forget_fetched();
      if (!read || read->kind != ReceivedLine::Kind::relay) {
        count_line();
        scanner_sender = read ? read->scanner_sender : "";
        continue;
      }
      if (!scanner_sender.empty()) read->relay.envelope_from = std::exchange(scanner_sender, {});
      add(std::move(read->relay));
    }
    return std::move(trail_);
  }

 private:
  void count_line() {
    if (in_trusted_) ++trail_.trusted_lines;
    if (in_internal_) ++trail_.internal_lines;
  }

  void forget_fetched() {
    if (!trail_.untrusted.empty()) return;
    trail_.trusted.clear();
    trail_.internal.clear();
    trail_.external.clear();
  }

  static bool holds(const IpNetworks& networks, const Relay& relay) {
    const auto address = parse_ip_address(relay.ip);
    return address && networks.contains(*address);
  }

  void decide(Relay& relay) {
    if (!settings_.trusted_configured && !settings_.internal_configured) {
      if (!relay.ip_private && relay.auth.empty() && !is_inside_exchange_online(relay))
        in_trusted_ = in_internal_ = false;
      return;
    }
    const IpNetworks& trusted =
        settings_.trusted_configured ? settings_.trusted : settings_.internal;
    const IpNetworks& internal =
        settings_.internal_configured ? settings_.internal : settings_.trusted;
    if (relay.auth.empty() && !holds(trusted, relay)) {
      in_trusted_ = in_internal_ = false;
      return;
    }
    if (relay.auth.empty() && !holds(internal, relay)) in_internal_ = false;
    if (!holds(settings_.msa, relay)) return;
    relay.msa = found_msa_ = true;
  }

  void add(Relay relay) {
    if (in_trusted_ && !found_msa_) decide(relay);
    relay.internal = in_internal_;
    count_line();
    (in_internal_ ? trail_.internal : trail_.external).push_back(relay);
    (in_trusted_ ? trail_.trusted : trail_.untrusted).push_back(std::move(relay));
  }

  const TrustSettings& settings_;
  bool in_trusted_ = true, in_internal_ = true, found_msa_ = false;
  RelayTrail trail_;
};

}  // namespace

RelayTrail trace_relays(const std::vector<HeaderField>& headers, const TrustSettings& settings) {
  return Tracer(settings).trace(received_lines(headers, settings));
}

std::string text_of(const std::vector<Relay>& relays) {
  std::string text;
  for (const Relay& relay : relays) text += (text.empty() ? "" : " ") + relay.text();
  return text;
}

}  // namespace secondlook
