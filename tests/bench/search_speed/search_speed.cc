// bench_search DATABASE [--messages N] [--queries N] [--batch N]
// Fills DATABASE with made messages up to N (it may hold some already), as remediation does, in
// transactions of --batch messages, and prints the rate and the size. Then asks for the newest 50
// by each field, and how many there are, by values of messages taken at random, so that what is
// frequent is asked for often, and prints milliseconds: by the clock, and of the processor alone,
// which says what a busy machine hides.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "schema/store/search.h"
#include "tests/bench/search_speed/made_message.h"

using namespace secondlook;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double cpu_milliseconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

template <typename Value>
Value must(Result<Value> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_search: %s\n", result.error().message.c_str());
  std::exit(2);
}
void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "bench_search: %s\n", result.error().message.c_str());
  std::exit(2);
}

double file_bytes(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<double>(status.st_size) : 0;
}

struct Options {
  std::string database;
  std::uint64_t messages = 100'000, queries = 200, batch = 200;
};

Options read_options(int count, char** arguments) {
  Options options;
  for (int at = 1; at < count; ++at) {
    const std::string argument = arguments[at];
    const auto number = [&] {
      return at + 1 < count ? std::strtoull(arguments[++at], nullptr, 10) : 0;
    };
    if (argument == "--messages")
      options.messages = number();
    else if (argument == "--queries")
      options.queries = number();
    else if (argument == "--batch")
      options.batch = number();
    else
      options.database = argument;
  }
  return options;
}

void fill(Store& store, const Options& options) {
  constexpr std::uint64_t kTold = 100'000;
  std::uint64_t number = must(store.counts()).reports;
  auto begun = Clock::now();
  double cpu = cpu_milliseconds(), longest = 0;
  std::uint64_t told = number;
  while (number < options.messages) {
    const double before = cpu_milliseconds();
    auto transaction = must(store.begin());
    for (std::uint64_t left = options.batch; left > 0 && number < options.messages; --left) {
      const RecordedReport report = made_message(++number);
      const MessageRow row = must(store.record(report));
      if (report.verdict.disposition <= Disposition::suspicious)
        must(store.add_step(made_step(row.id, report)));
    }
    must(transaction->commit());
    longest = std::max(longest, cpu_milliseconds() - before);
    if (number - told < kTold && number < options.messages) continue;
    const auto done = static_cast<double>(number - told);
    std::printf(
        "recorded %9llu  %6.0f/s  %6.0f per CPU second, longest transaction %.0f CPU ms  %5.0f "
        "bytes a message\n",
        static_cast<unsigned long long>(number), done / seconds_since(begun),
        1000 * done / (cpu_milliseconds() - cpu), longest,
        file_bytes(options.database) / static_cast<double>(number));
    std::fflush(stdout);
    told = number;
    begun = Clock::now();
    cpu = cpu_milliseconds();
    longest = 0;
  }
}

std::string domain_of(const std::string& address) {
  return address.substr(address.find('@') + 1);
}

std::string first_word(const std::string& text) {
  return text.find(' ') == text.npos ? text.substr(0, 6) : text.substr(0, text.find(' '));
}

// What is asked for, made of a message taken at random; empty: this one has nothing to ask for.
struct Question {
  const char* name;
  std::function<std::vector<std::string>(const RecordedReport&)> terms;
};

using Terms = std::vector<std::string>;

std::vector<Question> single_fields() {
  using R = const RecordedReport&;
  const auto verdict = [](auto pick) {
    return [pick](R report) -> Terms {
      const std::string term = pick(report.verdict);
      return term.empty() ? Terms{} : Terms{term};
    };
  };
  using V = const Verdict&;
  return {
      {"from: address", verdict([](V v) { return "from:" + v.sender; })},
      {"from: domain", verdict([](V v) { return "from:" + v.from_domain; })},
      {"envelope-from: address", verdict([](V v) { return "envelope-from:" + v.envelope_sender; })},
      {"envelope-from: domain", verdict([](V v) { return "envelope-from:" + v.from_domain; })},
      {"reply-to: address",
       verdict([](V v) { return v.reply_to.empty() ? "" : "reply-to:" + v.reply_to; })},
      {"to: address", verdict([](V v) { return "to:" + v.recipients.front().address; })},
      {"to: domain", verdict([](V v) { return "to:" + domain_of(v.recipients.front().address); })},
      {"mailbox: address", verdict([](V v) { return "mailbox:" + v.recipients.front().address; })},
      {"subject: word", verdict([](V v) { return "subject:" + first_word(v.subject); })},
      {"word", verdict([](V v) { return first_word(v.subject); })},
      {"two words",
       [](R r) {
         return Terms{first_word(r.verdict.subject),
                      r.verdict.sender_name.substr(0, r.verdict.sender_name.find(' '))};
       }},
      {"filename:", verdict([](V v) {
         return v.attachments.empty() ? "" : "filename:" + v.attachments[0].name;
       })},
      {"disposition:",
       verdict([](V v) { return "disposition:" + std::string(name_of(v.disposition)); })},
      {"attribute:",
       verdict([](V v) { return v.attributes.empty() ? "" : "attribute:" + v.attributes[0]; })},
      {"rule:", verdict([](V v) { return v.hits.empty() ? "" : "rule:" + v.hits[0].rule; })},
      {"domain:", verdict([](V v) { return v.links.empty() ? "" : "domain:" + v.links[0].host; })},
      {"url: with host",
       verdict([](V v) { return v.links.empty() ? "" : "url:" + v.links[0].url; })},
      {"sha256:", verdict([](V v) {
         return v.attachments.empty() ? "" : "sha256:" + v.attachments[0].sha256;
       })},
      {"ip:", verdict([](V v) { return "ip:" + v.connecting_ip; })},
      {"message-id:", verdict([](V v) { return "message-id:" + v.message_id; })},
      {"direction:", verdict([](V v) { return "direction:" + v.direction; })},
      {"tenant:", [](R) { return Terms{"tenant:contoso"}; }},
      {"action:", [](R) { return Terms{"action:junk"}; }},
      {"state: frequent", [](R) { return Terms{"state:removed"}; }},
      {"state: never seen", [](R) { return Terms{"state:failed"}; }},
      {"after:, before: (a day)",
       [](R r) {
         return Terms{"after:" + format_rfc3339(r.stamp.received_at),
                      "before:" + format_rfc3339(r.stamp.received_at + std::chrono::hours(24))};
       }},
  };
}

