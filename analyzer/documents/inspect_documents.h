// Looks into the files that a mail brings, and into those in its archives: what acts by itself,
// where they lead. One inspector a format, each with limits of its own; those of risky formats run
// in a process of their own (analyzer/extract).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/documents/document_findings.h"
#include "analyzer/documents/file_inspector.h"
#include "analyzer/message/parsed_message.h"

namespace secondlook {

// Whether a file of that type (detect_file_type) and name is looked into, so that an archive's
// member is unpacked whole for it.
bool is_inspected(std::string_view type, std::string_view name);

// One file. Nothing of it is kept. What it left of the allowance stands in the findings.
DocumentFindings inspect_document(std::string_view content, std::string_view type,
                                  std::string_view name, InspectionAllowance allowance = {});

// All attachments of the message and all files in its archives: fills `members`
// (attached_archives.h), `document_facts`, and adds to `links` and `rule_uris`. What could not be
// looked into, with the file's name. is_scanned: a malware scanner sees the attachments too.
// `inspector`: looks into all but HTML, which our own reader reads of every mail; null: all is
// looked into here.
std::vector<std::string> look_into_attachments(ParsedMessage& message, bool is_scanned,
                                               FileInspector* inspector = nullptr);

// Collects what inspectors find in one message's files.
class DocumentInspection {
 public:
  DocumentInspection(ParsedMessage& message, FileInspector* inspector);

  // What is shown as the mail itself: invitations, and codes that are drawn (drawn_codes.h).
  void inspect_bodies();
  // Every attachment as it stands.
  void inspect_attachments();
  // A file of an archive, unpacked.
  void inspect_member(const ArchiveMember& member, std::string_view content);
  // Fills `document_facts`, `links` and `rule_uris` of the message. What could not be looked into,
  // with the file's name.
  std::vector<std::string> finish();

 private:
  struct Package {  // an Office file in a ZIP
    std::size_t attachment;
    std::string folder;  // of its members: "a.docx/"; "" for the attachment itself
  };
  // Instead of an attachment.
  static constexpr std::size_t kBodyPart = static_cast<std::size_t>(-1);

  bool lies_in_package(const ArchiveMember& member) const;
  void inspect(std::string_view content, std::string_view type, std::string_view name,
               std::size_t attachment, const std::string& path);
  void take(const DocumentFindings& findings, std::size_t attachment, const std::string& path);

  ParsedMessage& message_;
  FileInspector* inspector_;
  InspectionAllowance allowance_;
  std::vector<std::string> unseen_;
  std::vector<std::string> uris_;
  std::vector<Package> packages_;
};

}  // namespace secondlook
