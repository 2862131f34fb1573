// Compound files (MS-CFB), VBA projects (MS-OVBA) and packaged files for tests, made in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace secondlook::test {

struct OleFile {
  std::string path;  // "Macros/VBA/dir"; storages come about by themselves
  std::string content;
  std::string class_id = "";  // 16 bytes: then a storage
};

// Version 3: sectors of 512 bytes. The tree of a storage's children is a list.
std::string make_ole(const std::vector<OleFile>& files);

// Copy tokens where bytes repeat, as Office writes them.
std::string compress_vba(std::string_view text);

struct VbaModule {
  std::string name, source;  // without the line of its attribute
};
// A project in a storage ("Macros" of .doc, "_VBA_PROJECT_CUR" of .xls, "" of vbaProject.bin):
// "dir" and the modules, each behind some bytes of compiled code.
std::vector<OleFile> vba_project(const std::string& folder, const std::vector<VbaModule>& modules);

// What "\1Ole10Native" of a Package holds, without the length in front.
std::string ole_package(std::string_view name, std::string_view content);
std::string ole_native_stream(std::string_view name, std::string_view content);

std::string little_endian(std::uint64_t number, std::size_t width);
std::string in_utf16(std::string_view ascii);

}  // namespace secondlook::test
