// Takes off a content transfer encoding (RFC 2045 §6), as tolerantly as mail clients do: what is
// not in the alphabet is skipped, a cut end gives the bytes there are, nothing is refused.
#pragma once

#include <string>
#include <string_view>

namespace secondlook {

enum class TransferEncoding { identity, base64, quoted_printable, uuencode };

// From the field's raw value: `base64;`, `"base64"`, ` Base64 (yes)` are all base64. An unknown
// name is identity, as clients have it.
TransferEncoding transfer_encoding_named(std::string_view field);

std::string decode_body(std::string_view body, TransferEncoding encoding);

// Characters outside the alphabet are skipped; decoding goes on after padding (`YQ==Yg==` is "ab"),
// since clients differ there and the longer reading holds the shorter.
std::string decode_base64(std::string_view body);

// Soft line breaks and blanks at a line's end are dropped (rule 3), line ends stay as they are, and
// a `=` that begins no escape stays as it is.
std::string decode_quoted_printable(std::string_view body);

// Everything between `begin` and `end` lines, first file only.
std::string decode_uuencode(std::string_view body);

}  // namespace secondlook
