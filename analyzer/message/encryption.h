// Whether a file cannot be read without a password, told from its outer structure alone; nothing is
// unpacked. ZIP: general purpose bit 0 (APPNOTE 4.4.4) or AES's method 99, in the central
// directory, or in the local headers when that is missing. 7z: AES in the end header where that is
// not itself compressed, so always with encrypted names, seldom with encrypted data only. RAR 4 and
// 5: encrypted headers or files. OLE: the EncryptedPackage stream of Office 2007 and later; the
// older RC4 of .doc and .xls is not seen. PDF: an /Encrypt dictionary, also with an empty user
// password.
#pragma once

#include <string_view>

namespace secondlook {

// type: what detect_file_type() said. False for types without encryption of their own. Linear;
// hostile lengths and offsets end the search, they never lead out of `content`.
bool is_encrypted(std::string_view content, std::string_view type);

// How, for people: "ZipCrypto" (weak: known plaintext opens it), "AES", "ZipCrypto and AES", "7z
// AES", "RAR", "Office", "PDF"; "" where is_encrypted() says no. Of a ZIP by its local headers.
std::string_view encryption_of(std::string_view content, std::string_view type);

}  // namespace secondlook
