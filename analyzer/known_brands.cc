#include "analyzer/known_brands.h"

#include <algorithm>
#include <array>

#include "analyzer/domain_name.h"
#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

// Shorter names are one letter away from too many honest ones, or are words themselves.
constexpr std::size_t kShortestEdited = 6;
constexpr std::size_t kShortestNamed = 5;
constexpr std::size_t kLongestLabel = 63;  // RFC 1035 2.3.4
constexpr std::size_t kMostWords = 40;
constexpr std::size_t kMostWordsOfDomain = 6;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A skeleton is decomposed: U+0300 to U+036F stand alone, two bytes each.
std::string without_accents(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const auto second = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (first == 0xCC || (first == 0xCD && second <= 0xAF))
      ++i;
    else
      plain += text[i];
  }
  return plain;
}

// Domains are read in lower case, where a nought looks like an o.
std::string look_of_label(std::string_view label) {
  return to_ascii_lower(without_accents(look_of(label)));
}

std::vector<std::string> shortened_by_one(const std::string& label) {
  std::vector<std::string> all = {label};
  for (std::size_t i = 0; i < label.size(); ++i) {
    if (i > 0 && label[i] == label[i - 1]) continue;  // as without the one before
    all.push_back(label);
    all.back().erase(i, 1);
  }
  return all;
}

std::vector<std::string> words_in(std::string_view host) {
  std::vector<std::string> words;
  while (!host.empty() && words.size() < kMostWords) {
    const std::size_t end = std::min(host.find_first_of(".-"), host.size());
    words.emplace_back(host.substr(0, end));
    host.remove_prefix(std::min(host.size(), end + 1));
  }
  return words;
}

std::string dotted(std::string domain) {
  std::ranges::replace(domain, '-', '.');
  return domain;
}

// Not com, net, org and their like, which were all taken long ago, nor those of countries, where
// owners have branches, but for some that cost nothing.
bool costs_little(std::string_view ending) {
  constexpr std::array<std::string_view, 9> kGiven = {"cc", "cf", "ga", "gq", "ml",
                                                      "pw", "tk", "ws", "su"};
  constexpr std::array<std::string_view, 8> kOld = {"com", "net",  "org", "edu",
                                                    "gov", "info", "int", "mil"};
  if (ending.size() == 2) return std::ranges::find(kGiven, ending) != kGiven.end();
  return ending.find('.') == ending.npos && std::ranges::find(kOld, ending) == kOld.end();
}

}  // namespace

std::string_view name_of(KnownBrands::Way way) {
  switch (way) {
    case KnownBrands::Way::confusable: return "confusable";
    case KnownBrands::Way::edit: return "edit";
    case KnownBrands::Way::subdomain: return "subdomain";
    case KnownBrands::Way::ending: return "ending";
    case KnownBrands::Way::word: return "word";
  }
  return {};
}

KnownBrands::KnownBrands(std::vector<BrandDomain> brands) : brands_(std::move(brands)) {
  for (std::size_t i = 0; i < brands_.size(); ++i) add(i);
}

void KnownBrands::add(std::size_t index) {
  const std::string domain = readable_domain(brands_[index].domain);
  if (domain.empty()) return;
  const std::string label = brand_label(domain);
  domains_.emplace(domain, index);
  words_.emplace(dotted(domain), index);
  // A name beneath somebody's domain ("e-tax.nta.go.jp") says nothing of that one's label.
  if (registrable_name(domain) != domain || label.size() > kLongestLabel) return;
  if (label.size() < kShortestNamed || !labels_.emplace(label, index).second) return;
  looks_.emplace(look_of_label(label), index);
  if (label.size() < kShortestEdited || !is_ascii(label)) return;
  if (brands_[index].is_near_words) return;
  for (std::string& shorter : shortened_by_one(label))
    shortened_.emplace(std::move(shorter), index);
}

bool KnownBrands::own(std::string_view host) const {
  for (;;) {
    if (domains_.find(host) != domains_.end()) return true;
    const auto dot = host.find('.');
    if (dot == host.npos) return false;
    host.remove_prefix(dot + 1);
  }
}

const BrandDomain* KnownBrands::find(const Index& index, const std::string& key) const {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : &brands_[found->second];
}

const BrandDomain* KnownBrands::find_edited(const std::string& label) const {
  if (label.size() + 1 < kShortestEdited || label.size() > kLongestLabel || !is_ascii(label))
    return nullptr;
  for (const std::string& shorter : shortened_by_one(label)) {
    const auto [first, last] = shortened_.equal_range(shorter);
    for (auto one = first; one != last; ++one)
      if (differs_by_one_edit(label, brand_label(brands_[one->second].domain)))
        return &brands_[one->second];
  }
  return nullptr;
}

// Runs of words that are a whole domain.
const BrandDomain* KnownBrands::find_in_words(const std::vector<std::string>& words) const {
  for (std::size_t from = 0; from < words.size(); ++from) {
    std::string run = words[from];
    for (std::size_t i = from + 1; i < std::min(words.size(), from + kMostWordsOfDomain); ++i) {
      run += '.' + words[i];
      if (const BrandDomain* brand = find(words_, run)) return brand;
    }
  }
  return nullptr;
}

std::optional<KnownBrands::Likeness> KnownBrands::imitated_by(const std::string& host) const {
  if (brands_.empty() || own(host)) return std::nullopt;
  const std::string registrable = registrable_name(host);
  const auto dot = registrable.find('.');
  if (dot == registrable.npos || host.size() < registrable.size()) return std::nullopt;
  const std::string label = registrable.substr(0, dot), ending = registrable.substr(dot + 1);
  // Without its public suffix: what an owner of the registrable domain could choose.
  const std::vector<std::string> words =
      words_in(std::string_view(host).substr(0, host.size() - ending.size() - 1));
  if (const BrandDomain* brand = find(labels_, label)) {
    if (costs_little(ending)) return Likeness{brand, Way::ending};
    return std::nullopt;
  }
  if (const BrandDomain* brand = find(looks_, look_of_label(label)))
    return Likeness{brand, Way::confusable};
  if (const BrandDomain* brand = find_in_words(words)) return Likeness{brand, Way::subdomain};
  if (const BrandDomain* brand = find_edited(label)) return Likeness{brand, Way::edit};
  for (const std::string& word : words)
    if (const BrandDomain* brand = find(labels_, word); brand != nullptr && !brand->is_near_words)
      return Likeness{brand, Way::word};
  return std::nullopt;
}

}  // namespace secondlook
