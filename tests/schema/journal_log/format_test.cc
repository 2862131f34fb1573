#include "schema/journal_log/format.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "schema/journal_log/crc32c.h"
#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;

TEST_CASE("a record's bytes are those that the README specifies") {
  RecordHeader header;
  header.log = test_log();
  header.sequence = 0x0102;
  header.report_length = 5;
  header.received_at = Timestamp(std::chrono::microseconds(1));
  header.known_durable = 0x0101;
  header.report_crc = extend_crc32c(0, "hello");
  const std::string envelope = encode_envelope({"::1", "t", "", {"a@b.example"}, "", "", ""});
  const std::string bytes = encode_record_head(header, envelope, checksum_seed(header.log, 7));
  CHECK(to_hex(envelope) ==
        "01000300"
        "3a3a31"
        "02000100"
        "74"
        "03000000"
        "04000b00"
        "6140622e6578616d706c65");
  CHECK(to_hex(std::string_view(bytes).substr(0, 8)) == "534c4a5201000000");
  CHECK(to_hex(std::string_view(bytes).substr(12, 60)) ==
        "1f000000"
        "6f3c1a520d1e4c7b9a552b1f00c0ffee"
        "0201000000000000"
        "0500000000000000"
        "0100000000000000"
        "0101000000000000"
        "4cbb719a"
        "00000000");
  CHECK(bytes.size() == kRecordHeaderBytes + envelope.size());
}

TEST_CASE("a record's checksum covers log, segment, header, envelope and report") {
  const std::string seed_text(test_log().view());
  const std::string bytes = bytes_of({1, "report", 0, false}, 2);
  const auto header = decode_record_header(bytes);
  REQUIRE(header);
  std::string covered = seed_text + std::string("\2\0\0\0\0\0\0\0", 8);
  covered += bytes.substr(0, 8) + bytes.substr(12, header->stored_length() - 12);
  CHECK(header->crc == extend_crc32c(0, covered));
}

TEST_CASE("an envelope comes back as it was given") {
  const RecordEnvelope envelope{"2001:db8::1", "tenant", "",       {"a@x.example", "b@x.example"},
                                "TLSv1.3",     "helo",   "bare-lf"};
  const auto read = decode_envelope(encode_envelope(envelope));
  REQUIRE(read);
  CHECK(read->peer == envelope.peer);
  CHECK(read->tenant == envelope.tenant);
  CHECK(read->mail_from.empty());
  CHECK(read->recipients == envelope.recipients);
  CHECK(read->tls_version == envelope.tls_version);
  CHECK(read->helo == envelope.helo);
  CHECK(read->notes == envelope.notes);
}

TEST_CASE("an envelope cut at any place is refused or shorter, never read beyond its end") {
  const std::string bytes =
      encode_envelope({"192.0.2.1", "tenant", "a@b.example", {"c@d.example"}, "TLSv1.2", "h", ""});
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto read = decode_envelope(std::string_view(bytes).substr(0, length));
    if (read) CHECK(encode_envelope(*read).size() <= length + 4);
  }
}

TEST_CASE("a field of a later format is passed over") {
  const auto read = decode_envelope(std::string("\x63\0\2\0zz\1\0\1\0p", 11));
  REQUIRE(read);
  CHECK(read->peer == "p");
}

TEST_CASE("zeros written ahead are neither a segment nor a record nor a durable end") {
  const std::string zeros(128, '\0');
  CHECK(decode_segment_header(zeros).error().kind == Error::Kind::not_found);
  CHECK(decode_record_header(zeros).error().kind == Error::Kind::not_found);
  CHECK(decode_durable_end(zeros).error().kind == Error::Kind::not_found);
}

TEST_CASE("a segment's head or a durable end with any bit turned is refused") {
  const std::string head = encode_segment_header({test_log(), 3, 9, Timestamp()});
  const std::string end = encode_durable_end({test_log(), 3, 9, 64});
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    for (const std::string& whole : {head, end}) {
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
      REQUIRE_FALSE(decode_segment_header(changed));
      REQUIRE_FALSE(decode_durable_end(changed));
    }
  }
}

TEST_CASE("file names are read back, and nothing else is taken for one") {
  CHECK(segment_file_name(1) == "0000000001.segment");
  CHECK(report_file_name(12) == "00000000000000000012.report");
  CHECK(parse_segment_file_name("0000000042.segment") == 42);
  CHECK(parse_segment_file_name(segment_file_name(12345678901ULL)) == 12345678901ULL);
  for (const char* name : {"", ".segment", "0000000000.segment", "1.segment", "00000000x1.segment",
                           "0000000001.segment.new", "-000000001.segment", "log"})
    CHECK_FALSE(parse_segment_file_name(name));
}

TEST_CASE("a log's name is a UUID, written as one") {
  CHECK(to_uuid(test_log()) == kTestLog);
  CHECK(decode_log_name_file(encode_log_name_file(test_log())).value() == test_log());
  CHECK_FALSE(parse_log_name("6f3c1a520d1e-4c7b-9a55-2b1f00c0ffee-"));
  CHECK_FALSE(decode_log_name_file("secondlook journal log, format 2\n"));
}
