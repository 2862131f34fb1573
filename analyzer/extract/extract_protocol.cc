#include "analyzer/extract/extract_protocol.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kLongestFactName = 64;

void put(std::string& bytes, std::uint64_t value, int width) {
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
}

std::uint64_t take_64(ByteCursor& cursor) {
  const std::uint64_t low = cursor.take_32();
  return low | static_cast<std::uint64_t>(cursor.take_32()) << 32U;
}

void put_text(std::string& bytes, std::string_view text) {
  put(bytes, text.size(), 2);
  bytes += text;
}

void put_texts(std::string& bytes, const std::vector<std::string>& texts) {
  put(bytes, texts.size(), 2);
  for (const std::string& text : texts) put_text(bytes, text);
}

bool is_fact_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestFactName &&
         std::all_of(name.begin(), name.end(), [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ||
                  letter == '_';
         });
}

// What DocumentFindings would have to cut, or drop, was not written by it.
class FindingsReader {
 public:
  FindingsReader(std::string_view bytes, const InspectionAllowance& before)
      : cursor_(bytes), before_(before), findings_(before) {}

  Result<DocumentFindings> read() {
    if (cursor_.take_8() != kVersion) return malformed("findings of another version");
    const bool is_whole =
        read_allowance() && read_facts() &&
        read_texts(DocumentFindings::kMostUrls, DocumentFindings::kLongestUrl,
                   &DocumentFindings::add_url, &DocumentFindings::urls) &&
        read_texts(DocumentFindings::kMostUrls, DocumentFindings::kLongestUrl,
                   &DocumentFindings::add_qr_url, &DocumentFindings::qr_urls) &&
        read_texts(DocumentFindings::kMostUnseen, DocumentFindings::kLongestDetail,
                   &DocumentFindings::add_unseen, &DocumentFindings::unseen);
    if (!is_whole || cursor_.failed() || cursor_.left() > 0)
      return malformed("findings that no inspector has");
    return std::move(findings_);
  }

 private:
  bool read_allowance() {
    InspectionAllowance& left = findings_.allowance();
    left.pictures = cursor_.take_32();
    left.pixels = take_64(cursor_);
    return left.pictures <= before_.pictures && left.pixels <= before_.pixels;
  }

  bool read_facts() {
    const std::size_t count = cursor_.take_16();
    if (count > DocumentFindings::kMostFacts) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view name = cursor_.take(cursor_.take_16());
      const auto detail = text(DocumentFindings::kLongestDetail);
      if (!is_fact_name(name) || !detail) return false;
      findings_.add_fact(name, *detail);
    }
    return findings_.facts().size() == count;
  }

  template <typename Add, typename Held>
  bool read_texts(std::size_t most, std::size_t longest, Add add, Held held) {
    const std::size_t count = cursor_.take_16();
    if (count > most) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const auto next = text(longest);
      if (!next) return false;
      (findings_.*add)(*next);
    }
    return (findings_.*held)().size() == count;
  }

  std::optional<std::string_view> text(std::size_t longest) {
    const std::string_view bytes = cursor_.take(cursor_.take_16());
    if (cursor_.failed() || bytes.size() > longest || !is_valid_utf8(bytes)) return {};
    return bytes;
  }

  ByteCursor cursor_;
  const InspectionAllowance& before_;
  DocumentFindings findings_;
};

}  // namespace

std::string encode_request(const ExtractRequest& request) {
  std::string bytes;
  put(bytes, kVersion, 1);
  put(bytes, request.length, 8);
  put(bytes, request.begins_message ? 1 : 0, 1);
  put(bytes, request.allowance.pictures, 4);
  put(bytes, request.allowance.pixels, 8);
  put(bytes, static_cast<std::uint64_t>(request.allowance.files_in_files), 1);
  put_text(bytes, request.type);
  return bytes;
}

Result<ExtractRequest> decode_request(std::string_view bytes) {
  ByteCursor cursor(bytes);
  ExtractRequest request;
  const bool is_known = cursor.take_8() == kVersion;
  request.length = take_64(cursor);
  request.begins_message = cursor.take_8() != 0;
  request.allowance.pictures = cursor.take_32();
  request.allowance.pixels = take_64(cursor);
  request.allowance.files_in_files = cursor.take_8();
  request.type = cursor.take(cursor.take_16());
  if (!is_known || cursor.failed() || cursor.left() > 0 || request.length > kMostFileBytes)
    return malformed("a request that no worker sends");
  return request;
}

std::string encode_findings(DocumentFindings& findings) {
  std::string bytes;
  put(bytes, kVersion, 1);
  put(bytes, findings.allowance().pictures, 4);
  put(bytes, findings.allowance().pixels, 8);
  put(bytes, findings.facts().size(), 2);
  for (const DocumentFact& fact : findings.facts()) {
    put_text(bytes, fact.name);
    put_text(bytes, fact.detail);
  }
  put_texts(bytes, findings.urls());
  put_texts(bytes, findings.qr_urls());
  put_texts(bytes, findings.unseen());
  return bytes;
}

Result<DocumentFindings> decode_findings(std::string_view bytes,
                                         const InspectionAllowance& before) {
  return FindingsReader(bytes, before).read();
}

}  // namespace secondlook
