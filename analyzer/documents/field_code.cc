#include "analyzer/documents/field_code.h"

#include <algorithm>
#include <string>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// The first URL in it, as it is written.
std::string_view url_in(std::string_view code) {
  constexpr std::string_view kBlanks = " \"\t\r\n";
  while (!code.empty()) {
    const std::string_view word =
        code.substr(0, std::min(code.find_first_of(kBlanks), code.size()));
    if (starts_ignoring_case(word, "http://") || starts_ignoring_case(word, "https://"))
      return word;
    code.remove_prefix(std::min(word.size() + 1, code.size()));
  }
  return {};
}

}  // namespace

bool inspect_field_code(std::string_view code, DocumentFindings& findings) {
  code = trim(code).substr(0, 4096);
  const std::string name =
      to_ascii_lower(code.substr(0, std::min(code.find_first_of(" \"\t\r\n"), code.size())));
  if (name == "dde" || name == "ddeauto") {
    findings.add_fact("dde", code);
    return true;
  }
  const bool includes =
      name == "includetext" || name == "include" || name == "link" || name == "import";
  const bool shows = name == "includepicture";
  if (!includes && !shows && name != "hyperlink") return false;
  const std::string_view url = url_in(code);
  if (url.empty()) return false;
  if (includes) findings.add_fact("external_content", code);
  if (shows) findings.add_fact("external_reference", code);
  findings.add_url(url);
  return true;
}

}  // namespace secondlook
