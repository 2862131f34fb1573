#include "analyzer/message/disk_image.h"

#include <algorithm>
#include <array>

#include "analyzer/message/program_files.h"

namespace secondlook {
namespace {

struct Kind {
  std::string_view type, name;
  bool is_mounted;
};

constexpr std::array<Kind, 8> kKinds = {{{"application/x-iso9660-image", "ISO 9660", true},
                                         {"application/x-udf-image", "UDF", true},
                                         {"application/x-vhd", "VHD", true},
                                         {"application/x-vhdx", "VHDX", true},
                                         {"application/x-vmdk", "VMDK", false},
                                         {"application/x-virtualbox-vdi", "VDI", false},
                                         {"application/x-apple-diskimage", "DMG", false},
                                         {"application/x-raw-disk-image", "raw", false}}};

constexpr std::array<std::string_view, 8> kExtensions = {"iso",  "img",  "udf", "vhd",
                                                         "vhdx", "vmdk", "vdi", "dmg"};

const Kind* kind_of(std::string_view type) {
  const auto found = std::ranges::find(kKinds, type, &Kind::type);
  return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace

bool is_disk_image(std::string_view type, std::string_view name) {
  return kind_of(type) != nullptr ||
         std::ranges::find(kExtensions, extension_of(name)) != kExtensions.end();
}

std::string_view disk_image_kind(std::string_view type) {
  const Kind* kind = kind_of(type);
  return kind != nullptr ? kind->name : std::string_view();
}

bool is_mounted_by_windows(std::string_view type) {
  const Kind* kind = kind_of(type);
  return kind != nullptr && kind->is_mounted;
}

bool has_udf_beside(std::string_view content) {
  // ECMA-167, 2/8: descriptors of 2,048 bytes from sector 16 on; those of ISO 9660 come first.
  constexpr std::size_t kSector = 2048, kFirst = 16, kMost = 64;
  for (std::size_t sector = kFirst; sector < kFirst + kMost; ++sector) {
    const std::size_t at = sector * kSector + 1;
    if (at + 5 > content.size()) return false;
    const std::string_view mark = content.substr(at, 5);
    if (mark == "NSR02" || mark == "NSR03") return true;
  }
  return false;
}

}  // namespace secondlook
