#include "schema/journal_log/format.h"

#include <algorithm>
#include <utility>

#include "schema/journal_log/crc32c.h"

namespace secondlook {
namespace {

constexpr std::string_view kSegmentMagic = "SLSEGMNT";
constexpr std::string_view kDurableMagic = "SLDURABL";
constexpr std::uint16_t kOwnFileFlag = 1;
constexpr std::size_t kRecordCrcOffset = 8;
constexpr std::size_t kBlockCrcOffset = 12;  // of segment header and durable end

enum class Field : std::uint16_t {
  peer = 1,
  tenant = 2,
  mail_from = 3,
  recipient = 4,
  tls_version = 5,
  helo = 6,
  notes = 7
};

template <typename Number>
void put(std::string& bytes, Number number) {
  for (std::size_t i = 0; i < sizeof number; ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(number & 0xFF));
    number = static_cast<Number>(static_cast<std::uint64_t>(number) >> 8);
  }
}

template <typename Number>
Number get(std::string_view bytes, std::size_t offset) {
  std::uint64_t number = 0;
  for (std::size_t i = sizeof(Number); i > 0; --i)
    number = (number << 8) | static_cast<unsigned char>(bytes[offset + i - 1]);
  return static_cast<Number>(number);
}

void set_crc(std::string& bytes, std::size_t offset, std::uint32_t crc) {
  std::string encoded;
  put(encoded, crc);
  bytes.replace(offset, encoded.size(), encoded);
}

bool all_zeros(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

LogName get_log(std::string_view bytes, std::size_t offset) {
  LogName name;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), name.bytes.size(),
              name.bytes.begin());
  return name;
}

// Segment header and durable end: 64 bytes, magic, version, crc, log, three numbers, zeros.
std::string encode_block(std::string_view magic, const LogName& log,
                         std::array<std::uint64_t, 3> numbers) {
  std::string bytes(magic);
  put(bytes, kJournalFormat);
  put(bytes, std::uint16_t{0});
  put(bytes, std::uint32_t{0});
  bytes += log.view();
  for (const std::uint64_t number : numbers) put(bytes, number);
  bytes.resize(kSegmentHeaderBytes, '\0');
  set_crc(bytes, kBlockCrcOffset, extend_crc32c(0, bytes));
  return bytes;
}

Result<void> check_block(std::string_view magic, std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes || all_zeros(bytes)) return not_found("never written");
  if (!bytes.starts_with(magic)) return malformed("no magic");
  std::string copy(bytes.substr(0, kSegmentHeaderBytes));
  set_crc(copy, kBlockCrcOffset, 0);
  if (get<std::uint32_t>(bytes, kBlockCrcOffset) != extend_crc32c(0, copy))
    return malformed("wrong checksum");
  if (get<std::uint16_t>(bytes, 8) != kJournalFormat) return malformed("unknown format version");
  return {};
}

void put_field(std::string& bytes, Field field, std::string_view value) {
  if (value.empty() && field != Field::mail_from) return;
  value = value.substr(0, kLongestField);
  put(bytes, static_cast<std::uint16_t>(field));
  put(bytes, static_cast<std::uint16_t>(value.size()));
  bytes += value;
}

Result<void> take_field(RecordEnvelope& envelope, Field field, std::string_view value) {
  switch (field) {
    case Field::peer: envelope.peer = value; break;
    case Field::tenant: envelope.tenant = value; break;
    case Field::mail_from: envelope.mail_from = value; break;
    case Field::tls_version: envelope.tls_version = value; break;
    case Field::helo: envelope.helo = value; break;
    case Field::notes: envelope.notes = value; break;
    case Field::recipient:
      if (envelope.recipients.size() == kMostRecipients) return malformed("too many recipients");
      envelope.recipients.emplace_back(value);
      break;
  }
  return {};  // a field of a later format: passed over
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header) {
  return encode_block(kSegmentMagic, header.log,
                      {header.segment, header.first_sequence,
                       static_cast<std::uint64_t>(header.opened_at.time_since_epoch().count())});
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (auto checked = check_block(kSegmentMagic, bytes); !checked)
    return within("segment header", checked.error());
  const std::chrono::microseconds opened_at(get<std::int64_t>(bytes, 48));
  return SegmentHeader{get_log(bytes, 16), get<std::uint64_t>(bytes, 32),
                       get<std::uint64_t>(bytes, 40), Timestamp(opened_at)};
}

std::string encode_durable_end(const DurableEnd& end) {
  return encode_block(kDurableMagic, end.log, {end.sequence, end.segment, end.offset});
}

