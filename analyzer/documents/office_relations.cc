#include "analyzer/documents/office_relations.h"

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/documents/xml_scanner.h"
#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// The last part of a relation's type: what Office opens, with the document or after a question.
constexpr std::array<std::string_view, 8> kContent = {"oleobject",    "frame",   "subdocument",
                                                      "afchunk",      "control", "package",
                                                      "webextension", "customui"};

constexpr std::array<std::string_view, 4> kSharePointFolders = {"/sites/", "/teams/", "/personal/",
                                                                "/shared documents/"};

std::string kind_of(std::string_view type) {
  const auto cut = type.rfind('/');
  return to_ascii_lower(cut == type.npos ? type : type.substr(cut + 1));
}

void take_relation(const XmlToken& token, DocumentFindings& findings) {
  const std::string target = percent_decoded(token.attribute("Target"));
  const std::string kind = kind_of(token.attribute("Type"));
  const TargetPlace place = place_of_target(target);
  if (place == TargetPlace::local) return;
  findings.add_url(token.attribute("Target"));
  if (kind == "attachedtemplate")
    findings.add_fact(fact_of_template(target), target);
  else if (std::find(kContent.begin(), kContent.end(), kind) != kContent.end())
    findings.add_fact("external_content", kind + ": " + target);
  else if (kind != "hyperlink" && place == TargetPlace::web)
    findings.add_fact("external_reference", kind + ": " + target);
}

// One word that is no number: names of the network outside have dots, and "3232235777" is an
// address.
bool is_intranet(std::string_view host) {
  return !host.empty() && is_letter(host.front()) &&
         std::ranges::all_of(host, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// A file's plain place in SharePoint is shown to who signs in there. Links that anybody follows
// have
// "/:w:/" or a query.
bool is_kept_by_sign_in(std::string_view host, std::string_view path) {
  if (!host.ends_with(".sharepoint.com") || host.find_first_of("@:") != host.npos) return false;
  if (path.find_first_of("?#:%") != path.npos) return false;
  return std::ranges::any_of(kSharePointFolders,
                             [&](std::string_view folder) { return path.starts_with(folder); });
}

}  // namespace

TargetPlace place_of_target(std::string_view target) {
  std::string lower = to_ascii_lower(trim(target));
  std::replace(lower.begin(), lower.end(), '\\', '/');
  // "mhtml:https://…!x-usc:https://…" leads there too.
  for (const std::string_view scheme : {"http:", "https:", "ftp:"})
    if (lower.find(scheme) != lower.npos) return TargetPlace::web;
  if (lower.starts_with("file:")) lower.erase(0, 5);
  const std::size_t slashes = std::min(lower.find_first_not_of('/'), lower.size());
  if (slashes < 2 || slashes == lower.size()) return TargetPlace::local;
  // Three are "file:///C:/…", of a machine's own disk, unless a host follows:
  // "file:////host/share".
  if (lower.substr(slashes + 1).starts_with(':')) return TargetPlace::local;
  if (slashes == 3) return TargetPlace::local;
  // "//host@SSL/…" is WebDAV: the web under another name.
  const std::string_view host =
      std::string_view(lower).substr(slashes, lower.find('/', slashes) - slashes);
  return host.find('@') != host.npos ? TargetPlace::web : TargetPlace::share;
}

std::string_view fact_of_template(std::string_view target) {
  if (place_of_target(target) == TargetPlace::share) return "shared_template";
  const std::string lower = to_ascii_lower(trim(target));
  const std::size_t scheme = lower.starts_with("https://")  ? 8
                             : lower.starts_with("http://") ? 7
                                                            : 0;
  if (scheme == 0) return "external_template";
  const std::size_t slash = std::min(lower.find_first_of("/?#\\", scheme), lower.size());
  const std::string_view host = std::string_view(lower).substr(scheme, slash - scheme);
  const std::string_view path = std::string_view(lower).substr(slash);
  return is_intranet(host) || is_kept_by_sign_in(host, path) ? "shared_template"
                                                             : "external_template";
}

void inspect_office_relations(std::string_view xml, DocumentFindings& findings) {
  XmlScanner scanner(xml);
  for (XmlToken token; scanner.next(token);)
    if (token.kind == XmlToken::Kind::start_tag && token.name == "Relationship" &&
        equals_ignoring_case(token.attribute("TargetMode"), "External"))
      take_relation(token, findings);
  if (scanner.has_document_type()) findings.add_unseen("relations with a document type");
}

}  // namespace secondlook
