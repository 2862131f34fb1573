#include "analyzer/documents/inspect_documents.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/documents/calendar_document.h"
#include "analyzer/documents/disk_image_file.h"
#include "analyzer/documents/drawn_codes.h"
#include "analyzer/documents/html_document.h"
#include "analyzer/documents/internet_shortcut.h"
#include "analyzer/documents/office_inspection.h"
#include "analyzer/documents/office_package.h"
#include "analyzer/documents/onenote_document.h"
#include "analyzer/documents/pdf_document.h"
#include "analyzer/documents/picture.h"
#include "analyzer/documents/qr_code.h"
#include "analyzer/documents/shortcut_file.h"
#include "analyzer/message/attached_archives.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/disk_image.h"
#include "analyzer/message/message_text.h"
#include "analyzer/message/rule_uris.h"
#include "analyzer/message/url.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostReasons = 20;  // of one mail
constexpr std::size_t kMostFacts = 1000;

using Inspector = void (*)(std::string_view content, DocumentFindings& findings);

// Nothing for formats without an inspector.
Inspector inspector_of(std::string_view type, std::string_view name) {
  if (type == kHtmlBody) return look_for_codes_in_html;
  if (type == kTextBody) return look_for_codes_in_text;
  if (is_html_document(type, name)) return inspect_html_document;
  if (is_office_document(type)) return inspect_office_document;
  if (type == "application/x-ms-shortcut") return inspect_shortcut_file;
  if (type == "application/x-mswinurl") return inspect_internet_shortcut;
  if (type == "application/onenote") return inspect_onenote_document;
  if (is_picture(type)) return inspect_picture;
  if (is_calendar(type, name)) return inspect_calendar;
  if (type == "application/pdf") return inspect_pdf_document;
  if (is_disk_image(type, name)) return inspect_disk_image;
  return nullptr;
}

FoundLink link_of(Url url, const std::string& where, FoundLink::Kind kind) {
  FoundLink found;
  found.link.url = std::move(url.text);
  found.link.host = std::move(url.host);
  found.part = where;
  found.kind = kind;
  return found;
}

}  // namespace

std::vector<std::string> look_into_attachments(ParsedMessage& message, bool is_scanned,
                                               FileInspector* inspector) {
  DocumentInspection inspection(message, inspector);
  inspection.inspect_bodies();
  inspection.inspect_attachments();
  std::vector<std::string> unseen = open_attached_archives(
      message, is_scanned, is_inspected, [&](const ArchiveMember& member, std::string_view bytes) {
        inspection.inspect_member(member, bytes);
      });
  for (std::string& reason : inspection.finish()) unseen.push_back(std::move(reason));
  return unseen;
}

bool is_inspected(std::string_view type, std::string_view name) {
  return inspector_of(type, name) != nullptr;
}

DocumentFindings inspect_document(std::string_view content, std::string_view type,
                                  std::string_view name, InspectionAllowance allowance) {
  DocumentFindings findings(std::move(allowance));
  if (const Inspector inspect = inspector_of(type, name)) inspect(content, findings);
  return findings;
}

DocumentInspection::DocumentInspection(ParsedMessage& message, FileInspector* inspector)
    : message_(message), inspector_(inspector) {
  if (inspector_ != nullptr) inspector_->begin_message();
}

void DocumentInspection::inspect_bodies() {
  const auto& attached = message_.attachment_parts;
  for (std::size_t i = 0; i < message_.parts.size(); ++i) {
    const MessagePart& part = message_.parts[i];
    if (std::ranges::find(attached, i) != attached.end()) continue;
    const std::string where = "part " + part.path;
    // Invitations come as one of the mail's alternatives.
    if (part.content_type == "text/calendar")
      inspect(part.content, part.content_type, {}, kBodyPart, where);
    else if (is_html(part) && may_hold_codes_in_html(part.text))
      inspect(part.text, kHtmlBody, {}, kBodyPart, where);
    else if (!is_html(part) && may_hold_codes_in_text(part.text))
      inspect(part.text, kTextBody, {}, kBodyPart, where);
  }
}

