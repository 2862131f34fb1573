#include "analyzer/extract/extract_protocol.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

DocumentFindings some_findings() {
  InspectionAllowance allowance;
  allowance.pictures = 7;
  allowance.pixels = 123'456'789'012;
  DocumentFindings findings(allowance);
  findings.add_fact("macro_autorun", "AutoOpen in Módulo1");
  findings.add_fact("qr_code", "");
  findings.add_url("https://a.example/1");
  findings.add_url("https://b.example/2");
  findings.add_qr_url("https://c.example/3");
  findings.add_unseen("damaged");
  return findings;
}

InspectionAllowance allowance_before() {
  InspectionAllowance before;
  before.pixels = 123'456'789'012;
  return before;
}

bool is_refused(const std::string& bytes) {
  const auto read = decode_findings(bytes, allowance_before());
  return !read && read.error().kind == Error::Kind::malformed;
}

std::string with(std::string bytes, std::size_t at, char value) {
  bytes[at] = value;
  return bytes;
}

// Where the first fact's name begins: behind version, pictures, pixels, the count and its length.
constexpr std::size_t kFirstName = 1 + 4 + 8 + 2 + 2;

}  // namespace

TEST_CASE("findings come back as they were written") {
  DocumentFindings written = some_findings();
  const std::string bytes = encode_findings(written);
  auto read = decode_findings(bytes, allowance_before());
  REQUIRE(read);
  REQUIRE(read->facts().size() == 2);
  CHECK(read->facts()[0].name == "macro_autorun");
  CHECK(read->facts()[0].detail == "AutoOpen in Módulo1");
  CHECK(read->urls() == written.urls());
  CHECK(read->qr_urls() == written.qr_urls());
  CHECK(read->unseen() == written.unseen());
  CHECK(read->allowance().pictures == 7);
  CHECK(read->allowance().pixels == 123'456'789'012);
  CHECK(encode_findings(*read) == bytes);
}

TEST_CASE("as much as findings hold at most fits into one answer") {
  DocumentFindings full;
  for (std::size_t i = 0; i < DocumentFindings::kMostUrls; ++i) {
    const std::string url = "https://a.example/" + std::to_string(i) + std::string(3000, 'x');
    full.add_url(url);
    full.add_qr_url(url);
    full.add_fact("fact", std::to_string(i) + std::string(300, 'x'));
    full.add_unseen(std::to_string(i));
  }
  const std::string bytes = encode_findings(full);
  CHECK(bytes.size() < kLongestFindings);
  auto read = decode_findings(bytes, {});
  REQUIRE(read);
  CHECK(encode_findings(*read) == bytes);
}

TEST_CASE("an answer that is cut anywhere, or goes on, is refused") {
  DocumentFindings findings = some_findings();
  const std::string bytes = encode_findings(findings);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK(is_refused(bytes.substr(0, size)));
  CHECK(is_refused(bytes + '\0'));
}

TEST_CASE("what no inspector says is refused") {
  DocumentFindings findings = some_findings();
  const std::string bytes = encode_findings(findings);
  REQUIRE(bytes.substr(kFirstName, 5) == "macro");
  CHECK(is_refused(with(bytes, 0, '\x02')));          // another version
  CHECK(is_refused(with(bytes, 1 + 4 + 7, '\x7F')));  // more pixels left than there were
  CHECK(is_refused(with(bytes, kFirstName, 'M')));    // a name is lower case
  CHECK(is_refused(with(bytes, kFirstName, '\n')));
  CHECK(is_refused(with(bytes, bytes.size() - 1, '\xC3')));  // no UTF-8
  std::string twice = bytes;
  twice.replace(twice.find("b.example/2"), 11, "a.example/1");
  CHECK(is_refused(twice));
  DocumentFindings long_name;
  long_name.add_fact(std::string(65, 'a'), "");
  CHECK(is_refused(encode_findings(long_name)));
}

TEST_CASE("a request comes back as it was written, and one cut anywhere is refused") {
  ExtractRequest request;
  request.length = kMostFileBytes;
  request.begins_message = true;
  request.type = "application/pdf";
  request.allowance.pictures = 3;
  request.allowance.pixels = 1ULL << 40U;
  request.allowance.files_in_files = 1;
  const std::string bytes = encode_request(request);
  const auto read = decode_request(bytes);
  REQUIRE(read);
  CHECK(read->length == kMostFileBytes);
  CHECK(read->begins_message);
  CHECK(read->allowance.pictures == 3);
  CHECK(read->allowance.pixels == 1ULL << 40U);
  CHECK(read->allowance.files_in_files == 1);
  CHECK(read->type == "application/pdf");
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_request(bytes.substr(0, size)));
  request.length = kMostFileBytes + 1;
  CHECK_FALSE(decode_request(encode_request(request)));
}
