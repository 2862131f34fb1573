// Looks into one Office file and the files that lie in it: compound files (.doc .xls .ppt .msg,
// objects, VBA projects), packages (.docx .xlsm …) and RTF hold each other. Depth, number and bytes
// are bounded for all of them together.
#pragma once

#include <cstddef>
#include <string_view>

#include "analyzer/documents/document_findings.h"

namespace secondlook {

// By the types of detect_file_type(): compound files, ZIP and RTF.
bool is_office_document(std::string_view type);

// The facts of Office files in README.md.
void inspect_office_document(std::string_view content, DocumentFindings& findings);

class OfficeInspection {
 public:
  static constexpr unsigned kDeepest = 4;
  static constexpr std::size_t kMostFiles = 200;
  static constexpr std::size_t kMostBytes = 192 << 20;

  explicit OfficeInspection(DocumentFindings& findings) : findings_(findings) {}

  DocumentFindings& findings() { return findings_; }
  // 0 for the attached file, 1 for what lies in it.
  unsigned depth() const { return depth_ - 1; }

  // A compound file, a package or RTF; others are passed over. What is beyond the bounds is unseen.
  void inspect(std::string_view content);

  // A file to be opened by a click: the fact by the kind of its holder ("ole_package",
  // "ole_program" when it runs; "embedded_file", "embedded_program"), and what it holds.
  void inspect_packaged(std::string_view name, std::string_view content);
  void inspect_attached(std::string_view name, std::string_view content);

  // Whether so many bytes more may be read.
  bool may_read(std::size_t bytes);

 private:
  DocumentFindings& findings_;
  unsigned depth_ = 0;
  std::size_t files_ = 0, bytes_ = 0;
};

}  // namespace secondlook