void DocumentInspection::inspect_attachments() {
  for (std::size_t i = 0; i < message_.attachments.size(); ++i) {
    const Attachment& attachment = message_.attachments[i];
    if (!has_content(message_, i) || !is_inspected(attachment.detected_type, attachment.name))
      continue;
    const std::string_view content = content_of_attachment(message_, i);
    const bool is_zip = attachment.detected_type == "application/zip";
    if (is_zip && !is_office_package(content)) continue;  // an archive, opened as such
    if (is_zip) packages_.push_back({i, ""});
    inspect(content, attachment.detected_type, attachment.name, i, "");
  }
}

// An Office file's inspector has looked into the Office files in it; their archive brings them
// again.
bool DocumentInspection::lies_in_package(const ArchiveMember& member) const {
  return std::any_of(packages_.begin(), packages_.end(), [&](const Package& package) {
    return package.attachment == member.attachment && member.path.starts_with(package.folder);
  });
}

void DocumentInspection::inspect_member(const ArchiveMember& member, std::string_view content) {
  if (content.empty() || !is_inspected(member.detected_type, member.name)) return;
  if (is_office_document(member.detected_type) && lies_in_package(member)) return;
  const bool is_zip = member.detected_type == "application/zip";
  if (is_zip && !is_office_package(content)) return;
  if (is_zip) packages_.push_back({member.attachment, member.path + "/"});
  inspect(content, member.detected_type, member.name, member.attachment, member.path);
}

void DocumentInspection::inspect(std::string_view content, std::string_view type,
                                 std::string_view name, std::size_t attachment,
                                 const std::string& path) {
  const auto take_all = [&](DocumentFindings findings) {
    allowance_ = std::move(findings.allowance());
    take(findings, attachment, path);
  };
  if (inspector_ == nullptr)
    return take_all(inspect_document(content, type, name, std::move(allowance_)));
  if (is_html_document(type, name)) {
    DocumentFindings findings(std::move(allowance_));
    read_html_document(content, findings);
    take_all(std::move(findings));
    // Its pictures are decoded apart, as others are.
    const std::string html = utf8_of_html(content);
    if (may_hold_codes_in_html(html)) take_all(inspector_->inspect(html, kHtmlBody, allowance_));
    return;
  }
  // The inspector is told the type alone. What only a name tells, calendars and raw disk images, is
  // no format of somebody else's decoder.
  if (inspector_of(type, {}) == inspector_of(type, name))
    take_all(inspector_->inspect(content, type, allowance_));
  else
    take_all(inspect_document(content, type, name, std::move(allowance_)));
}

void DocumentInspection::take(const DocumentFindings& findings, std::size_t attachment,
                              const std::string& path) {
  std::string where = path;
  if (attachment != kBodyPart) {
    where = name_of_attachment(message_, attachment);
    if (!path.empty()) where += "/" + path;
  }
  for (const DocumentFact& fact : findings.facts())
    if (message_.document_facts.size() < kMostFacts)
      message_.document_facts.push_back({attachment, where, fact.name, fact.detail});
  const std::size_t most_links = MessageLimits().most_links;
  const auto add = [&](const std::vector<std::string>& urls, FoundLink::Kind kind) {
    for (const std::string& written : urls) {
      auto url = resolve_url(written);
      if (!url || message_.links.size() >= most_links) continue;
      message_.links.push_back(link_of(std::move(*url), where, kind));
      uris_.push_back(written);
    }
  };
  add(findings.urls(), FoundLink::Kind::document);
  add(findings.qr_urls(), FoundLink::Kind::qr_code);
  for (const std::string& reason : findings.unseen())
    if (unseen_.size() < kMostReasons) unseen_.push_back(where + ": " + reason);
}

std::vector<std::string> DocumentInspection::finish() {
  if (!uris_.empty()) {
    RuleUris uris(MessageLimits().most_links);
    for (const std::string& uri : uris_) uris.add_target(uri, {});
    std::vector<std::string> more = uris.take(), all;
    std::set_union(message_.rule_uris.begin(), message_.rule_uris.end(), more.begin(), more.end(),
                   std::back_inserter(all));
    message_.rule_uris = std::move(all);
    uris_.clear();
  }
  return std::exchange(unseen_, {});
}

}  // namespace secondlook
