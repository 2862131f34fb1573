#include "analyzer/documents/document_findings.h"

#include <algorithm>

#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

// At most `most` bytes of valid UTF-8, cut between characters; what is no UTF-8 is taken for Latin.
std::string bounded(std::string_view text, std::size_t most) {
  std::string valid =
      is_valid_utf8(text) ? std::string(text) : to_utf8(text.substr(0, most), "windows-1252");
  if (valid.size() <= most) return valid;
  while (most > 0 && (static_cast<unsigned char>(valid[most]) & 0xC0U) == 0x80U) --most;
  valid.resize(most);
  return valid;
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

}  // namespace

void DocumentFindings::add_fact(std::string_view name, std::string_view detail) {
  DocumentFact fact{std::string(name), bounded(detail, kLongestDetail)};
  const auto is_same = [&](const DocumentFact& other) {
    return other.name == fact.name && other.detail == fact.detail;
  };
  if (std::any_of(facts_.begin(), facts_.end(), is_same)) return;
  if (facts_.size() >= kMostFacts)
    return add_unseen("more than " + std::to_string(kMostFacts) + " facts");
  facts_.push_back(std::move(fact));
}

void DocumentFindings::add_url(std::string_view url) {
  std::string text = bounded(url, kLongestUrl);
  if (text.empty() || contains(urls_, text)) return;
  if (urls_.size() >= kMostUrls)
    return add_unseen("more than " + std::to_string(kMostUrls) + " links");
  urls_.push_back(std::move(text));
}

void DocumentFindings::add_qr_url(std::string_view url) {
  std::string text = bounded(url, kLongestUrl);
  if (text.empty() || contains(qr_urls_, text)) return;
  if (qr_urls_.size() >= kMostUrls)
    return add_unseen("more than " + std::to_string(kMostUrls) + " codes");
  qr_urls_.push_back(std::move(text));
}

void DocumentFindings::add_unseen(std::string_view reason) {
  std::string text = bounded(reason, kLongestDetail);
  if (contains(unseen_, text) || unseen_.size() >= kMostUnseen) return;
  unseen_.push_back(std::move(text));
}

bool DocumentFindings::holds(std::string_view fact) const {
  return std::any_of(facts_.begin(), facts_.end(),
                     [&](const DocumentFact& held) { return held.name == fact; });
}

}  // namespace secondlook
