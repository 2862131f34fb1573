// What MIMEEval's functions ask about the parts of a message: counted in one pass over their
// undecoded lines, as SpamAssassin counts (CRLF as one byte).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analyzer/message/parsed_message.h"

namespace secondlook {

struct MimeNumbers {
  std::size_t html_parts = 0, text_parts = 0;      // text/html; other text
  std::size_t base64_parts = 0, quoted_parts = 0;  // by transfer encoding
  std::size_t attachments = 0;                     // by disposition
  bool base64_text = false;                        // text of ASCII that hides in base64
  bool bad_iso_charset = false;                    // "iso-…-…" that is none
  bool alternative = false;                        // a multipart/alternative is there
  double alternative_ratio = 1;                    // bytes of its plain text for each of HTML
  std::size_t quoted_bytes = 0,
              quoted_needless = 0;  // quoted-printable, and what needed no quoting
  bool long_quoted_line = false;
  std::size_t illegal_ascii_lines = 0;                  // of parts that say they are ASCII
  std::size_t plain_bytes = 0, unicode_references = 0;  // of unencoded plain text; "&#x1234;" in it
  std::size_t longest_base64_line = 0;                  // with its line feed
  std::vector<std::string> charsets;                    // as declared, lower case

  bool missing_part_headers = false;    // a boundary line without a field behind it
  bool missing_part_separator = false;  // a part's fields without an empty line behind them
  bool has_epilogue = false;            // text behind the last boundary
  bool missing_boundary = false;        // a multipart that never ends
  bool missing_separator = false;       // the header without an empty line behind it
  bool too_many_parts = false;          // 1,000 and more
  bool long_header = false;             // a value over 8 KiB
};

MimeNumbers count_mime(const ParsedMessage& message);

}  // namespace secondlook
