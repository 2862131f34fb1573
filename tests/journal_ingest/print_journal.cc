// print_journal DIRECTORY: one line a record, "SEQUENCE TENANT <FROM> TLS LENGTH LAST-LINE", and
// "SEQUENCE damaged". For tests that run the real programs.
#include <cstdio>
#include <string>

#include "schema/journal_log/reader.h"

using namespace secondlook;

namespace {

// The last line that is not empty: tests put there what they want to find again.
std::string last_line(std::string_view report) {
  while (!report.empty() && (report.back() == '\n' || report.back() == '\r'))
    report.remove_suffix(1);
  const auto before = report.rfind('\n');
  return std::string(before == std::string_view::npos ? report : report.substr(before + 1));
}

int print(JournalLogReader& reader) {
  for (;;) {
    const auto sequence = static_cast<unsigned long long>(reader.next_sequence());
    const auto record = reader.next();
    if (!record && record.error().kind != Error::Kind::malformed) {
      std::fprintf(stderr, "%s\n", record.error().message.c_str());
      return 1;
    }
    if (!record) {
      std::printf("%llu damaged\n", sequence);
      continue;
    }
    if (!record->has_value()) return 0;
    const auto file = reader.segment_descriptor((*record)->segment);
    if (!file) return 1;
    const auto mapped = MappedBytes::map(*file, (*record)->report_offset, (*record)->report_length);
    if (!mapped) return 1;
    std::printf("%llu %s <%s> %s %zu %s\n", sequence, (*record)->tenant.c_str(),
                (*record)->mail_from.c_str(), (*record)->tls_version.c_str(),
                mapped->bytes().size(), last_line(mapped->bytes()).c_str());
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  auto reader = JournalLogReader::open(arguments[1]);
  if (reader) return print(*reader);
  std::fprintf(stderr, "%s\n", reader.error().message.c_str());
  return 1;
}
