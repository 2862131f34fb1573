#include <array>

#include "analyzer/message/ascii.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

// What Windows runs on a double click; macro documents are another matter.
constexpr std::array<std::string_view, 44> kExecutable = {
    "exe", "scr",       "com",     "pif",       "bat",         "cmd",  "cpl",  "msi",
    "msp", "mst",       "dll",     "jar",       "js",          "jse",  "vbs",  "vbe",
    "wsf", "wsh",       "wsc",     "hta",       "ps1",         "psm1", "lnk",  "url",
    "reg", "scf",       "inf",     "gadget",    "application", "appx", "msix", "chm",
    "iso", "img",       "vhd",     "vhdx",      "vb",          "sct",  "shb",  "settingcontent-ms",
    "xll", "appref-ms", "website", "library-ms"};

// What an honest name ends in, and a second extension hides behind.
constexpr std::array<std::string_view, 18> kDocument = {
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf",
    "csv", "jpg", "jpeg", "png", "gif",  "htm", "html", "zip", "mp3"};

// Types by first bytes that run; names of analyzer/message/file_type.h.
constexpr std::array<std::string_view, 5> kExecutableTypes = {
    "application/x-dosexec", "application/x-elf", "application/x-mach-binary",
    "application/java-class", "application/x-ms-shortcut"};

// U+202E and its relatives turn the reading direction: "gpj.exe" reads "exe.jpg".
constexpr std::array<std::string_view, 4> kDirectionMarks = {"\xE2\x80\xAE", "\xE2\x80\xAD",
                                                             "\xE2\x80\xAB", "\xE2\x81\xA7"};

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// The last extension, lower case; blanks and dots that Windows drops from the end do not count.
std::string extension_of(std::string_view name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : to_ascii_lower(name.substr(dot + 1));
}

std::string without_extension(std::string_view name) {
  return std::string(name.substr(0, std::min(name.rfind('.'), name.size())));
}

bool is_disguised(const Attachment& attachment) {
  const std::string extension = extension_of(attachment.name);
  const bool runs = is_among(kExecutable, extension);
  const bool is_program = is_among(kExecutableTypes, attachment.detected_type);
  const bool turns_around = std::ranges::any_of(kDirectionMarks, [&](std::string_view mark) {
    return attachment.name.find(mark) != std::string::npos;
  });
  if (turns_around && (runs || is_program)) return true;
  if (runs && is_among(kDocument, extension_of(without_extension(attachment.name)))) return true;
  return is_program && is_among(kDocument, extension);
}

bool is_executable(const Attachment& attachment) {
  return is_among(kExecutable, extension_of(attachment.name)) ||
         is_among(kExecutableTypes, attachment.detected_type);
}

}  // namespace

SignalResult executable_attachment(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  for (const Attachment& attachment : context.message.attachments) {
    const bool disguised = is_disguised(attachment);
    if ((disguised && is_chosen(ways, "disguised")) ||
        (!disguised && is_executable(attachment) && is_chosen(ways, "plain")))
      add_evidence(
          result, "attachment " + evidence_text(attachment.name),
          attachment.detected_type.empty() ? attachment.declared_type : attachment.detected_type);
  }
  return result;
}

}  // namespace secondlook
