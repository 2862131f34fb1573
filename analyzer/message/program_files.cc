#include "analyzer/message/program_files.h"

#include <algorithm>
#include <array>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 44> kExecutable = {
    "exe", "scr",       "com",     "pif",       "bat",         "cmd",  "cpl",  "msi",
    "msp", "mst",       "dll",     "jar",       "js",          "jse",  "vbs",  "vbe",
    "wsf", "wsh",       "wsc",     "hta",       "ps1",         "psm1", "lnk",  "url",
    "reg", "scf",       "inf",     "gadget",    "application", "appx", "msix", "chm",
    "iso", "img",       "vhd",     "vhdx",      "vb",          "sct",  "shb",  "settingcontent-ms",
    "xll", "appref-ms", "website", "library-ms"};

constexpr std::array<std::string_view, 5> kExecutableTypes = {
    "application/x-dosexec", "application/x-elf", "application/x-mach-binary",
    "application/java-class", "application/x-ms-shortcut"};

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string extension_of(std::string_view name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : to_ascii_lower(name.substr(dot + 1));
}

bool is_program_name(std::string_view name) {
  return is_among(kExecutable, extension_of(name));
}

bool is_program_type(std::string_view type) {
  return is_among(kExecutableTypes, type);
}

}  // namespace secondlook
