#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/system_error.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/terminal_text.h"
#include "schema/journal_log/log_check.h"
#include "schema/journal_log/reader.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook log list [--after SEQUENCE] [--before SEQUENCE] [--since TIME]\n"
    "                           [--until TIME] [--limit N] [--json]\n"
    "       secondlook log show SEQUENCE [--json]\n"
    "       secondlook log export SEQUENCE [--output FILE]\n"
    "       secondlook log verify\n\n"
    "Looks into the journal log: the reports as they were received, before anything was done.\n"
    "list shows the newest (--limit, 50), or the first of those after and before a sequence\n"
    "number, received since and until a time (RFC 3339: 2026-11-22T09:00:00Z). export writes a\n"
    "report's bytes, with --output to a new file, whole or not at all. verify checks every record\n"
    "that is kept, the archive too, against its checksum, and names each damaged one. The journal\n"
    "address, a secret, is shown in part.\n\n"
    "Exit status: 0 done, 1 damage found or no such record, 2 bad usage, 3 no journal log.\n\n"
    "Example:\n"
    "  secondlook log export 4711 --output report.eml\n";

nlohmann::ordered_json recipients_of(const JournalRecord& record) {
  nlohmann::ordered_json recipients = nlohmann::ordered_json::array();
  for (const std::string& one : record.recipients) recipients.push_back(redacted_address(one));
  return recipients;
}

nlohmann::ordered_json to_json(const JournalRecord& record) {
  return {{"sequence", record.sequence},
          {"received_at", format_rfc3339(record.received_at)},
          {"tenant", record.tenant},
          {"peer", record.peer},
          {"mail_from", record.mail_from},
          {"tls_version", record.tls_version.empty() ? nlohmann::ordered_json(nullptr)
                                                     : nlohmann::ordered_json(record.tls_version)},
          {"bytes", record.report_length},
          {"crc", record.crc},
          {"segment", record.in_segment},
          {"offset", record.record_offset}};
}

void print_json(const Console& console, const nlohmann::ordered_json& record) {
  console.out << json_text(
                     record.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace))
              << '\n';
}

struct Range {
  std::uint64_t after = 0;
  std::uint64_t before = UINT64_MAX;
  Timestamp since = Timestamp::min();
  Timestamp until = Timestamp::max();
};

Result<Timestamp> time_of(const Arguments& arguments, const std::string& option, Timestamp usual) {
  if (!arguments.has(option)) return usual;
  const auto time = parse_rfc3339(arguments.value(option));
  if (!time)
    return malformed("--" + option + ": not a time like 2026-11-22T09:00:00Z: \"" +
                     arguments.value(option) + "\"");
  return *time;
}

// Without a bound of any kind: the newest `limit`.
Result<Range> range_of(const Invocation& invocation, std::uint64_t durable, std::uint64_t limit) {
  const Arguments& arguments = invocation.arguments;
  const bool bounded = arguments.has("before") || arguments.has("since") || arguments.has("until");
  const auto after = arguments.number("after", bounded ? 0 : durable - std::min(durable, limit));
  if (!after) return after.error();
  const auto before = arguments.number("before", UINT64_MAX);
  if (!before) return before.error();
  const auto since = time_of(arguments, "since", Timestamp::min());
  if (!since) return since.error();
  const auto until = time_of(arguments, "until", Timestamp::max());
  if (!until) return until.error();
  return Range{*after, *before, *since, *until};
}

int list(const Invocation& invocation, JournalLogReader& log) {
  const Console& console = invocation.console;
  const auto limit = invocation.arguments.number("limit", 50);
  if (!limit) return report_error(console, limit.error());
  const auto durable = log.durable_sequence();
  if (!durable) return report_error(console, durable.error());
  const auto range = range_of(invocation, *durable, *limit);
  if (!range) return report_error(console, range.error());
  // A start that was freed already: from the oldest kept on.
  if (auto sought = log.seek_after(range->after);
      !sought && sought.error().kind != Error::Kind::not_found)
    return failure(console, sought.error().message);
  Table table({{"SEQUENCE", false, true},
               {"RECEIVED"},
               {"TENANT"},
               {"PEER"},
               {"MAIL FROM", true},
               {"BYTES", false, true},
               {"TLS"}});
  int status = exit_done;
  for (std::uint64_t count = 0; count < *limit && log.next_sequence() < range->before;) {
    const auto record = log.next();
    if (!record) {
      status = failure(console, record.error().message);
      if (record.error().kind != Error::Kind::malformed) break;
      ++count;
      continue;
    }
    if (!*record) break;
    if ((*record)->received_at < range->since || (*record)->received_at > range->until) continue;
    ++count;
    if (invocation.arguments.has("json"))
      print_json(console, to_json(**record));
    else
      table.add({std::to_string((*record)->sequence), format_rfc3339((*record)->received_at),
                 (*record)->tenant, (*record)->peer, (*record)->mail_from,
                 std::to_string((*record)->report_length), (*record)->tls_version});
  }
  if (!table.empty()) table.print(console.out, console.width);
  return status;
}

Result<JournalRecord> find_record(JournalLogReader& log, std::uint64_t sequence) {
  if (auto sought = log.seek_after(sequence - 1); !sought) return sought.error();
  const auto record = log.next();
  if (!record) return record.error();
  if (!*record || (*record)->sequence != sequence)
    return not_found("record " + std::to_string(sequence) + " is not kept in this log");
  return **record;
}

