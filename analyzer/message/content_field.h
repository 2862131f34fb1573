// Content-Type and Content-Disposition taken apart (RFC 2045 §5.1, RFC 2183, RFC 2231): a
// lower-case value and parameters, with continuations joined and charsets decoded. Reads what
// mailers write, not only what the grammar allows: missing semicolons, comments, unquoted blanks in
// file names, quotes that never close (then the parameter ends with its line).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace secondlook {

struct ContentField {
  std::string value;  // "text/html", "attachment"; empty when there is none
  // Name in lower case, each once: the first of equal names, but an RFC 2231 form wins over the
  // plain one (RFC 6266 §4.3 says so for file names, and clients follow it everywhere). The value
  // of a plain one stands as written: an encoded word in it (common, though forbidden) is left to
  // decode_header().
  std::vector<std::pair<std::string, std::string>> parameters;

  // "" when it is not there.
  std::string_view parameter(std::string_view name) const;
};

// At most 1,000 parameters are read.
ContentField parse_content_field(std::string_view raw);

}  // namespace secondlook
