#include "analyzer/message/url.h"

#include <algorithm>

#include "analyzer/message/ascii.h"
#include "analyzer/message/registrable_domain.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestUrl = 2048;

// URL §4.4 steps 1-3, on at most what can still matter.
std::string cleaned(std::string_view written) {
  while (!written.empty() && static_cast<unsigned char>(written.front()) <= 0x20) {
    written.remove_prefix(1);
  }
  while (!written.empty() && static_cast<unsigned char>(written.back()) <= 0x20) {
    written.remove_suffix(1);
  }
  std::string text;
  for (const char c : written) {
    if (text.size() >= 4 * kLongestUrl) break;
    if (c != '\t' && c != '\r' && c != '\n') text += c;
  }
  return text;
}

// Length of "scheme" before its colon, 0 when there is none.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

bool is_special(std::string_view scheme) {
  return scheme == "http" || scheme == "https" || scheme == "ftp" || scheme == "ws" ||
         scheme == "wss";
}
std::string_view default_port(std::string_view scheme) {
  if (scheme == "ftp") return "21";
  return scheme == "https" || scheme == "wss" ? "443" : "80";
}

void append_escaped(std::string& out, std::string_view text, bool slashes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  bool in_path = slashes;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '?' || c == '#') in_path = false;
    if (byte <= 0x20 || byte >= 0x7F || c == '"' || c == '<' || c == '>') {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 0xFU];
    } else {
      out += c == '\\' && in_path ? '/' : c;
    }
  }
}

struct Authority {
  std::string_view user;  // with its @, or empty
  std::string_view host;
  std::string_view port;  // digits, or empty
};

Authority split_authority(std::string_view text) {
  Authority authority;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    authority.user = text.substr(0, at + 1);
    text.remove_prefix(at + 1);
  }
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  authority.host = text.substr(0, has_port ? colon : text.size());
  if (has_port) authority.port = text.substr(colon + 1);
  return authority;
}

// `rest` stands behind "scheme:".
std::optional<Url> special_url(std::string scheme, std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of("/\\"), rest.size()));
  const std::size_t end = std::min(rest.find_first_of("/\\?#"), rest.size());
  const Authority authority = split_authority(rest.substr(0, end));
  auto host = normalise_host(authority.host);
  if (!host) return std::nullopt;
  Url url;
  url.text = scheme + "://";
  append_escaped(url.text, authority.user, false);
  url.text += *host;
  if (!authority.port.empty() && authority.port != default_port(scheme)) {
    url.text += ':';
    append_escaped(url.text, authority.port, false);
  }
  if (end == rest.size() || rest[end] == '?' || rest[end] == '#') url.text += '/';
  append_escaped(url.text, rest.substr(end), true);
  url.text.resize(std::min(url.text.size(), kLongestUrl));
  url.scheme = std::move(scheme);
  url.host = std::move(*host);
  return url;
}

Url opaque_url(std::string scheme, std::string_view text) {
  Url url;
  append_escaped(url.text, text, false);
  url.text.resize(std::min(url.text.size(), kLongestUrl));
  url.scheme = std::move(scheme);
  return url;
}

std::optional<Url> absolute_url(std::string_view text) {
  const std::size_t length = scheme_length(text);
  if (length == 0) return std::nullopt;
  std::string scheme = to_ascii_lower(text.substr(0, length));
  if (scheme == "cid" || scheme == "mid") return std::nullopt;
  if (is_special(scheme)) return special_url(std::move(scheme), text.substr(length + 1));
  return opaque_url(std::move(scheme), text);
}

// A relative reference against an absolute base (RFC 3986 §5.2, dot segments kept).
std::optional<Url> joined_url(std::string_view reference, std::string_view base) {
  const std::size_t authority = base.find("://");
  if (authority == std::string_view::npos) return std::nullopt;
  const std::size_t path = std::min(base.find('/', authority + 3), base.size());
  std::string joined(base.substr(0, path));
  if (!reference.starts_with('/')) {
    std::string_view folder = base.substr(path, base.find_first_of("?#", path) - path);
    folder = folder.substr(0, folder.rfind('/') + 1);
    joined += folder.empty() ? "/" : folder;
  }
  joined += reference;
  return absolute_url(joined);
}

bool looks_like_host(std::string_view text) {
  const std::string host = to_ascii_lower(text.substr(0, text.find_first_of("/?#:")));
  return host.starts_with("www.") ||
         (host.find('@') == std::string::npos && has_known_suffix(host));
}

}  // namespace

std::optional<Url> resolve_url(std::string_view written, std::string_view base) {
  std::string text = cleaned(written);
  if (text.empty() || text.front() == '#') return std::nullopt;
  const bool host_and_port =
      scheme_length(text) > 0 && text.find('.') < text.find(':') && looks_like_host(text);
  if (scheme_length(text) > 0 && !host_and_port) return absolute_url(text);
  for (char& c : text) {
    if (c == '?' || c == '#') break;
    if (c == '\\') c = '/';
  }
  const auto resolved_base = base.empty() ? std::nullopt : absolute_url(cleaned(base));
  if (text.starts_with("//")) {
    const bool known = resolved_base && is_special(resolved_base->scheme);
    return special_url(known ? resolved_base->scheme : "https", text);
  }
  if (resolved_base) return joined_url(text, resolved_base->text);
  if (looks_like_host(text)) return special_url("http", text);
  return std::nullopt;
}

}  // namespace secondlook