int show(const Invocation& invocation, JournalLogReader& log, std::uint64_t sequence) {
  const Console& console = invocation.console;
  const auto record = find_record(log, sequence);
  if (!record) return failure(console, record.error().message);
  nlohmann::ordered_json members = to_json(*record);
  members["recipients"] = recipients_of(*record);
  if (invocation.arguments.has("json")) {
    print_json(console, members);
    return exit_done;
  }
  for (const auto& [name, value] : members.items())
    console.out << name << std::string(13 - std::min<std::size_t>(name.size(), 12), ' ')
                << terminal_text(value.is_string()
                                     ? value.get<std::string>()
                                     : value.dump(-1, ' ', false,
                                                  nlohmann::ordered_json::error_handler_t::replace))
                << '\n';
  return exit_done;
}

// Whole under `path`, or not there at all; what stands there already is never replaced.
Result<void> name_finished(const std::string& unfinished, const std::string& path) {
  if (::renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0)
    return {};
  // NFS knows no such rename, FAT no link.
  if (errno == EINVAL && ::link(unfinished.c_str(), path.c_str()) == 0) {
    ::unlink(unfinished.c_str());
    return {};
  }
  return last_system_error(path);
}

Result<void> write_new_file(const std::string& path, std::string_view bytes) {
  if (::access(path.c_str(), F_OK) == 0) return forbidden(path + ": File exists");
  const std::string unfinished = path + ".unfinished";
  auto file = open_file(unfinished, O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (!file) return file.error();
  Result<void> done = write_fully(file->number(), bytes);
  if (done && ::fsync(file->number()) != 0) done = last_system_error("sync");
  if (done) done = name_finished(unfinished, path);
  if (done) return sync_directory(std::filesystem::absolute(path).parent_path().string());
  ::unlink(unfinished.c_str());
  return within(path + " not written, nothing is left of it", done.error());
}

Result<void> write_out(const Invocation& invocation, std::string_view bytes) {
  if (invocation.arguments.has("output"))
    return write_new_file(invocation.arguments.value("output"), bytes);
  std::ostream& out = invocation.console.out;
  out << bytes << std::flush;
  return out ? Result<void>() : temporary("standard output: not all was written");
}

int export_report(const Invocation& invocation, JournalLogReader& log, std::uint64_t sequence) {
  const Console& console = invocation.console;
  if (console.out_is_terminal && !invocation.arguments.has("output"))
    return usage_error(console,
                       "log export: a stranger's bytes could command the terminal; redirect them "
                       "or use --output");
  const auto record = find_record(log, sequence);
  if (!record) return failure(console, record.error().message);
  const auto segment = log.segment_descriptor(record->segment);
  if (!segment) return failure(console, segment.error().message);
  const auto bytes = MappedBytes::map(*segment, record->report_offset, record->report_length);
  if (!bytes) return failure(console, bytes.error().message);
  const auto written = write_out(invocation, bytes->bytes());
  return written ? static_cast<int>(exit_done) : failure(console, written.error().message);
}

int verify(const Console& console, JournalLogReader& log) {
  const auto check = check_log(log, [&](std::uint64_t whole) {
    if (whole % 1000 == 0) console.progress(std::to_string(whole) + " records");
  });
  console.progress("");
  if (!check) return failure(console, check.error().message);
  for (const DamagedRecord& record : check->damaged) failure(console, record.reason);
  console.out << "journal log " << terminal_text(log.log()) << ": " << check->whole
              << " records whole (" << check->bytes << " bytes of reports), "
              << check->damaged.size() << " damaged\n";
  if (check->freed > 0) console.out << check->freed << " were freed by the service meanwhile\n";
  return check->damaged.empty() ? exit_done : exit_findings;
}

int run_on_log(const Invocation& invocation, JournalLogReader& log, const std::string& verb) {
  const auto& words = invocation.arguments.words();
  if (verb == "list") return list(invocation, log);
  if (verb == "verify") return verify(invocation.console, log);
  const auto sequence = words.size() == 2 ? parse_number(words[1]) : std::nullopt;
  if (!sequence || *sequence == 0)
    return usage_error(invocation.console, "log " + verb + ": which record? A sequence number");
  return verb == "show" ? show(invocation, log, *sequence)
                        : export_report(invocation, log, *sequence);
}

int run_log(const Invocation& invocation) {
  const auto& words = invocation.arguments.words();
  const std::string verb = words.empty() ? "" : words[0];
  const bool alone = verb == "list" || verb == "verify";
  if (!alone && verb != "show" && verb != "export")
    return usage_error(invocation.console, "log: list, show, export or verify");
  if (alone && words.size() > 1)
    return usage_error(invocation.console,
                       "log " + verb + ": unexpected word \"" + words[1] + "\"");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  auto log = JournalLogReader::open_to_the_end(configuration->paths.journal);
  if (!log)
    return unreachable(invocation.console, "no journal log in " + configuration->paths.journal +
                                               ": " + log.error().message);
  return run_on_log(invocation, *log, verb);
}

}  // namespace

Command log_command() {
  return {"log",
          "look into the journal log",
          kHelp,
          {{{"after", true},
            {"before", true},
            {"since", true},
            {"until", true},
            {"limit", true},
            {"output", true},
            {"json"}},
           false,
           2},
          &run_log};
}

}  // namespace secondlook
