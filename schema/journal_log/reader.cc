#include "schema/journal_log/reader.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <utility>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/system_error.h"
#include "schema/journal_log/segment_file.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostOpenFiles = 32;
// Files in memory that are lent at once: as many as one report may need, and no more.
constexpr std::uint64_t kMostLent = kLongestLent;

constexpr std::size_t kMostArchived = 1024;

// Where the bytes of a report stand whose record is in an archived segment.
struct ArchivedReport {
  std::uint64_t sequence = 0;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct SharedFile {
  std::uint64_t segment = 0;
  FileDescriptor file;
  std::uint64_t memory = 0;  // bytes that it takes, where it is a file in memory
};

Result<LogName> read_log_name(int directory) {
  auto file = open_file_at(directory, kLogNameFile, O_RDONLY);
  if (!file) return file.error();
  auto content = read_descriptor(file->number(), 4096);
  if (!content) return content.error();
  return decode_log_name_file(*content);
}

}  // namespace

struct JournalLogReader::State {
  FileDescriptor directory, durable_file, notification;
  LogName log;
  std::string uuid;
  DurableEnd durable;

  std::uint64_t wanted = 1;         // sequence of the next record
  std::uint64_t damaged_until = 0;  // sequences below it are known to be damaged
  std::optional<SegmentFile> segment;
  std::uint64_t offset = 0;              // where the record `wanted` is expected
  std::optional<SegmentFile> successor;  // the segment after it, once there is one
  std::deque<SharedFile> shared;
  std::deque<ArchivedReport> archived;  // the last ones that next() told of

  Result<void> refresh_durable();
  bool goes_on_to(std::uint64_t sequence);
  Result<void> place_at(std::uint64_t sequence);
  Result<void> look_for_successor();
  Result<bool> move_on();
  Result<JournalRecord> take_record();
  Result<void> verify_own_file(const StoredRecord& record);
  Error take_damage(std::string_view reason);
  Result<std::uint64_t> end_of_damage();
  JournalRecord describe(const StoredRecord& record);
  using Lent = std::pair<FileDescriptor, std::uint64_t>;  // and the bytes of memory it takes
  Result<Lent> open_shared(std::uint64_t file) const;
  static Result<Lent> lend(const LogFile& file, std::uint64_t offset, std::uint64_t length);
  Result<int> descriptor_of(std::uint64_t file);
};

// A block caught while it is being written has a wrong checksum: then the older one stays valid.
Result<void> JournalLogReader::State::refresh_durable() {
  char bytes[kDurableEndBytes];
  const ssize_t count = ::pread(durable_file.number(), bytes, sizeof bytes, 0);
  if (count < 0 && errno != EINTR) return last_system_error("read durable end");
  if (count != static_cast<ssize_t>(sizeof bytes)) return {};
  const auto read = decode_durable_end(std::string_view(bytes, sizeof bytes));
  if (!read) return {};
  if (read->log != log) return malformed("durable end: of log " + to_uuid(read->log));
  if (read->sequence >= durable.sequence) durable = *read;
  return {};
}

// Whoever asks for one record after the other mostly stays near: the segment at hand is read on, or
// again from its start. False: it may be another's, and is looked for.
bool JournalLogReader::State::goes_on_to(std::uint64_t sequence) {
  constexpr std::uint64_t kNear = 4096;
  if (!segment || damaged_until != 0) return false;
  if (sequence < segment->header().first_sequence || sequence >= wanted + kNear) return false;
  if (sequence < wanted) offset = kSegmentHeaderBytes;
  wanted = sequence;
  return true;
}

// Opens the newest segment that begins at or before `sequence`, or the oldest there is.
Result<void> JournalLogReader::State::place_at(std::uint64_t sequence) {
  auto numbers = list_segments(directory.number());
  if (!numbers) return numbers.error();
  segment.reset();
  successor.reset();
  for (auto number = numbers->rbegin(); number != numbers->rend(); ++number) {
    auto opened = SegmentFile::open(directory.number(), *number, log);
    if (!opened && opened.error().kind == Error::Kind::temporary) return opened.error();
    if (!opened) continue;  // never used, or damaged: its records will be missed by their sequence
    segment = std::move(*opened);
    offset = kSegmentHeaderBytes;
    if (segment->header().first_sequence <= sequence) break;
  }
  return {};
}

Result<void> JournalLogReader::State::look_for_successor() {
  const std::uint64_t current = segment->header().segment;
  if (successor || durable.segment <= current) return {};
  auto numbers = list_segments(directory.number());
  if (!numbers) return numbers.error();
  for (auto number = std::upper_bound(numbers->begin(), numbers->end(), current);
       number != numbers->end() && !successor; ++number) {
    auto opened = SegmentFile::open(directory.number(), *number, log);
    if (opened)
      successor = std::move(*opened);
    else if (opened.error().kind == Error::Kind::temporary)
      return opened.error();
  }
  return {};
}