// A window of a day around the message, beside each field.
std::vector<Question> with_time(const std::vector<Question>& fields) {
  std::vector<Question> questions;
  for (const Question& field : fields)
    questions.push_back(
        {field.name, [field](const RecordedReport& report) {
           Terms terms = field.terms(report);
           if (terms.empty()) return terms;
           const auto half = std::chrono::hours(12);
           terms.push_back("after:" + format_rfc3339(report.stamp.received_at - half));
           terms.push_back("before:" + format_rfc3339(report.stamp.received_at + half));
           return terms;
         }});
  return questions;
}

std::vector<Question> pairs() {
  using R = const RecordedReport&;
  return {
      {"from: and to:",
       [](R r) {
         return Terms{"from:" + r.verdict.sender, "to:" + r.verdict.recipients[0].address};
       }},
      {"frequent from: and rare to:",
       [](R r) {
         return Terms{"from:" + made_message(1).verdict.from_domain,
                      "to:" + r.verdict.recipients[0].address};
       }},
      {"to: and word",
       [](R r) {
         return Terms{"to:" + r.verdict.recipients[0].address, first_word(r.verdict.subject)};
       }},
      {"rule: and from: domain",
       [](R r) {
         return r.verdict.hits.empty()
                    ? Terms{}
                    : Terms{"rule:" + r.verdict.hits[0].rule, "from:" + r.verdict.from_domain};
       }},
      {"ip: and direction:",
       [](R r) {
         return Terms{"ip:" + r.verdict.connecting_ip, "direction:" + r.verdict.direction};
       }},
      {"domain: and not from:",
       [](R r) {
         return r.verdict.links.empty()
                    ? Terms{}
                    : Terms{"domain:" + r.verdict.links[0].host, "-from:" + r.verdict.from_domain};
       }},
  };
}

std::uint64_t find_newest(Store& store, const SearchQuery& query) {
  std::uint64_t rows = 0;
  must(search(store, query, [&](const FoundMessage&) { return ++rows > 0; }));
  return rows;
}

std::uint64_t count_all(Store& store, const SearchQuery& query) {
  return must(count_found(store, query));
}

void ask(Store& store, const Options& options, const char* title,
         const std::vector<Question>& questions, bool all,
         std::uint64_t (*answer)(Store&, const SearchQuery&) = &find_newest) {
  std::printf("\n%-34s %9s %9s %9s %9s %9s %9s\n", title, "p50 ms", "p99 ms", "worst", "CPU p50",
              "CPU p99", "rows");
  std::mt19937_64 random(7);
  for (const Question& question : questions) {
    std::vector<double> times, work;
    std::uint64_t rows = 0;
    for (std::uint64_t tries = 0; times.size() < options.queries && tries < 50 * options.queries;
         ++tries) {
      const Terms terms = question.terms(made_message(1 + random() % options.messages));
      if (terms.empty()) continue;
      SearchQuery query = must(parse_search(terms, made_time(options.messages)));
      query.include_all = all;
      const double cpu = cpu_milliseconds();
      const auto begun = Clock::now();
      rows += answer(store, query);
      times.push_back(1000 * seconds_since(begun));
      work.push_back(cpu_milliseconds() - cpu);
      if (times.size() >= 20 && seconds_since(begun) > 1) break;  // slow enough to be told so
    }
    if (times.empty()) continue;
    std::sort(times.begin(), times.end());
    std::sort(work.begin(), work.end());
    std::printf("  %-32s %9.2f %9.2f %9.2f %9.2f %9.2f %9.1f\n", question.name,
                times[times.size() / 2], times[times.size() * 99 / 100], times.back(),
                work[work.size() / 2], work[work.size() * 99 / 100],
                static_cast<double>(rows) / static_cast<double>(times.size()));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = read_options(count, arguments);
  fill(*must(Store::open(options.database)), options);
  const auto store = must(Store::open_read_only(options.database));
  ask(*store, options, "one field, everything", single_fields(), true);
  ask(*store, options, "one field, detections", single_fields(), false);
  ask(*store, options, "one field and a day, everything", with_time(single_fields()), true);
  ask(*store, options, "two fields, everything", pairs(), true);
  ask(*store, options, "counts: one field, everything", single_fields(), true, &count_all);
  ask(*store, options, "counts: one field and a day", with_time(single_fields()), true, &count_all);
  return 0;
}
