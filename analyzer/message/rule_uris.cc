#include "analyzer/message/rule_uris.h"

#include <algorithm>
#include <utility>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/message/url.h"
#include "analyzer/message/wide_urls.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestUri = 2048;
constexpr std::size_t kLongestWord = 4 * kLongestUri;  // longer ones are cut and read on
constexpr std::size_t kLongestHost = 255;
constexpr int kDeepestEmbedding = 3;

// Blanks and what else is at most 0x20, and signs.
constexpr ByteSet kEndsWord(std::string_view(
    "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37 "
    "<>\"`|[]{}",
    42));
constexpr ByteSet kHost("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
constexpr ByteSet kLocalPart(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+=!#$%&*^~");
constexpr ByteSet kPunctuation(".,;:!?'*_-()#=");

std::string_view without_trailing_punctuation(std::string_view uri) {
  while (!uri.empty() && kPunctuation.contains(uri.back())) uri.remove_suffix(1);
  return uri;
}

// A top-level domain that exists, behind at least one label; no empty labels.
bool is_known_host(std::string_view host) {
  if (host.size() > kLongestHost || host.find('.') == host.npos || host.starts_with('.') ||
      host.ends_with('.') || host.find("..") != host.npos) {
    return false;
  }
  const std::size_t name = host.rfind('.', host.rfind('.') - 1) + 1;  // of the last two labels
  return host.find('_', name) == host.npos && has_known_suffix(to_ascii_lower(host));
}

// Four decimal numbers, or one.
bool is_ipv4(std::string_view host) {
  const auto dots = std::count(host.begin(), host.end(), '.');
  return !host.empty() && host.find_first_not_of("0123456789.") == host.npos &&
         (dots == 3 || (dots == 0 && host.size() >= 8));
}

// Length of http, https or ftp that ends at `end`, 0 when none does.
std::size_t web_scheme_before(std::string_view text, std::size_t end) {
  for (const std::string_view scheme : {"https", "http", "ftp"}) {
    if (end >= scheme.size() &&
        equals_ignoring_case(text.substr(end - scheme.size(), scheme.size()), scheme)) {
      return scheme.size();
    }
  }
  return 0;
}

// Length of a scheme before its colon, 0 when there is none or it is a host's ("a.com:80/x").
std::size_t scheme_length(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || !is_letter(text.front())) return 0;
  for (const char c : text.substr(0, colon)) {
    if (!is_letter(c) && !is_digit(c) && c != '+' && c != '-') return 0;
  }
  return colon;
}

// Percent signs before what may stand as it is, ASCII without blanks.
std::string with_plain_characters(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    const int byte = high * 16 + low;
    if (low >= 0 && byte > 0x20 && byte < 0x7f) {
      plain += static_cast<char>(byte);
      i += 2;
    } else {
      plain += text[i];
    }
    if (plain.back() == ' ') plain.replace(plain.size() - 1, 1, "%20");
  }
  return plain;
}

std::string plain_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool may_be_number =
      !host.empty() && is_digit(host.front()) &&
      to_ascii_lower(host).find_first_not_of("0123456789abcdefx.") == std::string::npos &&
      !is_known_host(host);
  const auto number = may_be_number ? normalise_host(host) : std::nullopt;
  return number && is_ipv4(*number) ? *number : std::string(host);
}

struct WebUri {
  std::string scheme, user, host, port, rest;  // user with its @, port with its colon

  std::string text() const { return scheme + "://" + user + host + port + rest; }
};

