#include "analyzer/message/links.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/message/url.h"
#include "analyzer/message/wide_urls.h"

namespace secondlook {
namespace {

constexpr ByteSet kStartsUrl("hHwWfF");
constexpr std::size_t kLongestText = 200;
constexpr std::size_t kLongestPlainUrl = 8192;

std::string cut_text(std::string_view text) {
  text = trim(text);
  std::size_t length = std::min(text.size(), kLongestText);
  while (length < text.size() && length > 0 &&
         (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    --length;
  }
  return std::string(text.substr(0, length));
}

// The length of what starts a bare URL at `at`, or 0.
std::size_t start_of_url(std::string_view text, std::size_t at) {
  if (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]))) return 0;
  // "ht", "ww", "ft"
  const char second = at + 1 < text.size() ? ascii_lower(text[at + 1]) : ' ';
  if (second != 't' && second != 'w') return 0;
  const std::string_view rest = text.substr(at, 8);
  for (const std::string_view start : {"http://", "https://", "ftp://", "www."}) {
    if (starts_ignoring_case(rest, start)) return start.size();
  }
  return 0;
}

bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == '"' || c == '`' ||
         c == '\x7F';
}

// Whether a host may go on with the non-ASCII character at the end of `host`: not when it is
// complete already (`www.example.jpへ`), nor with CJK punctuation and full-width forms.
bool host_goes_on(std::string_view host, std::string_view rest) {
  if (rest.starts_with("\xE3\x80") || rest.starts_with("\xEF\xBC")) return false;
  return !has_known_suffix(to_ascii_lower(host));
}

std::string_view without_trailing_punctuation(std::string_view url) {
  std::array<std::ptrdiff_t, 3> unpaired{};  // closing brackets without an opening one
  for (std::size_t kind = 0; kind < 3; ++kind) {
    unpaired[kind] = std::count(url.begin(), url.end(), ")]}"[kind]) -
                     std::count(url.begin(), url.end(), "([{"[kind]);
  }
  for (; !url.empty(); url.remove_suffix(1)) {
    if (std::string_view(".,;:!?'*_~|").find(url.back()) != std::string_view::npos) continue;
    const std::size_t kind = std::string_view(")]}").find(url.back());
    if (kind == std::string_view::npos || unpaired[kind]-- <= 0) break;
  }
  return url;
}

// The URL whose start, `start` bytes long, stands at the beginning of `text`.
std::string_view take_url(std::string_view text, std::size_t start) {
  std::size_t end = start;
  bool in_host = true;
  const std::size_t most = std::min(text.size(), kLongestPlainUrl);
  for (; end < most && !ends_url(text[end]); ++end) {
    if (text[end] == '/' || text[end] == '?' || text[end] == '#') in_host = false;
    if ((text[end] & '\x80') == 0) continue;
    if (!in_host) break;
    const bool first_of_run = (text[end - 1] & '\x80') == 0;
    if (first_of_run && !host_goes_on(text.substr(start, end - start), text.substr(end))) break;
  }
  return without_trailing_punctuation(text.substr(0, end));
}

// A host name written as text: "www.bank.example", "bank.co.jp/login".
bool is_bare_host(std::string_view text) {
  const std::string host = to_ascii_lower(text.substr(0, text.find_first_of("/?#:")));
  if (host.find('@') != std::string::npos || host.find('.') == std::string::npos) return false;
  for (const char c : host) {
    if (!is_letter(c) && !is_digit(c) && c != '.' && c != '-' && (c & '\x80') == 0) return false;
  }
  // Top-level domains that are better known as file name endings.
  for (const std::string_view ending : {".zip", ".mov", ".md", ".py", ".sh", ".pl", ".ps", ".rs"}) {
    if (host.ends_with(ending)) return false;
  }
  return host.starts_with("www.") || has_known_suffix(host);
}

FoundLink make_link(Url url, std::string_view text, std::string_view part, FoundLink::Kind kind) {
  FoundLink found;
  found.link.url = std::move(url.text);
  found.link.host = std::move(url.host);
  found.link.text = cut_text(text);
  found.part = std::string(part);
  found.kind = kind;
  return found;
}

}  // namespace

void find_plain_links(std::string_view text, std::string_view part, std::size_t most,
                      std::vector<FoundLink>& links) {
  for (std::size_t at = 0; at < text.size() && links.size() < most; ++at) {
    at = kStartsUrl.find_in(text, at);
    const std::size_t start = at < text.size() ? start_of_url(text, at) : 0;
    if (start == 0) continue;
    const std::string_view written = take_url(text.substr(at), start);
    if (written.size() <= start) continue;
    if (auto url = resolve_url(written)) {
      links.push_back(make_link(std::move(*url), written, part, FoundLink::Kind::plain_text));
    }
    at += written.size() - 1;
  }
  for (const std::string& written : wide_urls(text, most - std::min(most, links.size()))) {
    if (auto url = resolve_url(written)) {
      links.push_back(make_link(std::move(*url), written, part, FoundLink::Kind::plain_text));
    }
  }
}

void add_html_links(const HtmlText& html, std::string_view part, std::size_t most,
                    std::vector<FoundLink>& links) {
  for (const HtmlLink& link : html.links) {
    if (links.size() >= most) return;
    auto url = resolve_url(link.target, html.base);
    if (!url) continue;
    const bool elsewhere = shows_other_host(link.text, url->host);
    links.push_back(make_link(std::move(*url), link.text, part, link.kind));
    links.back().shows_other_host = elsewhere;
  }
  find_plain_links(html.outside_links, part, most, links);
}

bool shows_other_host(std::string_view visible_text, std::string_view target_host) {
  std::string_view text = trim(visible_text);
  if (text.empty() || target_host.empty() || text.size() > kLongestPlainUrl) return false;
  if (text.find_first_of(" \n\t") != std::string_view::npos) return false;
  const bool has_scheme =
      starts_ignoring_case(text, "http://") || starts_ignoring_case(text, "https://");
  if (!has_scheme && !is_bare_host(text)) return false;
  const auto shown = resolve_url(without_trailing_punctuation(text));
  if (!shown || shown->host.empty()) return false;
  return registrable_domain(shown->host) != registrable_domain(target_host);
}

}  // namespace secondlook