// True: the wanted record belongs to a later segment, which is now the current one. What the
// earlier segment holds from that sequence on was never acknowledged.
Result<bool> JournalLogReader::State::move_on() {
  if (!segment) {
    if (auto placed = place_at(wanted); !placed) return placed.error();
    return segment.has_value();
  }
  if (auto looked = look_for_successor(); !looked) return looked.error();
  if (!successor || successor->header().first_sequence > wanted) return false;
  segment = std::move(successor);
  successor.reset();
  offset = kSegmentHeaderBytes;
  return true;
}

JournalRecord JournalLogReader::State::describe(const StoredRecord& record) {
  const RecordHeader& header = record.header;
  const bool from_archive = !header.report_in_own_file && segment->is_archived();
  const std::uint64_t file = header.report_in_own_file ? kReportFileBit | header.sequence
                             : from_archive            ? kArchivedBit | header.sequence
                                                       : segment->header().segment;
  if (from_archive) {
    if (archived.size() == kMostArchived) archived.pop_front();
    archived.push_back(
        {header.sequence, segment->header().segment, record.report_offset(), header.report_length});
  }
  return {header.sequence,
          header.crc,
          header.received_at,
          record.envelope.peer,
          record.envelope.tenant,
          record.envelope.mail_from,
          record.envelope.recipients,
          record.envelope.tls_version,
          file,
          from_archive ? 0 : record.report_offset(),
          header.report_length,
          record.envelope.helo,
          record.envelope.notes,
          segment->header().segment,
          record.offset};
}

// The sequence that the whole record behind the damage at `offset` carries, `offset` set to it; or
// one past the last that can be lost here.
Result<std::uint64_t> JournalLogReader::State::end_of_damage() {
  auto found = segment->find_record(offset);
  while (found && found->header.sequence < wanted)
    found = segment->find_record(found->next_offset());
  if (!found && found.error().kind == Error::Kind::temporary) return found.error();
  const std::uint64_t end = successor ? successor->header().first_sequence : durable.sequence + 1;
  if (found && found->header.sequence < end) {
    offset = found->offset;
    return found->header.sequence;
  }
  if (durable.segment == segment->header().segment) offset = std::max(offset, durable.offset);
  return end;
}

Error JournalLogReader::State::take_damage(std::string_view reason) {
  const std::uint64_t lost = wanted++;
  const std::string place = segment ? " (segment " + std::to_string(segment->header().segment) +
                                          ", offset " + std::to_string(offset) + ")"
                                    : "";
  return malformed("record " + std::to_string(lost) + place + ": " + std::string(reason));
}

Result<void> JournalLogReader::State::verify_own_file(const StoredRecord& record) {
  if (!record.header.report_in_own_file) return {};
  const std::uint64_t sequence = record.header.sequence;
  auto file = LogFile::open(directory.number(), report_file_name(sequence), log, sequence);
  if (!file) return file.error();
  return verify_report_file(*file, record.header);
}

Result<JournalRecord> JournalLogReader::State::take_record() {
  for (;;) {
    auto record = segment->record_at(offset);
    if (!record && record.error().kind == Error::Kind::temporary) return record.error();
    if (!record || record->header.sequence > wanted) {
      auto end = end_of_damage();
      if (!end) return end.error();
      if (*end <= wanted) continue;
      damaged_until = *end;
      return take_damage(record ? "is missing" : record.error().message);
    }
    if (record->header.sequence == wanted) {
      auto verified = verify_own_file(*record);
      if (!verified && verified.error().kind == Error::Kind::temporary) return verified.error();
      offset = record->next_offset();
      if (!verified) return take_damage(verified.error().message);
      ++wanted;
      return describe(*record);
    }
    offset = record->next_offset();
  }
}

// What an archive holds is lent as a file in memory, so that it is mapped and passed on as others
// are.
Result<JournalLogReader::State::Lent> JournalLogReader::State::lend(const LogFile& file,
                                                                    std::uint64_t offset,
                                                                    std::uint64_t length) {
  auto copied = file.copy_to_memory(offset, length);
  if (!copied) return copied.error();
  return Lent{std::move(*copied), length};
}

Result<JournalLogReader::State::Lent> JournalLogReader::State::open_shared(
    std::uint64_t file) const {
  const bool is_report = (file & kReportFileBit) != 0;
  const std::uint64_t number = file & ~(kReportFileBit | kArchivedBit);
  if ((file & kArchivedBit) != 0) {
    const auto place = std::find_if(archived.begin(), archived.end(),
                                    [&](const auto& one) { return one.sequence == number; });
    if (place == archived.end())
      return not_found("archived record " + std::to_string(number) + " was not read lately");
    const auto opened =
        LogFile::open(directory.number(), segment_file_name(place->segment), log, place->segment);
    if (!opened) return opened.error();
    return lend(*opened, place->offset, place->length);
  }
  auto opened =
      LogFile::open(directory.number(),
                    is_report ? report_file_name(number) : segment_file_name(number), log, number);
  if (!opened) return opened.error();
  if (!opened->is_archived()) return Lent{std::move(*opened).take_descriptor(), 0};
  const auto length = opened->size();
  if (!length) return length.error();
  return lend(*opened, 0, *length);
}