// `uri` begins with a web scheme; any number of slashes may follow its colon.
WebUri cut_web_uri(std::string_view uri, std::size_t colon) {
  std::string turned(uri);
  std::replace(turned.begin(), turned.end(), '\\', '/');
  WebUri web;
  web.scheme = turned.substr(0, colon);
  const std::string_view all = turned;
  const std::size_t begin = std::min(all.find_first_not_of('/', colon + 1), all.size());
  const std::size_t end = std::min(all.find_first_of("/?#", begin), all.size());
  std::string_view authority = all.substr(begin, end - begin);
  const std::size_t at = authority.rfind('@');
  if (at != authority.npos) {
    web.user = authority.substr(0, at + 1);
    authority.remove_prefix(at + 1);
  }
  const std::size_t port = authority.rfind(':');
  web.host = authority.substr(0, port);
  if (port != authority.npos) web.port = authority.substr(port);
  web.rest = all.substr(end);
  return web;
}

void make_plainer(WebUri& web) {
  web.host = plain_host(with_plain_characters(web.host));
  const std::string scheme = to_ascii_lower(web.scheme);
  if ((scheme == "http" && web.port == ":80") || (scheme == "https" && web.port == ":443")) {
    web.port.clear();
  }
  web.rest = with_plain_characters(web.rest);
  if (web.rest.starts_with('?') || web.rest.starts_with('#')) web.rest.insert(0, "/");
}

// Where a URL begins inside the path or query; npos when none does.
std::size_t embedded_url(std::string_view rest) {
  for (std::size_t at = rest.find(":/"); at != rest.npos; at = rest.find(":/", at + 2)) {
    const std::size_t length = web_scheme_before(rest, at);
    if (length > 0) return at - length;
  }
  return rest.npos;
}

}  // namespace

std::string plain_web_uri(std::string_view uri) {
  const std::size_t colon = scheme_length(uri);
  const std::string_view scheme = uri.substr(0, colon);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return "";
  WebUri web = cut_web_uri(uri, colon);
  make_plainer(web);
  web.user.clear();
  return web.text();
}

void RuleUris::add(std::string_view uri) {
  if (!is_full()) uris_.emplace_back(uri.substr(0, kLongestUri));
}

void RuleUris::add_with_plainer_forms(std::string_view uri, int depth) {
  if (depth == 0 && !is_full()) begins_.push_back(uris_.size());
  add(uri);
  if (starts_ignoring_case(uri, "mailto:")) {
    if (uri.find('?') != uri.npos) add(uri.substr(0, uri.find('?')));
    return;
  }
  if (uri.empty() || uri.front() == '#' || uri.front() == '?') return;
  if (uri.front() == '/' && !uri.starts_with("//")) return;
  std::size_t colon = scheme_length(uri);
  if (colon > 0 && web_scheme_before(uri, colon) != colon) return;
  std::string written(uri);
  if (colon == 0) {
    written.insert(0, "http://");
    colon = 4;
    add(written);
    if (uri.starts_with("//")) return;
  }
  WebUri web = cut_web_uri(written, colon);
  make_plainer(web);
  const std::string plainer = web.text();
  if (plainer != written) add(plainer);
  const bool is_one_label =
      web.host.find('.') == std::string::npos && !web.host.empty() && web.host != "localhost";
  if (is_one_label || (web.host.starts_with("www.") && web.host.find('.', 4) == web.host.npos)) {
    web.host = (is_one_label ? "www." : "") + web.host + ".com";
    add(web.text());
  }
  const std::string_view rest = web.rest;
  const std::size_t inner = embedded_url(rest);
  if (inner == rest.npos || depth >= kDeepestEmbedding) return;
  add_with_plainer_forms(rest.substr(inner, rest.find('&', inner) - inner), depth + 1);
}

void RuleUris::add_target(std::string_view written, std::string_view base) {
  std::string target;
  for (const char c : trim(written).substr(0, 4 * kLongestUri)) {
    if (c != '\r' && c != '\n' && c != '\t') target += c;
  }
  add_with_plainer_forms(target, 0);
  const bool is_relative = scheme_length(target) == 0;
  if (!is_relative || (base.empty() && !target.starts_with("//"))) return;
  if (const auto url = resolve_url(target, base)) add(url->text);
}