Result<DurableEnd> decode_durable_end(std::string_view bytes) {
  if (auto checked = check_block(kDurableMagic, bytes); !checked)
    return within("durable end", checked.error());
  return DurableEnd{get_log(bytes, 16), get<std::uint64_t>(bytes, 32),
                    get<std::uint64_t>(bytes, 40), get<std::uint64_t>(bytes, 48)};
}

std::uint64_t RecordHeader::stored_length() const {
  return kRecordHeaderBytes + envelope_length + (report_in_own_file ? 0 : report_length);
}

std::uint64_t RecordHeader::padded_length() const {
  return (stored_length() + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
}

std::string encode_envelope(const RecordEnvelope& envelope) {
  std::string bytes;
  put_field(bytes, Field::peer, envelope.peer);
  put_field(bytes, Field::tenant, envelope.tenant);
  put_field(bytes, Field::mail_from, envelope.mail_from);
  for (const std::string& recipient : envelope.recipients)
    put_field(bytes, Field::recipient, recipient);
  put_field(bytes, Field::tls_version, envelope.tls_version);
  put_field(bytes, Field::helo, envelope.helo);
  put_field(bytes, Field::notes, envelope.notes);
  return bytes;
}

Result<RecordEnvelope> decode_envelope(std::string_view bytes) {
  RecordEnvelope envelope;
  while (!bytes.empty()) {
    if (bytes.size() < 4) return malformed("envelope: a field is cut");
    const auto field = static_cast<Field>(get<std::uint16_t>(bytes, 0));
    const std::size_t length = get<std::uint16_t>(bytes, 2);
    bytes.remove_prefix(4);
    if (length > bytes.size() || length > kLongestField)
      return malformed("envelope: a field is too long");
    if (auto taken = take_field(envelope, field, bytes.substr(0, length)); !taken)
      return within("envelope", taken.error());
    bytes.remove_prefix(length);
  }
  return envelope;
}

std::uint32_t checksum_seed(const LogName& log, std::uint64_t segment) {
  std::string bytes(log.view());
  put(bytes, segment);
  return extend_crc32c(0, bytes);
}

std::uint32_t head_checksum(std::string_view header, std::string_view envelope,
                            std::uint32_t seed) {
  std::uint32_t crc = extend_crc32c(seed, header.substr(0, kRecordCrcOffset));
  crc = extend_crc32c(crc, header.substr(kRecordCrcOffset + 4));
  return extend_crc32c(crc, envelope);
}

std::string encode_record_head(RecordHeader header, std::string_view envelope, std::uint32_t seed) {
  std::string bytes(kRecordMagic);
  put(bytes, kJournalFormat);
  put(bytes, header.report_in_own_file ? kOwnFileFlag : std::uint16_t{0});
  put(bytes, std::uint32_t{0});
  put(bytes, static_cast<std::uint32_t>(envelope.size()));
  bytes += header.log.view();
  put(bytes, header.sequence);
  put(bytes, header.report_length);
  put(bytes, static_cast<std::uint64_t>(header.received_at.time_since_epoch().count()));
  put(bytes, header.known_durable);
  put(bytes, header.report_crc);
  put(bytes, std::uint32_t{0});
  std::uint32_t crc = head_checksum(bytes, envelope, seed);
  if (!header.report_in_own_file) crc = join_crc32c(crc, header.report_crc, header.report_length);
  set_crc(bytes, kRecordCrcOffset, crc);
  return bytes.append(envelope);
}

Result<RecordHeader> decode_record_header(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes || all_zeros(bytes.substr(0, kRecordHeaderBytes)))
    return not_found("no record here");
  if (!bytes.starts_with(kRecordMagic)) return malformed("no magic");
  if (get<std::uint16_t>(bytes, 4) != kJournalFormat) return malformed("unknown format version");
  RecordHeader header;
  header.report_in_own_file = (get<std::uint16_t>(bytes, 6) & kOwnFileFlag) != 0;
  header.crc = get<std::uint32_t>(bytes, kRecordCrcOffset);
  header.envelope_length = get<std::uint32_t>(bytes, 12);
  header.log = get_log(bytes, 16);
  header.sequence = get<std::uint64_t>(bytes, 32);
  header.report_length = get<std::uint64_t>(bytes, 40);
  header.received_at = Timestamp(std::chrono::microseconds(get<std::int64_t>(bytes, 48)));
  header.known_durable = get<std::uint64_t>(bytes, 56);
  header.report_crc = get<std::uint32_t>(bytes, 64);
  if (header.envelope_length > kLongestEnvelope || header.report_length > kLongestReport)
    return malformed("a length beyond its bound");
  return header;
}

}  // namespace secondlook
