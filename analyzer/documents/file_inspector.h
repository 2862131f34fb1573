// Looks into files in the place of inspect_document(): in a process of its own (analyzer/extract).
#pragma once

#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

class FileInspector {
 public:
  virtual ~FileInspector() = default;
  // The files from here on are another message's: what looking into them may cost begins anew.
  virtual void begin_message() = 0;
  // As inspect_document(), and never without an answer: a file that ended or stalled what looked
  // into it is unseen. `seen_pictures` of the allowance stays empty: they are kept where pictures
  // are seen.
  virtual DocumentFindings inspect(std::string_view content, std::string_view type,
                                   const InspectionAllowance& allowance) = 0;
};

}  // namespace secondlook
