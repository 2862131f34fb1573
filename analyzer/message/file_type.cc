#include "analyzer/message/file_type.h"

#include <string>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  std::string_view type;
};

constexpr Magic kMagics[] = {
    {0, "PK\x03\x04"sv, "application/zip"},
    {0, "PK\x05\x06"sv, "application/zip"},  // an empty archive
    {0, "PK\x07\x08PK"sv, "application/zip"},
    {0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "application/x-ole-storage"},
    {0, "%PDF-"sv, "application/pdf"},
    {0, "MZ"sv, "application/x-dosexec"},
    {0,
     "\x7F"
     "ELF"sv,
     "application/x-elf"},
    {0, "\xCF\xFA\xED\xFE"sv, "application/x-mach-binary"},
    {0, "\xCE\xFA\xED\xFE"sv, "application/x-mach-binary"},
    {0, "\xCA\xFE\xBA\xBE"sv, "application/java-class"},
    {0, "\x1F\x8B"sv, "application/gzip"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "application/x-7z-compressed"},
    {0, "Rar!\x1A\x07"sv, "application/x-rar"},
    {0, "BZh"sv, "application/x-bzip2"},
    {0,
     "\xFD"
     "7zXZ\x00"sv,
     "application/x-xz"},
    {0, "\x28\xB5\x2F\xFD"sv, "application/zstd"},
    {0, "MSCF\x00\x00\x00\x00"sv, "application/vnd.ms-cab-compressed"},
    {257, "ustar"sv, "application/x-tar"},
    {7, "**ACE**"sv, "application/x-ace"},
    {0, "\x60\xEA"sv, "application/x-arj"},
    {0x8001, "CD001"sv, "application/x-iso9660-image"},
    {0x8001, "BEA01"sv, "application/x-udf-image"},  // without ISO 9660 beside
    {0, "conectix"sv, "application/x-vhd"},
    {0, "vhdxfile"sv, "application/x-vhdx"},
    {0, "KDMV"sv, "application/x-vmdk"},
    {0, "COWD"sv, "application/x-vmdk"},
    {0, "# Disk DescriptorFile"sv, "application/x-vmdk"},
    {0x40, "\x7F\x10\xDA\xBE"sv, "application/x-virtualbox-vdi"},
    {3, "NTFS    "sv, "application/x-raw-disk-image"},
    {3, "EXFAT   "sv, "application/x-raw-disk-image"},
    {54, "FAT12   "sv, "application/x-raw-disk-image"},
    {54, "FAT16   "sv, "application/x-raw-disk-image"},
    {82, "FAT32   "sv, "application/x-raw-disk-image"},
    {512, "EFI PART"sv, "application/x-raw-disk-image"},
    {0, "MSWIM\x00\x00\x00"sv, "application/x-ms-wim"},
    {0, "\x4C\x00\x00\x00\x01\x14\x02\x00"sv, "application/x-ms-shortcut"},
    {0, "ITSF\x03\x00\x00\x00"sv, "application/vnd.ms-htmlhelp"},
    {0, "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D"sv, "application/onenote"},
    {0, "{\\rt"sv, "application/rtf"},  // Word opens it from three letters on
    {0, "\x78\x9F\x3E\x22"sv, "application/vnd.ms-tnef"},
    {0, "#!"sv, "application/x-shellscript"},
    {0, "SQLite format 3\x00"sv, "application/x-sqlite3"},
    {0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    {0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    {0, "GIF8"sv, "image/gif"},
    {0, "BM"sv, "image/bmp"},
    {8, "WEBP"sv, "image/webp"},
    {0, "II*\x00"sv, "image/tiff"},
    {0, "MM\x00*"sv, "image/tiff"},
};

// Readers of PDF accept the mark anywhere in the first 1,024 bytes (ISO 32000-1, annex H.3.4.1).
bool is_late_pdf(std::string_view content) {
  return content.substr(0, 1024 + 5).find("%PDF-") != std::string_view::npos;
}

std::string_view detect_text(std::string_view content) {
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  const std::string_view start = trim(content.substr(0, 1024));
  for (const std::string_view tag :
       {"<!doctype html"sv, "<html"sv, "<head"sv, "<body"sv, "<script"sv, "<meta"sv}) {
    if (starts_ignoring_case(start, tag)) return "text/html";
  }
  const bool is_xml = starts_ignoring_case(start, "<?xml") || starts_ignoring_case(start, "<!");
  if (starts_ignoring_case(start, "<svg") || (is_xml && start.find("<svg") != start.npos)) {
    return "image/svg+xml";
  }
  if (is_xml && to_ascii_lower(start).find("<html") != std::string::npos) return "text/html";
  if (starts_ignoring_case(start, "BEGIN:VCALENDAR")) return "text/calendar";
  if (starts_ignoring_case(start, "[InternetShortcut]") ||
      starts_ignoring_case(start, "[{000214A0-0000-0000-C000-000000000046}"))
    return "application/x-mswinurl";
  if (starts_ignoring_case(start, "BEGIN:VCARD")) return "text/x-vcard";
  return {};
}

// What its last 512 bytes say: a disk image begins as the disk does. Nothing of a disk's own first
// bytes is asked, since they are of any format.
std::string_view detect_by_end(std::string_view content) {
  constexpr std::size_t kFooter = 512;
  if (content.size() < kFooter) return {};
  const std::string_view footer = content.substr(content.size() - kFooter);
  if (footer.starts_with("conectix")) return "application/x-vhd";
  if (footer.starts_with("koly\x00\x00\x00\x04"sv)) return "application/x-apple-diskimage";
  return {};
}

}  // namespace

std::string_view detect_file_type(std::string_view content) {
  if (const std::string_view image = detect_by_end(content); !image.empty()) return image;
  for (const Magic& magic : kMagics) {
    if (content.size() >= magic.offset + magic.bytes.size() &&
        content.substr(magic.offset, magic.bytes.size()) == magic.bytes) {
      return magic.type;
    }
  }
  if (is_late_pdf(content)) return "application/pdf";
  return detect_text(content);
}

}  // namespace secondlook
