#include "analyzer/documents/office_package.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/documents/html_document.h"
#include "analyzer/documents/office_relations.h"
#include "analyzer/documents/word_fields.h"
#include "analyzer/documents/xml_scanner.h"
#include "analyzer/message/archive_members.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/program_files.h"

namespace secondlook {
namespace {

constexpr std::string_view kContentTypes = "[Content_Types].xml";
// What ArchiveReader says of archives in the package; those that are ZIPs are opened here.
constexpr std::string_view kTooDeep = ": archives nested too deep";

ArchiveLimits limits_of_package() {
  ArchiveLimits limits;
  limits.deepest = 1;  // what is packed in it is looked into by an inspection of its own
  limits.most_bytes = 128 << 20;
  limits.most_bytes_of_member = 32 << 20;
  return limits;
}

std::string_view last_part(std::string_view path) {
  const auto cut = path.rfind('/');
  return cut == path.npos ? path : path.substr(cut + 1);
}

// What [Content_Types].xml says of the parts (ECMA-376 part 2, 10.1.2), in lower case.
struct ContentTypes {
  std::map<std::string, std::string> by_part;       // "word/document.xml"
  std::map<std::string, std::string> by_extension;  // "rels"

  std::string of(std::string_view path) const {
    const std::string lower = to_ascii_lower(path);
    if (const auto part = by_part.find(lower); part != by_part.end()) return part->second;
    const auto extension = by_extension.find(extension_of(lower));
    return extension == by_extension.end() ? std::string() : extension->second;
  }
};

ContentTypes read_content_types(std::string_view xml) {
  constexpr std::size_t kMost = 20'000;
  ContentTypes types;
  XmlScanner scanner(xml);
  for (XmlToken token; scanner.next(token) && types.by_part.size() < kMost;) {
    if (token.kind != XmlToken::Kind::start_tag) continue;
    std::string type = to_ascii_lower(token.attribute("ContentType"));
    if (token.name == "Override") {
      std::string part = to_ascii_lower(token.attribute("PartName"));
      if (part.starts_with('/')) part.erase(0, 1);
      types.by_part.emplace(std::move(part), std::move(type));
    } else if (token.name == "Default" && types.by_extension.size() < kMost) {
      types.by_extension.emplace(to_ascii_lower(token.attribute("Extension")), std::move(type));
    }
  }
  return types;
}

// The kinds of parts that are looked into. Sheets, slides, shared texts, styles and pictures are
// not: they lead elsewhere by relations only, and are what makes files large.
enum class PartKind { other, word_text, external_link, macro_sheet };

PartKind kind_of_part(std::string_view type) {
  if (type.find("macrosheet") != type.npos) return PartKind::macro_sheet;
  if (type.find("externallink") != type.npos) return PartKind::external_link;
  const bool is_word =
      type.find("wordprocessingml") != type.npos || type.find("ms-word") != type.npos;
  if (!is_word) return PartKind::other;
  for (const std::string_view text : {"main", "header", "footer", "footnotes", "endnotes",
                                      "comments", "glossary", "document+xml"})
    if (type.find(text) != type.npos) return PartKind::word_text;
  return PartKind::other;
}

// Programs that keep prices in sheets up to date, and are asked by a plain word.
bool is_price_feed(std::string_view service, std::string_view topic) {
  constexpr std::array<std::string_view, 7> kFeeds = {"blp", "reuter", "idn",    "rss",
                                                      "mt4", "winros", "esignal"};
  const std::string name = to_ascii_lower(service);
  const bool is_plain = std::ranges::all_of(
      topic, [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_'; });
  return is_plain && topic.size() <= 20 && std::ranges::find(kFeeds, name) != kFeeds.end();
}

// What a DDE link of a sheet starts: <ddeLink ddeService="cmd" ddeTopic="/c …">.
void inspect_external_link(std::string_view xml, DocumentFindings& findings) {
  XmlScanner scanner(xml);
  for (XmlToken token; scanner.next(token);)
    if (token.kind == XmlToken::Kind::start_tag && token.name == "ddeLink") {
      const std::string service(token.attribute("ddeService"));
      const std::string topic(token.attribute("ddeTopic"));
      findings.add_fact(is_price_feed(service, topic) ? "dde_feed" : "dde", service + "|" + topic);
    }
}

class PackageInspection {
 public:
  PackageInspection(std::string_view zip, OfficeInspection& inspection)
      : zip_(zip), inspection_(inspection), findings_(inspection.findings()) {}

  void inspect() {
    read_directory_and_relations();
    ArchiveReader reader(
        [this](std::string_view type, std::string_view name) {
          return is_office_document(type) || wanted_.contains(to_ascii_lower(name)) ||
                 wanted_extensions_.contains(extension_of(name));
        },
        limits_of_package());
    note(reader.read(zip_, "application/zip",
                     [this](const ArchiveMember& member, std::string_view bytes) {
                       inspect_part(member, bytes);
                     }));
  }

 private:
  void read_directory_and_relations() {
    ArchiveReader reader(
        [](std::string_view, std::string_view name) {
          return equals_ignoring_case(name, kContentTypes) || extension_of(name) == "rels";
        },
        limits_of_package());
    note(reader.read(zip_, "application/zip",
                     [this](const ArchiveMember& member, std::string_view bytes) {
                       if (is_office_document(member.detected_type))
                         opened_.insert(member.path + std::string(kTooDeep));
                       if (equals_ignoring_case(member.path, kContentTypes))
                         types_ = read_content_types(xml_in_utf8(bytes));
                       else if (extension_of(member.name) == "rels")
                         inspect_relations(member, bytes);
                     }));
    for (const auto& [part, type] : types_.by_part)
      if (kind_of_part(type) != PartKind::other) wanted_.emplace(last_part(part));
    for (const auto& [extension, type] : types_.by_extension)
      if (kind_of_part(type) != PartKind::other) wanted_extensions_.insert(extension);
  }

  void inspect_relations(const ArchiveMember& member, std::string_view bytes) {
    if (bytes.empty() && member.encrypted) return note_encrypted(member);
    inspect_office_relations(xml_in_utf8(bytes), findings_);
  }

  void inspect_part(const ArchiveMember& member, std::string_view bytes) {
    if (bytes.empty() && member.encrypted) return note_encrypted(member);
    if (is_office_document(member.detected_type)) {
      if (inspection_.may_read(bytes.size())) inspection_.inspect(bytes);
      return;
    }
    if (is_program_type(member.detected_type) || is_embedded_program(member))
      findings_.add_fact("embedded_program", member.path);
    const PartKind kind = kind_of_part(types_.of(member.path));
    if (kind == PartKind::macro_sheet) findings_.add_fact("excel4_macro", member.path);
    if (kind != PartKind::word_text && kind != PartKind::external_link) return;
    if (!inspection_.may_read(bytes.size())) return;
    const std::string xml = xml_in_utf8(bytes);
    if (kind == PartKind::word_text)
      inspect_word_fields(xml, findings_);
    else
      inspect_external_link(xml, findings_);
  }

  static bool is_embedded_program(const ArchiveMember& member) {
    return contains_ignoring_case(member.path, "/embeddings/") && is_program_name(member.name);
  }

  void note_encrypted(const ArchiveMember& member) {
    findings_.add_fact("encrypted_document", member.path);
  }

  // An attachment's archives of other kinds are opened where it is opened as an archive.
  void note(const std::vector<std::string>& reasons) {
    for (const std::string& reason : reasons)
      if (!reason.ends_with(kTooDeep) || (inspection_.depth() > 0 && !opened_.contains(reason)))
        findings_.add_unseen(reason);
  }

  std::string_view zip_;
  OfficeInspection& inspection_;
  DocumentFindings& findings_;
  ContentTypes types_;
  std::set<std::string> wanted_, wanted_extensions_;  // names without folder; in lower case
  std::set<std::string> opened_;                      // what is not too deep
};

// An archive in an Office file or a kept mail: each of its files as a file to be opened.
void inspect_inner_archive(std::string_view zip, OfficeInspection& inspection) {
  ArchiveReader reader(
      [](std::string_view type, std::string_view name) {
        return is_office_document(type) || is_html_document(type, name);
      },
      limits_of_package());
  std::set<std::string> opened;
  const auto reasons =
      reader.read(zip, "application/zip", [&](const ArchiveMember& member, std::string_view bytes) {
        if (is_office_document(member.detected_type))
          opened.insert(member.path + std::string(kTooDeep));
        if (inspection.may_read(bytes.size())) inspection.inspect_attached(member.name, bytes);
      });
  for (const std::string& reason : reasons)
    if (!opened.contains(reason)) inspection.findings().add_unseen(reason);
}

}  // namespace

bool is_office_package(std::string_view zip) {
  for (std::size_t at = zip.find('['); at != zip.npos; at = zip.find('[', at + 1))
    if (starts_ignoring_case(zip.substr(at), kContentTypes)) return true;
  return false;
}

void inspect_office_package(std::string_view zip, OfficeInspection& inspection) {
  if (is_office_package(zip))
    PackageInspection(zip, inspection).inspect();
  else if (inspection.depth() > 0)
    inspect_inner_archive(zip, inspection);
}

}  // namespace secondlook