Result<int> JournalLogReader::State::descriptor_of(std::uint64_t file) {
  for (const SharedFile& one : shared)
    if (one.segment == file) return one.file.number();
  auto opened = open_shared(file);
  if (!opened) return opened.error();
  const std::uint64_t memory = opened->second;
  std::uint64_t lent = memory;
  for (const SharedFile& one : shared) lent += one.memory;
  while (!shared.empty() && (shared.size() == kMostOpenFiles || lent > kMostLent)) {
    lent -= shared.front().memory;
    shared.pop_front();
  }
  shared.push_back({file, std::move(opened->first), memory});
  return shared.back().file.number();
}

JournalLogReader::JournalLogReader(State state)
    : state_(std::make_unique<State>(std::move(state))) {}
JournalLogReader::JournalLogReader(JournalLogReader&&) noexcept = default;
JournalLogReader& JournalLogReader::operator=(JournalLogReader&&) noexcept = default;
JournalLogReader::~JournalLogReader() = default;

Result<JournalLogReader> JournalLogReader::open(const std::string& directory) {
  auto reader = open_to_the_end(directory);
  if (!reader) return reader;
  FileDescriptor notification(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const std::string watched = directory + "/" + kDurableEndFile;
  if (!notification.is_open() ||
      ::inotify_add_watch(notification.number(), watched.c_str(), IN_MODIFY) < 0)
    return last_system_error("watch " + watched);
  reader->state_->notification = std::move(notification);
  // What was published before the watch stood would else be waited for.
  if (auto refreshed = reader->state_->refresh_durable(); !refreshed) return refreshed.error();
  return reader;
}

Result<JournalLogReader> JournalLogReader::open_to_the_end(const std::string& directory) {
  State state;
  auto opened = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return within("journal log", opened.error());
  state.directory = std::move(*opened);
  auto name = read_log_name(state.directory.number());
  if (!name) return within("journal log " + directory, name.error());
  state.log = *name;
  state.uuid = to_uuid(*name);
  auto durable = open_file_at(state.directory.number(), kDurableEndFile, O_RDONLY);
  if (!durable) return within("journal log " + directory, durable.error());
  state.durable_file = std::move(*durable);
  JournalLogReader reader(std::move(state));
  if (auto sought = reader.seek_after(0); !sought) return sought.error();
  return reader;
}

const std::string& JournalLogReader::log() const {
  return state_->uuid;
}
std::uint64_t JournalLogReader::next_sequence() const {
  return state_->wanted;
}
int JournalLogReader::notification_descriptor() const {
  return state_->notification.number();
}

void JournalLogReader::drain_notifications() {
  alignas(inotify_event) char buffer[4096];
  while (::read(state_->notification.number(), buffer, sizeof buffer) > 0) {
  }
}

Result<std::uint64_t> JournalLogReader::durable_sequence() {
  if (auto refreshed = state_->refresh_durable(); !refreshed) return refreshed.error();
  return state_->durable.sequence;
}

Result<std::uint64_t> JournalLogReader::oldest_sequence() const {
  const auto numbers = list_segments(state_->directory.number());
  if (!numbers) return numbers.error();
  if (numbers->empty()) return std::uint64_t{0};
  const auto oldest = SegmentFile::open(state_->directory.number(), numbers->front(), state_->log);
  if (oldest) return oldest->header().first_sequence;
  if (oldest.error().kind == Error::Kind::temporary) return oldest.error();
  return std::uint64_t{0};
}

Result<void> JournalLogReader::seek_after(std::uint64_t sequence) {
  State& state = *state_;
  if (state.goes_on_to(sequence + 1)) return {};
  state.damaged_until = 0;
  state.wanted = sequence + 1;
  if (auto placed = state.place_at(state.wanted); !placed) return placed;
  const std::uint64_t oldest = state.segment ? state.segment->header().first_sequence : 1;
  if (oldest <= state.wanted) return {};
  state.wanted = oldest;
  if (sequence == 0) return {};
  return not_found("journal log: sequence " + std::to_string(sequence + 1) +
                   " is gone; the oldest kept is " + std::to_string(oldest));
}

Result<std::optional<JournalRecord>> JournalLogReader::next() {
  State& state = *state_;
  if (state.wanted > state.durable.sequence)
    if (auto refreshed = state.refresh_durable(); !refreshed) return refreshed.error();
  if (state.wanted > state.durable.sequence) return std::optional<JournalRecord>();
  if (state.wanted < state.damaged_until) return state.take_damage("is damaged");
  for (bool moved = true; moved;) {
    auto on = state.move_on();
    if (!on) return on.error();
    moved = *on;
  }
  if (!state.segment) return state.take_damage("no segment is left");
  auto record = state.take_record();
  if (!record) return std::move(record).error();
  return std::optional<JournalRecord>(std::move(*record));
}

Result<int> JournalLogReader::segment_descriptor(std::uint64_t segment) {
  return state_->descriptor_of(segment);
}

}  // namespace secondlook
