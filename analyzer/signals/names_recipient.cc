#include <array>

#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/recipient_address.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestOpening = 2000;  // of the text, in which a mail greets

constexpr std::array<std::string_view, 20> kGreetings = {
    "hi",      "hello",   "dear",     "hey",      "welcome",    "hallo", "guten tag",
    "liebe",   "lieber",  "geehrte",  "geehrter", "ol\xC3\xA1", "ola",   "prezado",
    "prezada", "bonjour", "estimado", "estimada", "hola",       "beste"};

// A newsletter's own way out carries the address too.
constexpr std::array<std::string_view, 9> kWayOut = {"unsub",      "optout", "opt-out",
                                                     "opt_out",    "abmeld", "abbestell",
                                                     "preference", "remove", "desinscr"};

// What of `text` ends directly before `end`, blanks and punctuation aside, is a greeting.
bool greets_before(std::string_view text, std::size_t end) {
  std::string_view before = text.substr(0, end);
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
  };
  while (!before.empty() && !is_word(before.back())) before.remove_suffix(1);
  if (before.ends_with("(a")) before.remove_suffix(2);  // "Prezado(a)"
  return std::ranges::any_of(kGreetings, [&](std::string_view greeting) {
    if (!before.ends_with(greeting)) return false;
    const auto start = before.size() - greeting.size();
    return start == 0 || !is_word(before[start - 1]);
  });
}

bool greets(std::string_view text, std::string_view address) {
  for (auto at = text.find(address); at != std::string_view::npos; at = text.find(address, at + 1))
    if (greets_before(text, at)) return true;
  return false;
}

bool is_way_out(const std::string& url) {
  const std::string lower = to_ascii_lower(url);
  return std::ranges::any_of(
      kWayOut, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void look_at_links(const ScanContext& context, const AddressInUrls& address, SignalResult& result) {
  const std::string from =
      context.message.from.empty()
          ? std::string()
          : registrable_name(domain_of_address(context.message.from.front().address));
  for (const FoundLink& found : context.message.links) {
    if (result.evidence.size() >= kMostSignalEvidence) return;
    if (found.kind == FoundLink::Kind::image || !found.link.url.starts_with("http")) continue;
    if (!address.is_in(found.link.url) || is_way_out(found.link.url)) continue;
    if (registrable_name(found.link.host) == from) continue;
    add_evidence(result, "part " + found.part, found.link.url);
  }
}

void look_at_codes(const ScanContext& context, const AddressInUrls& address, SignalResult& result) {
  for (const FoundLink& found : context.message.links) {
    if (found.kind != FoundLink::Kind::qr_code || !found.link.url.starts_with("http")) continue;
    if (address.is_in(found.link.url))
      add_evidence(result, "code in " + found.part, found.link.url);
  }
}

}  // namespace

SignalResult names_recipient(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  const ParsedMessage& message = context.message;
  const std::string opening = to_ascii_lower(message.body_text.substr(0, kLongestOpening));
  const std::string subject = to_ascii_lower(message.header("Subject"));
  for (const std::string& address : recipient_addresses(context)) {
    if (is_chosen(ways, "subject") && subject.find(address) != std::string::npos)
      add_evidence(result, "header Subject", message.header("Subject"));
    if (is_chosen(ways, "greeting") && greets(opening, address))
      add_evidence(result, "body", "greets " + address);
    const AddressInUrls in_urls(address);
    if (is_chosen(ways, "link")) look_at_links(context, in_urls, result);
    if (is_chosen(ways, "code")) look_at_codes(context, in_urls, result);
  }
  return result;
}

}  // namespace secondlook
