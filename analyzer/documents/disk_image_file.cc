#include "analyzer/documents/disk_image_file.h"

#include <string>

#include "analyzer/message/disk_image.h"
#include "analyzer/message/file_type.h"

namespace secondlook {

void inspect_disk_image(std::string_view content, DocumentFindings& findings) {
  const std::string_view type = detect_file_type(content);
  const std::string kind(disk_image_kind(type));
  if (kind.empty()) return;
  findings.add_fact("disk_image", kind);
  if (is_mounted_by_windows(type)) findings.add_fact("disk_image_mounts", kind);
  if (type != "application/x-iso9660-image")
    findings.add_unseen("a disk image (" + kind + ") is not opened");
  else if (has_udf_beside(content))
    findings.add_unseen("the UDF volume beside that of ISO 9660 is not read");
}

}  // namespace secondlook
