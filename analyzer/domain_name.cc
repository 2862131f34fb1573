#include "analyzer/domain_name.h"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/uidna.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/message/registrable_domain.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4
constexpr std::int32_t kRoom = 2048;

using Idna = std::unique_ptr<UIDNA, decltype(&uidna_close)>;
using SpoofChecker = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;

// Both are tables, made once: opening them costs more than a mail.
const UIDNA* idna() {
  UErrorCode status = U_ZERO_ERROR;
  static const Idna table(uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &status), &uidna_close);
  return table.get();
}

const USpoofChecker* spoof_checker() {
  UErrorCode status = U_ZERO_ERROR;
  static const SpoofChecker table(uspoof_open(&status), &uspoof_close);
  return table.get();
}

icu::UnicodeString code_points(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::u32string to_code_points(std::string_view text) {
  const icu::UnicodeString wide = code_points(text);
  std::u32string points;
  for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1))
    points += static_cast<char32_t>(wide.char32At(i));
  return points;
}

}  // namespace

namespace {

// Of these UTS #46 changes nothing but the case of letters: no label of them is encoded ("xn--").
bool is_plain(std::string_view domain) {
  constexpr ByteSet kPlain("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
  return kPlain.find_outside(domain) == domain.size() && domain.find("--") == domain.npos;
}

// What each character of ASCII looks like (UTS #39). Skeletons are made character by character.
std::array<std::string, 0x80> looks_of_ascii() {
  std::array<std::string, 0x80> looks;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const char character = static_cast<char>(i);
    std::array<char, 64> look{};
    UErrorCode status = U_ZERO_ERROR;
    const auto length = uspoof_getSkeletonUTF8(spoof_checker(), 0, &character, 1, look.data(),
                                               static_cast<std::int32_t>(look.size()), &status);
    if (U_SUCCESS(status)) looks[i].assign(look.data(), static_cast<std::size_t>(length));
  }
  return looks;
}

// Without blanks around it, nor the root's dot behind it, however many there are of them.
std::string_view bare_name(std::string_view domain) {
  domain = trim(domain);
  while (domain.ends_with('.')) domain = trim(domain.substr(0, domain.size() - 1));
  return domain;
}

}  // namespace

std::string readable_domain(std::string_view domain) {
  domain = bare_name(trim(domain).substr(0, kLongestName));
  if (is_plain(domain)) return to_ascii_lower(domain);
  std::array<char, kRoom> readable{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode status = U_ZERO_ERROR;
  const auto length =
      uidna_nameToUnicodeUTF8(idna(), domain.data(), static_cast<std::int32_t>(domain.size()),
                              readable.data(), kRoom, &info, &status);
  if (U_FAILURE(status) || length > kRoom) return to_ascii_lower(domain);
  // What looks like a dot or a blank has become one.
  return std::string(bare_name({readable.data(), static_cast<std::size_t>(length)}));
}

std::string domain_of_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos) return {};
  return readable_domain(address.substr(at + 1));
}

std::string registrable_name(std::string_view domain) {
  return registrable_domain(readable_domain(domain));
}

std::string brand_label(std::string_view domain) {
  std::string name = registrable_name(domain);
  name.resize(std::min(name.find('.'), name.size()));
  return name;
}

std::string look_of(std::string_view domain) {
  const std::string name = readable_domain(domain);
  if (is_plain(name)) {
    static const std::array<std::string, 0x80> looks = looks_of_ascii();
    std::string all;
    for (const char c : name) all += looks[static_cast<unsigned char>(c)];
    return all;
  }
  std::array<char, kRoom> look{};
  UErrorCode status = U_ZERO_ERROR;
  const auto length =
      uspoof_getSkeletonUTF8(spoof_checker(), 0, name.data(),
                             static_cast<std::int32_t>(name.size()), look.data(), kRoom, &status);
  if (U_FAILURE(status) || length > kRoom) return name;
  return std::string(look.data(), static_cast<std::size_t>(length));
}

bool is_within(std::string_view domain, std::string_view parent) {
  if (parent.empty() || domain.size() < parent.size()) return false;
  if (!equals_ignoring_case(domain.substr(domain.size() - parent.size()), parent)) return false;
  return domain.size() == parent.size() || domain[domain.size() - parent.size() - 1] == '.';
}

bool is_own_domain(std::string_view domain, const std::vector<std::string>& own_domains) {
  return std::ranges::any_of(
      own_domains, [&](const std::string& own) { return is_within(domain, readable_domain(own)); });
}

bool differs_by_one_edit(std::string_view left, std::string_view right) {
  std::u32string longer = to_code_points(left), shorter = to_code_points(right);
  if (longer.size() < shorter.size()) std::swap(longer, shorter);
  if (longer.size() > shorter.size() + 1) return false;
  const auto [a, b] = std::ranges::mismatch(longer, shorter);
  const std::u32string rest_longer(a, longer.end()), rest_shorter(b, shorter.end());
  if (rest_longer.empty()) return false;  // equal
  if (longer.size() > shorter.size()) return rest_longer.substr(1) == rest_shorter;
  if (rest_longer.substr(1) == rest_shorter.substr(1)) return true;
  return rest_longer.size() >= 2 && rest_longer[0] == rest_shorter[1] &&
         rest_longer[1] == rest_shorter[0] && rest_longer.substr(2) == rest_shorter.substr(2);
}

}  // namespace secondlook
