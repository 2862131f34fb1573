#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <unicode/uidna.h>

#include "analyzer/message/ascii.h"
#include "analyzer/message/url.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestWritten = 4096;

// Forbidden domain code points (URL §3.1).
bool is_forbidden(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '\x7F' ||
         std::string_view("#/:<>?@[\\]^|%\"").find(c) != std::string_view::npos;
}

struct IdnaCloser {
  void operator()(UIDNA* idna) const { uidna_close(idna); }
};

// UTS #46, non-transitional as browsers. Labels it objects to are kept when it gives any name:
// a client that is less strict would go there.
std::optional<std::string> to_a_labels(const std::string& host) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, IdnaCloser> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, &status));
  if (U_FAILURE(status)) return std::nullopt;
  std::array<char, 1024> ascii{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const auto length =
      uidna_nameToASCII_UTF8(idna.get(), host.data(), static_cast<std::int32_t>(host.size()),
                             ascii.data(), static_cast<std::int32_t>(ascii.size()), &info, &status);
  if (U_FAILURE(status) || length <= 0) return std::nullopt;
  constexpr std::uint32_t kFatal = UIDNA_ERROR_DISALLOWED | UIDNA_ERROR_PUNYCODE |
                                   UIDNA_ERROR_INVALID_ACE_LABEL | UIDNA_ERROR_EMPTY_LABEL;
  if ((info.errors & kFatal) != 0) return std::nullopt;
  return std::string(ascii.data(), static_cast<std::size_t>(length));
}

// Decimal, 0x hexadecimal or 0 octal (URL §3.5, IPv4 number parser).
std::optional<std::uint64_t> ipv4_number(std::string_view part) {
  if (part.empty()) return std::nullopt;
  std::uint64_t radix = 10;
  if (part.size() >= 2 && part[0] == '0') {
    const bool hex = part[1] == 'x' || part[1] == 'X';
    radix = hex ? 16 : 8;
    part.remove_prefix(hex ? 2 : 1);
  }
  std::uint64_t number = 0;
  for (const char c : part) {
    const int digit = hex_digit(c);
    if (digit < 0 || static_cast<std::uint64_t>(digit) >= radix) return std::nullopt;
    number =
        std::min<std::uint64_t>(number * radix + static_cast<std::uint64_t>(digit), 1ULL << 33U);
  }
  return number;
}

std::vector<std::string_view> labels_of(std::string_view host) {
  std::vector<std::string_view> labels;
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t dot = std::min(host.find('.', at), host.size());
    labels.push_back(host.substr(at, dot - at));
    at = dot + 1;
  }
  return labels;
}

// The address in four decimal numbers; nothing when it is no IPv4 address at all.
std::optional<std::string> as_ipv4(std::string_view host) {
  const auto labels = labels_of(host);
  if (labels.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto number = ipv4_number(labels[i]);
    if (!number) return std::nullopt;
    const bool last = i + 1 == labels.size();
    const std::uint64_t most = last ? 1ULL << (8U * (5U - labels.size())) : 256U;
    if (*number >= most) return std::nullopt;
    address += last ? *number : *number << (8U * (3U - i));
  }
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    text += std::to_string((address >> (shift - 8U)) & 0xFFU);
    if (shift > 8) text += '.';
  }
  return text;
}

}  // namespace

std::optional<std::string> normalise_host(std::string_view written) {
  if (written.empty() || written.size() > kLongestWritten) return std::nullopt;
  if (written.starts_with('[')) return to_ascii_lower(written);
  std::string host = percent_decoded(written);
  const bool ascii =
      std::all_of(host.begin(), host.end(), [](char c) { return (c & '\x80') == 0; });
  host = to_ascii_lower(host);
  if (!ascii) {
    auto mapped = to_a_labels(host);
    if (!mapped) return std::nullopt;
    host = std::move(*mapped);
  }
  while (host.ends_with('.')) host.pop_back();
  if (host.empty() || std::any_of(host.begin(), host.end(), is_forbidden)) return std::nullopt;
  const auto labels = labels_of(host);
  if (!labels.back().empty() && is_digit(labels.back().front())) {
    if (auto address = as_ipv4(host)) return address;
  }
  return host;
}

}  // namespace secondlook
