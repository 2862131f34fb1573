#include <array>
#include <vector>

#include "analyzer/message/ascii.h"
#include "analyzer/message/program_files.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

// What an honest name ends in, and a second extension hides behind.
constexpr std::array<std::string_view, 18> kDocument = {
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf",
    "csv", "jpg", "jpeg", "png", "gif",  "htm", "html", "zip", "mp3"};

// Papers of trade and of people, as such files are named; what works on papers is no paper. In
// archives of developers invoice.js is what it says.
constexpr std::array<std::string_view, 26> kPaper = {
    "invoice",      "rechnung",  "facture",    "factura",   "fattura", "receipt", "quotation",
    "purchase",     "payment",   "remittance", "statement", "payslip", "mahnung", "angebot",
    "lieferschein", "bewerbung", "lebenslauf", "resume",    "請求書",  "見積",    "注文書",
    "納品書",       "領収書",    "履歴書",     "契約書",    "明細"};
constexpr std::array<std::string_view, 7> kTool = {"setup",  "install", "viewer", "tool",
                                                   "export", "import",  "reader"};

// U+202E and its relatives turn the reading direction: "gpj.exe" reads "exe.jpg".
constexpr std::array<std::string_view, 4> kDirectionMarks = {"\xE2\x80\xAE", "\xE2\x80\xAD",
                                                             "\xE2\x80\xAB", "\xE2\x81\xA7"};

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string without_extension(std::string_view name) {
  return std::string(name.substr(0, std::min(name.rfind('.'), name.size())));
}

// A file that is attached, or lies in an archive that is.
struct File {
  std::string_view name, detected_type;
};

bool is_disguised(const File& file) {
  const std::string extension = extension_of(file.name);
  const bool runs = is_program_name(file.name);
  const bool is_program = is_program_type(file.detected_type);
  const bool turns_around = std::ranges::any_of(kDirectionMarks, [&](std::string_view mark) {
    return file.name.find(mark) != std::string_view::npos;
  });
  if (turns_around && (runs || is_program)) return true;
  if (runs && is_among(kDocument, extension_of(without_extension(file.name)))) return true;
  return is_program && is_among(kDocument, extension);
}

bool is_executable(const File& file) {
  return is_program_name(file.name) || is_program_type(file.detected_type);
}

bool is_named_paper(std::string_view name) {
  const std::string lower = to_ascii_lower(name);
  const auto holds = [&](std::string_view word) { return lower.find(word) != lower.npos; };
  return std::ranges::any_of(kPaper, holds) && std::ranges::none_of(kTool, holds);
}

// Archives that hold a program to be clicked hold little else; those of developers hold many files,
// of all endings.
constexpr std::size_t kFewMembers = 5;

std::vector<std::size_t> count_members(const ParsedMessage& message) {
  std::vector<std::size_t> counts(message.attachments.size());
  for (const ArchiveMember& member : message.members) ++counts[member.attachment];
  return counts;
}

void look_at_members(const ParsedMessage& message, const SignalArguments& ways,
                     SignalResult& result) {
  const bool disguised_too = is_chosen(ways, "disguised"), archived = is_chosen(ways, "archived");
  if (message.members.empty() || (!disguised_too && !archived)) return;
  const std::vector<std::size_t> counts = count_members(message);
  for (const ArchiveMember& member : message.members) {
    if (counts[member.attachment] > kFewMembers) continue;
    const File file{member.name, member.detected_type};
    const bool disguised = is_disguised(file);
    if ((disguised && disguised_too) || (!disguised && archived && is_executable(file)))
      add_evidence(result,
                   "attachment " + evidence_text(message.attachments[member.attachment].name),
                   member.path + (member.encrypted ? " (encrypted)" : ""));
  }
}

}  // namespace

SignalResult executable_attachment(const ScanContext& context, const SignalArguments& ways) {
  SignalResult result;
  for (const Attachment& attachment : context.message.attachments) {
    const File file{attachment.name, attachment.detected_type};
    const bool disguised = is_disguised(file);
    if ((disguised && is_chosen(ways, "disguised")) ||
        (!disguised && is_executable(file) && is_chosen(ways, "plain")) ||
        (is_executable(file) && is_chosen(ways, "paper") && is_named_paper(file.name)))
      add_evidence(
          result, "attachment " + evidence_text(attachment.name),
          attachment.detected_type.empty() ? attachment.declared_type : attachment.detected_type);
  }
  look_at_members(context.message, ways, result);
  return result;
}

}  // namespace secondlook
