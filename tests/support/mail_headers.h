// The header of a mail, read just well enough for the stand-in tenant and the report builder:
// fields in order, unfolded values, encoded words decoded. Nothing here judges a mail.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook::stand_in {

struct MailHeader {
  std::string name;
  std::string raw;    // after the colon, folding and all, without the last line end
  std::string value;  // unfolded and trimmed
};

struct MailHeaders {
  std::vector<MailHeader> fields;
  std::size_t body_offset = 0;  // first byte after the empty line

  // The first field of that name (case does not matter); empty when there is none.
  const MailHeader* find(std::string_view name) const;
  std::string value(std::string_view name) const;
};

MailHeaders read_mail_headers(std::string_view mail);

// RFC 2047 to UTF-8, as Graph shows a subject; what cannot be decoded stays as it is.
std::string decode_words(std::string_view value);

// The first addr-spec of an address field: `"A, B" <a@b.example>` gives a@b.example.
std::string first_address(std::string_view value);
std::string display_name(std::string_view value);

// Bare CR and LF become CRLF.
std::string with_crlf(std::string_view text);

std::string lower_case(std::string_view text);
std::string domain_of(std::string_view address);

std::string encode_base64(std::string_view bytes);
std::string decode_base64(std::string_view text);

}  // namespace secondlook::stand_in
