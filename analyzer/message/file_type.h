// What a file is by its first bytes, whatever its name and Content-Type say.
#pragma once

#include <string_view>

namespace secondlook {

// A MIME type, or "" when nothing is recognised. The names: application/zip, /x-ole-storage (old
// Office, MSI, MSG), /pdf, /x-dosexec (EXE, DLL, SCR), /x-elf, /x-mach-binary, /java-class, /gzip,
// /x-7z-compressed, /x-rar, /x-bzip2, /x-xz, /zstd, /vnd.ms-cab-compressed, /x-tar, /x-ace, /x-arj,
// /x-iso9660-image, /x-udf-image, /x-vhd, /x-vhdx, /x-vmdk, /x-virtualbox-vdi, /x-apple-diskimage
// (DMG), /x-raw-disk-image (FAT, exFAT, NTFS or GPT from its first byte on), /x-ms-wim,
// /x-ms-shortcut (LNK), /x-mswinurl (.url), /vnd.ms-htmlhelp (CHM), /onenote, /rtf, /vnd.ms-tnef,
// /x-shellscript, /x-sqlite3, image/png, /jpeg, /gif, /bmp, /webp, /tiff, /svg+xml, text/html,
// text/calendar, text/x-vcard, message/rfc822 is not guessed.
std::string_view detect_file_type(std::string_view content);

}  // namespace secondlook
