// Archives for tests, made by libarchive in memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace secondlook::test {

struct ArchivedFile {
  std::string name;  // bytes as they stand in the archive
  std::string content;
};

// format: "zip", "ustar", "iso9660"; options: of libarchive's writer ("zip64",
// "encryption=zipcrypt", "encryption=aes256", "compression=store"), empty: none. With encryption
// the password is "secret".
std::string make_archive(std::string_view format, const std::vector<ArchivedFile>& files,
                         std::string_view options = "");
// filter: "gzip", "bzip2", "xz", "zstd".
std::string compressed(std::string_view filter, const std::string& content);

// As a mail carries them (RFC 2045 6.8), in lines of 76: bytes of an archive, salts among them,
// would else be taken for line ends.
std::string in_base64(std::string_view bytes);

}  // namespace secondlook::test
