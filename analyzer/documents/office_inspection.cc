#include "analyzer/documents/office_inspection.h"

#include <string>

#include "analyzer/documents/html_document.h"
#include "analyzer/documents/office_package.h"
#include "analyzer/documents/ole_document.h"
#include "analyzer/documents/rtf_document.h"
#include "analyzer/message/file_type.h"
#include "analyzer/message/program_files.h"

namespace secondlook {
namespace {

// "a.exe" of "C:\Users\x\a.exe".
std::string_view file_name(std::string_view path) {
  const auto cut = path.find_last_of("/\\");
  return cut == path.npos ? path : path.substr(cut + 1);
}

std::string with_type(std::string_view name, std::string_view type) {
  std::string detail(file_name(name));
  if (!type.empty()) detail += (detail.empty() ? "" : ", ") + std::string(type);
  return detail;
}

}  // namespace

bool is_office_document(std::string_view type) {
  return type == "application/x-ole-storage" || type == "application/zip" ||
         type == "application/rtf";
}

void inspect_office_document(std::string_view content, DocumentFindings& findings) {
  OfficeInspection(findings).inspect(content);
}

bool OfficeInspection::may_read(std::size_t bytes) {
  if (bytes <= kMostBytes - bytes_) {
    bytes_ += bytes;
    return true;
  }
  findings_.add_unseen("only " + std::to_string(kMostBytes >> 20U) + " MiB in it looked at");
  return false;
}

void OfficeInspection::inspect(std::string_view content) {
  const std::string_view type = detect_file_type(content);
  if (!is_office_document(type)) return;
  if (depth_ > kDeepest) return findings_.add_unseen("files nested too deep");
  if (++files_ > kMostFiles)
    return findings_.add_unseen("only " + std::to_string(kMostFiles) + " files in it looked at");
  ++depth_;
  if (type == "application/x-ole-storage") inspect_ole_document(content, *this);
  if (type == "application/zip") inspect_office_package(content, *this);
  if (type == "application/rtf") inspect_rtf_document(content, *this);
  --depth_;
}

void OfficeInspection::inspect_packaged(std::string_view name, std::string_view content) {
  const std::string_view type = detect_file_type(content);
  const bool runs = is_program_name(name) || is_program_type(type);
  findings_.add_fact("ole_package", with_type(name, type));
  if (runs) findings_.add_fact("ole_program", with_type(name, type));
  inspect(content);
}

void OfficeInspection::inspect_attached(std::string_view name, std::string_view content) {
  const std::string_view type = detect_file_type(content);
  const bool runs = is_program_name(name) || is_program_type(type);
  findings_.add_fact("embedded_file", with_type(name, type));
  if (runs) findings_.add_fact("embedded_program", with_type(name, type));
  if (is_html_document(type, name)) inspect_html_document(content, findings_);
  inspect(content);
}

}  // namespace secondlook
