// QR codes in pictures, read by ZXing: the texts, and which of them lead somewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/document_findings.h"
#include "analyzer/documents/picture.h"

namespace secondlook {

// Texts in UTF-8, each once, dark codes before light ones on dark; at most kMostCodes.
inline constexpr std::size_t kMostCodes = 20;
std::vector<std::string> read_qr_codes(const GreyPicture& picture);

// Where a telephone leads who reads that text: a URL at its beginning or in it, or what looks like
// a host with a path. Nothing for plain words, contacts, Wi-Fi passwords.
std::optional<std::string> target_of_code(std::string_view text);

// Fact "qr_code" with the text for each code, and its target.
void look_for_qr_codes(const GreyPicture& picture, DocumentFindings& findings);
void look_for_qr_codes(const Picture& picture, DocumentFindings& findings);

// Whether it is large enough; takes what looking at it costs off the allowance, false where that is
// used up.
bool may_hold_code(const PictureSize& size);
bool take_off(const PictureSize& size, InspectionAllowance& allowance);

// A file that is a picture. Each is looked at once in a mail, within the allowance of `findings`.
void inspect_picture(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
