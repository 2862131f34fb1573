#include <array>
#include <cstdint>

#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostRecipients = 20;
constexpr std::size_t kLongestOpening = 2000;  // of the text, in which a mail greets
constexpr std::size_t kFewestBytes = 6;        // "a@b.de"

constexpr std::array<std::string_view, 20> kGreetings = {
    "hi",      "hello",   "dear",     "hey",      "welcome",    "hallo", "guten tag",
    "liebe",   "lieber",  "geehrte",  "geehrter", "ol\xC3\xA1", "ola",   "prezado",
    "prezada", "bonjour", "estimado", "estimada", "hola",       "beste"};

// A newsletter's own way out carries the address too.
constexpr std::array<std::string_view, 9> kWayOut = {"unsub",      "optout", "opt-out",
                                                     "opt_out",    "abmeld", "abbestell",
                                                     "preference", "remove", "desinscr"};

// Envelope first; a mail without one (a scan of files) says it in To. Nobody is named to himself.
std::vector<std::string> recipients_of(const ScanContext& context) {
  std::vector<std::string> all;
  const std::string from = context.message.from.empty()
                               ? std::string()
                               : to_ascii_lower(context.message.from.front().address);
  const auto add = [&](std::string_view address) {
    if (all.size() >= kMostRecipients || address.size() < kFewestBytes) return;
    if (address.find('@') == std::string_view::npos) return;
    std::string lower = to_ascii_lower(address);
    if (lower != from && std::ranges::find(all, lower) == all.end())
      all.push_back(std::move(lower));
  };
  for (const Recipient& recipient : context.recipients) add(recipient.address);
  if (context.recipients.empty())
    for (const Mailbox& mailbox : context.message.to) add(mailbox.address);
  return all;
}

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

// As far as whole groups of three bytes go, so that what follows does not matter.
std::string in_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t at = 0; at + 3 <= text.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | static_cast<unsigned char>(text[at + i]);
    for (int shift = 18; shift >= 0; shift -= 6) result += kDigits[group >> shift & 63];
  }
  return result;
}

std::string in_hexadecimal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const char c : text) {
    result += kDigits[static_cast<unsigned char>(c) >> 4];
    result += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return result;
}

bool carries(const std::string& url, const std::string& address) {
  const std::string lower = to_ascii_lower(url);
  const auto at = address.find('@');
  const std::string escaped = address.substr(0, at) + "%40" + address.substr(at + 1);
  return lower.find(address) != std::string::npos || lower.find(escaped) != std::string::npos ||
         url.find(in_base64(address)) != std::string::npos ||
         lower.find(in_hexadecimal(address)) != std::string::npos;
}

bool is_way_out(const std::string& url) {
  const std::string lower = to_ascii_lower(url);
  return std::ranges::any_of(
      kWayOut, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

void look_at_links(const ScanContext& context, const std::string& address, SignalResult& result) {
  const std::string from =
      context.message.from.empty()
          ? std::string()
          : registrable_name(domain_of_address(context.message.from.front().address));
  for (const FoundLink& found : context.message.links) {
    if (result.evidence.size() >= kMostSignalEvidence) return;
    if (found.kind == FoundLink::Kind::image || !found.link.url.starts_with("http")) continue;
    if (!carries(found.link.url, address) || is_way_out(found.link.url)) continue;
    if (registrable_name(found.link.host) == from) continue;
    add_evidence(result, "part " + found.part, found.link.url);
  }
}

}  // namespace

SignalResult names_recipient(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  const ParsedMessage& message = context.message;
  const std::string opening = to_ascii_lower(message.body_text.substr(0, kLongestOpening));
  const std::string subject = to_ascii_lower(message.header("Subject"));
  for (const std::string& address : recipients_of(context)) {
    if (is_chosen(ways, "subject") && subject.find(address) != std::string::npos)
      add_evidence(result, "header Subject", message.header("Subject"));
    if (is_chosen(ways, "greeting") && greets(opening, address))
      add_evidence(result, "body", "greets " + address);
    if (is_chosen(ways, "link")) look_at_links(context, address, result);
  }
  return result;
}

}  // namespace secondlook
