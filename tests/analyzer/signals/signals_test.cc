// Runs every mail of tests/cases/signals: see the README there.
#include "analyzer/signals/signals.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/host_lists.h"
#include "analyzer/known_brands.h"
#include "analyzer/operator_lists.h"
#include "analyzer/sender_history.h"
#include "base/file_descriptor.h"

using namespace secondlook;
namespace fs = std::filesystem;

namespace {

const fs::path kCases = fs::path(TEST_CASES) / "signals";

SignalArguments arguments_of(const fs::path& folder) {
  SignalArguments arguments;
  std::ifstream lines(folder / "arguments");
  for (std::string line; std::getline(lines, line);) arguments.push_back(line);
  return arguments;
}

void pretend_to_scan_for_malware(ParsedMessage& message) {
  for (std::size_t i = 0; i < message.attachments.size(); ++i)
    if (message.parts[message.attachment_parts[i]].content == "this stands for malware")
      message.attachments[i].malware = "Test.Malware";
}

constexpr Timestamp kNow{std::chrono::seconds(1'795'651'200)};  // 2026-11-26
constexpr std::uint16_t kYearAgo = 20'418;

// A file `history`, a line each: "mails ADDRESS" (twenty clean mails, the last year), "written_to
// ADDRESS", "bad ADDRESS", "pair SENDER RECIPIENT", "seen MESSAGE-ID"; "site DOMAIN" (twenty clean
// mails linked to it), "rare_site DOMAIN" (two), "bad_site DOMAIN" (malicious ones alone). Without
// the file: none.
std::string history_of(const fs::path& folder) {
  std::ifstream lines(folder / "history");
  if (!lines) return {};
  HistoryContent content;
  const HistoryKeys keys(content.secret);
  std::map<HistoryKey, Seen> seen;
  seen[keys.tenant("contoso")] = {0, 1000, 0, 0, kYearAgo, kYearAgo};
  seen[keys.link_site("contoso", "")] = {0, 1000, 0, 0, kYearAgo, kYearAgo};
  for (std::string kind, a, b; lines >> kind >> a;) {
    const HistoryKey site = keys.link_site("contoso", a);
    if (kind == "site") seen[site] = {0, 20, 0, 0, kYearAgo, kYearAgo};
    if (kind == "rare_site") seen[site] = {0, 2, 0, 0, kYearAgo, kYearAgo};
    if (kind == "bad_site") seen[site] = {0, 0, 3, 0, 0xFFFF, 0};
    if (kind.ends_with("site")) continue;
    const std::string domain = a.substr(a.find('@') + 1);
    if (kind == "pair") lines >> b;
    if (kind == "seen") content.mails.push_back(keys.message_id("contoso", a));
    if (kind == "pair") seen[keys.pair("contoso", a, b)] = {0, 20, 0, 0, kYearAgo, kYearAgo};
    if (kind == "pair" || kind == "seen") continue;
    for (const HistoryKey key : {keys.sender("contoso", a), keys.domain("contoso", domain)}) {
      Seen& one = seen[key];
      if (kind == "mails") one.mails = 20, one.first_day = kYearAgo;
      if (kind == "bad") one.bad = 2;
      if (kind == "written_to") one.written_to = 1;
    }
  }
  for (auto& [key, one] : seen) {
    one.key = key;
    content.seen.push_back(one);
  }
  return encode_history(content);
}

// A file `lists` holds lines of schema/lists.
OperatorLists lists_of(const fs::path& folder) {
  const auto text = read_file((folder / "lists").string(), 1 << 20);
  if (!text) return OperatorLists();
  const auto entries = parse_list(*text);
  if (!entries) FAIL(entries.error().message);
  return OperatorLists(*entries);
}

// A file `brands` holds lines "NAME DOMAIN".
KnownBrands brands_of(const fs::path& folder) {
  std::vector<BrandDomain> brands;
  std::ifstream lines(folder / "brands");
  for (std::string name, domain; lines >> name >> domain;) brands.push_back({name, domain});
  return KnownBrands(std::move(brands));
}

// A file `host_lists` is one.
HostLists host_lists_of(const fs::path& folder) {
  HostLists lists;
  if (const auto text = read_file((folder / "host_lists").string(), 1 << 20))
    CHECK(lists.add("host_lists", kNow, *text));
  lists.finish();
  return lists;
}

SignalResult run(const std::string& signal, const SignalArguments& arguments,
                 const std::string& bytes, const std::string& history_bytes = {},
                 const OperatorLists& lists = {}, const KnownBrands& brands = {},
                 const HostLists& host_lists = {}) {
  ParsedMessage message = parse_message(bytes);
  CHECK(look_into_attachments(message, false).empty());
  pretend_to_scan_for_malware(message);
  std::vector<Recipient> recipients;
  for (const Mailbox& to : message.to) recipients.push_back({to.address, "to", "", ""});
  SenderHistory history;
  if (const auto snapshot = HistorySnapshot::read(history_bytes))
    history = look_up_history(*snapshot, "contoso", message, recipients, kNow);
  const ScanContext context{message,
                            {"contoso.example"},
                            std::string(message.header("Return-Path")),
                            recipients,
                            &history,
                            &lists,
                            kNow,
                            nullptr,
                            &brands,
                            &host_lists};
  return all_signals().at(signal)(context, arguments);
}

std::string content_of(const fs::path& file) {
  auto content = read_file(file.string(), 1 << 20);
  if (!content) FAIL(content.error().message);
  return std::move(*content);
}

}  // namespace

TEST_CASE("every signal fires on the mails that are its own and on no other of its folder") {
  for (const auto& folder : fs::directory_iterator(kCases)) {
    if (!folder.is_directory()) continue;
    const std::string signal = folder.path().filename();
    REQUIRE(all_signals().contains(signal));
    for (const auto& file : fs::directory_iterator(folder)) {
      const std::string name = file.path().filename();
      if (!name.ends_with(".eml")) continue;
      INFO(signal << "/" << name);
      const auto result =
          run(signal, arguments_of(folder), content_of(file.path()), history_of(folder),
              lists_of(folder), brands_of(folder), host_lists_of(folder));
      const bool should_fire = name.starts_with("fires_");
      CHECK((should_fire || name.starts_with("not_")));
      CHECK(result.hit == should_fire);
      CHECK(result.evidence.empty() == !result.hit);
    }
  }
}

TEST_CASE("every signal has a mail on which it fires and one on which it does not") {
  for (const auto& [signal, function] : all_signals()) {
    INFO(signal);
    std::set<char> kinds;
    for (const auto& file : fs::directory_iterator(kCases / signal))
      if (file.path().extension() == ".eml") kinds.insert(file.path().filename().string()[0]);
    CHECK(kinds == std::set<char>{'f', 'n'});
  }
}

TEST_CASE("a rule may ask for one way of imitating alone") {
  const std::string mail =
      content_of(kCases / "from_lookalike_of_own_domain" / "fires_on_brand_with_hyphen.eml");
  CHECK(run("from_lookalike_of_own_domain", {"hyphen"}, mail).hit);
  CHECK_FALSE(run("from_lookalike_of_own_domain", {"confusable", "edit", "subdomain"}, mail).hit);
}

TEST_CASE("a program that says what it is and one in disguise are told apart") {
  const fs::path folder = kCases / "executable_attachment";
  const std::string open = content_of(folder / "fires_on_script.eml");
  const std::string disguised = content_of(folder / "fires_on_double_extension.eml");
  CHECK(run("executable_attachment", {"plain"}, open).hit);
  CHECK_FALSE(run("executable_attachment", {"disguised"}, open).hit);
  CHECK(run("executable_attachment", {"disguised"}, disguised).hit);
  CHECK_FALSE(run("executable_attachment", {"plain"}, disguised).hit);
}

TEST_CASE("signals that compare with own domains are silent without any") {
  const ParsedMessage message = parse_message("From: a@contoso.example\r\n\r\n");
  const std::vector<Recipient> recipients;
  const ScanContext context{message, {}, "", recipients};
  for (const char* signal : {"from_lookalike_of_own_domain", "display_name_shows_own_domain",
                             "from_own_domain_unauthenticated"})
    CHECK_FALSE(all_signals().at(signal)(context, {}).hit);
}
