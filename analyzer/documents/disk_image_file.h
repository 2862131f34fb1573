// Disk images. Files on discs of ISO 9660 are read as those of an archive are; of all others the
// files are unseen.
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// Facts: "disk_image" and, where Windows shows it as a drive on a double click,
// "disk_image_mounts"; the kind in detail. Nothing of a file that is none in spite of its name.
void inspect_disk_image(std::string_view content, DocumentFindings& findings);

}  // namespace secondlook
