#include "analyzer/documents/internet_shortcut.h"

#include <algorithm>
#include <string>

#include "analyzer/documents/office_relations.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostBytes = 64 << 10;  // Windows' own have some hundred

bool is_page(std::string_view url) {
  return starts_ignoring_case(url, "http://") || starts_ignoring_case(url, "https://");
}

// The host of "file://host/...", of a UNC path, of WebDAV ("host@SSL") or of the place that
// search-ms: looks through is no single word.
bool lies_outside(std::string_view url) {
  std::string lower = to_ascii_lower(url);
  std::replace(lower.begin(), lower.end(), '\\', '/');
  const bool is_search = lower.starts_with("search-ms:") || lower.starts_with("search:");
  if (is_search) lower.erase(0, std::min(lower.find("//"), lower.size()));
  if (place_of_target(lower) == TargetPlace::local) return false;
  const std::size_t begin = std::min(lower.find_first_not_of('/', lower.find("//")), lower.size());
  const std::string_view host =
      std::string_view(lower).substr(begin, lower.find('/', begin) - begin);
  return host.find_first_of(".@:[") != host.npos;
}

void take_url(std::string_view url, DocumentFindings& findings) {
  findings.add_fact("internet_shortcut", url);
  if (is_page(url))
    findings.add_url(url);
  else if (lies_outside(url))
    findings.add_fact("shortcut_elsewhere", url);
}

}  // namespace

void inspect_internet_shortcut(std::string_view content, DocumentFindings& findings) {
  if (content.size() > kMostBytes) findings.add_unseen("an internet shortcut of more than 64 kB");
  content = content.substr(0, kMostBytes);
  bool is_named = false;  // within [InternetShortcut]
  while (!content.empty()) {
    const std::size_t end = content.find_first_of("\r\n");
    const std::string_view line = trim(content.substr(0, end));
    content.remove_prefix(end == content.npos ? content.size() : end + 1);
    if (line.starts_with('['))
      is_named = starts_ignoring_case(line, "[InternetShortcut");
    else if (is_named && starts_ignoring_case(line, "URL="))
      take_url(trim(line.substr(4)), findings);
  }
}

}  // namespace secondlook