void RuleUris::add_from_url(std::string_view word, std::size_t scheme_at, std::size_t slashes) {
  const std::string_view uri = without_trailing_punctuation(word.substr(scheme_at));
  const std::size_t colon = slashes - scheme_at;
  if (uri.size() <= colon + 3) return;
  const WebUri web = cut_web_uri(uri, colon);
  const std::string host = with_plain_characters(web.host);
  // Unlike SpamAssassin, whatever its top-level domain: clients make a link of it.
  if (host.find_first_of(".:") != std::string::npos || is_ipv4(host)) {
    add_with_plainer_forms(uri, 0);
  }
}

// Mail addresses and hosts without a scheme.
void RuleUris::add_bare_hosts(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    if (!kHost.contains(word[at])) {
      ++at;
      continue;
    }
    const std::size_t end = kHost.find_outside(word, at);
    const std::size_t begin = std::exchange(at, end);
    const char before = begin > 0 ? word[begin - 1] : ' ';
    const char behind = end < word.size() ? word[end] : ' ';
    if (behind == '@') continue;
    std::string_view host = without_trailing_punctuation(word.substr(begin, end - begin));
    host.remove_prefix(std::min(host.find_first_not_of("._-"), host.size()));
    if (host.find('.') == host.npos) continue;
    if (before == '@') {
      std::size_t local = begin - 1;
      while (local > 0 && kLocalPart.contains(word[local - 1])) --local;
      if (local == begin - 1 || behind == '/' || (local > 0 && word[local - 1] == '@') ||
          !is_known_host(host)) {
        continue;
      }
      const std::size_t tail = behind == '?' ? word.size() : end;
      const std::string address(without_trailing_punctuation(word.substr(local, tail - local)));
      add_with_plainer_forms("mailto:" + address, 0);
      at = tail;
      continue;
    }
    if (!is_known_host(host) && !starts_ignoring_case(host, "www.")) continue;
    const bool goes_on = behind == '/' || behind == ':' || behind == '?';
    const std::size_t host_at = static_cast<std::size_t>(host.data() - word.data());
    const std::string uri(without_trailing_punctuation(goes_on ? word.substr(host_at) : host));
    add_with_plainer_forms((starts_ignoring_case(host, "ftp.") ? "ftp://" : "http://") +
                               (uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri),
                           0);
    if (goes_on) return;
  }
}

void RuleUris::add_from_word(std::string_view word) {
  if (word.find('.') == word.npos && word.find("://") == word.npos) return;
  for (std::size_t slashes = word.find("://"); slashes != word.npos;
       slashes = word.find("://", slashes + 3)) {
    const std::size_t length = web_scheme_before(word, slashes);
    if (length > 0) return add_from_url(word, slashes - length, slashes);
  }
  add_bare_hosts(word);
}

void RuleUris::add_from_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size() && !is_full();) {
    const std::size_t end = at + kEndsWord.find_in(text.substr(at, kLongestWord));
    if (end - at > 3) add_from_word(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  for (const std::string& url : wide_urls(text, most_ - std::min(most_, uris_.size()))) {
    add_with_plainer_forms(url, 0);
  }
}

std::vector<std::vector<std::string>> RuleUris::take_apart() {
  std::vector<std::vector<std::string>> apart;
  for (std::size_t i = 0; i < begins_.size(); ++i) {
    const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : uris_.size();
    if (begins_[i] == end) break;
    std::vector<std::string>& forms = apart.emplace_back();
    for (std::size_t k = begins_[i]; k < end; ++k) forms.push_back(std::move(uris_[k]));
  }
  begins_.clear();
  uris_.clear();
  return apart;
}

std::vector<std::string> RuleUris::take() {
  begins_.clear();
  std::sort(uris_.begin(), uris_.end());
  uris_.erase(std::unique(uris_.begin(), uris_.end()), uris_.end());
  return std::exchange(uris_, {});
}

}  // namespace secondlook
