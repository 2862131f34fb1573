// How many mails one core analyses a second, and what becomes of them:
//   analyze DIRECTORY [--rules PATH]... [--own DOMAIN]... [--strip PREFIX]... [--hits]
//           [--extract PROGRAM]
// Every file beneath DIRECTORY is read into memory first, then analysed once in this one process.
// --own: domains of the tenant. --strip: header fields of that beginning are taken out before
// (corpora give their class away by such fields). --hits: also how often each rule hit. --extract:
// the helper that looks into attached files; without, they are looked into here. The last line is a
// digest of all verdicts: the same with it and without.
// Repeat: tests/bench/README.md.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "analyzer/analysis.h"
#include "analyzer/extract/extract_client.h"
#include "analyzer/helper_process.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/kept_memory.h"
#include "analyzer/signals/signals.h"
#include "base/file_descriptor.h"

using namespace secondlook;

namespace {

struct Options {
  std::string directory, extract;
  std::vector<std::string> rules, own_domains, stripped;
  bool hits = false;
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    const std::string value = i + 1 < count ? arguments[i + 1] : "";
    if (name == "--hits") {
      options.hits = true;
    } else if (!name.starts_with("--")) {
      options.directory = name;
    } else if (name == "--extract") {
      options.extract = value;
      ++i;
    } else {
      (name == "--rules" ? options.rules
       : name == "--own" ? options.own_domains
                         : options.stripped)
          .push_back(value);
      ++i;
    }
  }
  return options;
}

// The head without the fields (continuation lines included) that begin with one of `prefixes`.
std::string without_fields(const std::string& mail, const std::vector<std::string>& prefixes) {
  if (prefixes.empty()) return mail;
  std::string kept;
  bool dropping = false;
  for (std::size_t at = 0; at < mail.size();) {
    const auto end = std::min(mail.find('\n', at), mail.size() - 1) + 1;
    const std::string_view line = std::string_view(mail).substr(at, end - at);
    if (line == "\n" || line == "\r\n") return kept + mail.substr(at);
    const bool continues = line[0] == ' ' || line[0] == '\t';
    if (!continues)
      dropping = std::ranges::any_of(
          prefixes, [&](const std::string& prefix) { return starts_ignoring_case(line, prefix); });
    if (!dropping) kept += line;
    at = end;
  }
  return kept;
}

std::vector<std::string> read_mails(const Options& options) {
  std::vector<std::string> mails;
  for (const auto& file : std::filesystem::recursive_directory_iterator(options.directory)) {
    if (!file.is_regular_file()) continue;
    auto content = read_file(file.path().string(), std::size_t{256} << 20);
    if (content) mails.push_back(without_fields(*content, options.stripped));
  }
  return mails;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Of this process, and of the helpers that have ended.
double cpu_seconds() {
  double all = 0;
  for (const auto whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(whose, &used);
    all += seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  }
  return all;
}

// The extract helper and a worker's place at it.
struct Apart {
  HelperProcess helper;
  std::unique_ptr<ExtractClient> client;
};

std::optional<Apart> start_apart(const std::string& program) {
  if (program.empty()) return {};
  auto helper = HelperProcess::start(program, {}, std::chrono::seconds(60));
  auto connection = helper ? helper->connect() : Result<FileDescriptor>(helper.error());
  if (!connection) {
    std::fprintf(stderr, "%s\n", connection.error().message.c_str());
    std::exit(2);
  }
  auto client = std::make_unique<ExtractClient>(std::move(*connection), ExtractTimes());
  return std::optional<Apart>(Apart{std::move(*helper), std::move(client)});
}

}  // namespace

int main(int count, char** arguments) {
  keep_freed_memory();  // as the analyzer does
  const Options options = read_options(count, arguments);
  const auto rules = load_rules(options.rules, all_signals(), "");
  if (!rules || options.directory.empty()) {
    std::fprintf(stderr, "analyze DIRECTORY --rules PATH...: %s\n",
                 rules ? "no directory" : rules.error().message.c_str());
    return 2;
  }
  const std::vector<std::string> mails = read_mails(options);
  auto apart = start_apart(options.extract);
  Analysis analysis(*rules, Thresholds{}, nullptr, apart ? apart->client.get() : nullptr);
  AnalysisContext context;
  context.own_domains = options.own_domains;
  context.judge_plain_mail = true;

  std::map<std::string, std::size_t> dispositions, hits, attributes;
  std::size_t bytes = 0;
  std::string digest;
  const double began = cpu_seconds();
  for (const std::string& mail : mails) {
    const Verdict verdict = analysis.analyze(mail, context);
    digest = sha256_hex(digest + to_json(verdict));
    bytes += mail.size();
    ++dispositions[std::string(name_of(verdict.disposition))];
    for (const RuleHit& hit : verdict.hits) ++hits[hit.rule];
    for (const std::string& attribute : verdict.attributes) ++attributes[attribute];
  }
  apart.reset();
  const double seconds = cpu_seconds() - began;
  std::printf("%zu mails, %.1f MB, %.2f CPU-s: %.0f mails/CPU-s, %.0f us/mail\n", mails.size(),
              static_cast<double>(bytes) / 1e6, seconds,
              static_cast<double>(mails.size()) / seconds,
              seconds * 1e6 / static_cast<double>(std::max<std::size_t>(1, mails.size())));
  for (const auto& [name, number] : dispositions)
    std::printf("  %-24s %6zu\n", name.c_str(), number);
  for (const auto& [name, number] : attributes)
    std::printf("  +%-23s %6zu\n", name.c_str(), number);
  if (options.hits)
    for (const auto& [name, number] : hits) std::printf("  %-24s %6zu\n", name.c_str(), number);
  std::printf("  verdicts %s\n", digest.substr(0, 16).c_str());
  return 0;
}
