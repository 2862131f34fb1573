// Images of disks and discs: a file that shows up as a drive full of files when it is opened.
#pragma once

#include <string_view>

namespace secondlook {

// By detect_file_type()'s name, or by a file name (.iso .img .udf .vhd .vhdx .vmdk .vdi .dmg),
// since some kinds are told by their last bytes alone.
bool is_disk_image(std::string_view type, std::string_view name);

// For people: "VHDX", "UDF"; "" for what is none.
std::string_view disk_image_kind(std::string_view type);

// Whether Windows shows it as a drive on a double click. Files on it carry no mark of the web in
// old versions, whatever the mail was.
bool is_mounted_by_windows(std::string_view type);

// A disc of ISO 9660 with a UDF volume beside: Windows shows the latter, which may hold other
// files.
bool has_udf_beside(std::string_view content);

}  // namespace secondlook
