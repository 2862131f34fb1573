#include "analyzer/documents/embedded_file.h"

#include <string>
#include <utility>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/message/archive_members.h"
#include "analyzer/message/file_type.h"
#include "analyzer/message/program_files.h"

namespace secondlook {
namespace {

void add_all(const DocumentFindings& inner, std::string_view name, DocumentFindings& findings) {
  for (const DocumentFact& fact : inner.facts()) findings.add_fact(fact.name, fact.detail);
  for (const std::string& url : inner.urls()) findings.add_url(url);
  for (const std::string& url : inner.qr_urls()) findings.add_qr_url(url);
  for (const std::string& reason : inner.unseen())
    findings.add_unseen(std::string(name) + ": " + reason);
}

}  // namespace

void inspect_embedded_file(std::string_view content, std::string_view name,
                           DocumentFindings& findings) {
  const std::string_view type = detect_file_type(content);
  if (is_program_name(name) || is_program_type(type)) findings.add_fact("embedded_program", name);
  if (is_opened_archive(type))
    return findings.add_unseen(std::string(name) + ": archives in documents are not opened");
  if (!is_inspected(type, name)) return;
  InspectionAllowance& allowance = findings.allowance();
  if (allowance.files_in_files == 0)
    return findings.add_unseen(std::string(name) + ": too deep in other documents");
  --allowance.files_in_files;
  DocumentFindings inner = inspect_document(content, type, name, std::move(allowance));
  allowance = std::move(inner.allowance());
  ++allowance.files_in_files;
  add_all(inner, name, findings);
}

}  // namespace secondlook
