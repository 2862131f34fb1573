#include "analyzer/documents/qr_code.h"

#include <algorithm>
#include <exception>

#define ZX_USE_UTF8
#include <ZXing/ReadBarcode.h>

#include "analyzer/documents/finder_patterns.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/attachments.h"
#include "analyzer/message/registrable_domain.h"

namespace secondlook {
namespace {

// Version 1 has 21 x 21 modules.
constexpr std::uint64_t kFewestModules = 21;
// Below this it is an icon, which is looked at and not counted.
constexpr std::uint64_t kIconSide = 60;

// ZXing needs about two pixels a module to find the corners.
constexpr int kSmallSide = 150;
constexpr std::size_t kMagnified = 3;

bool is_small(const GreyPicture& picture) {
  return std::min(picture.width, picture.height) < kSmallSide &&
         std::max(picture.width, picture.height) < 4 * kSmallSide;
}

BinaryPicture magnified(const BinaryPicture& picture) {
  constexpr int kTimes = static_cast<int>(kMagnified);
  BinaryPicture large{picture.width * kTimes, picture.height * kTimes, {}};
  large.pixels.reserve(picture.pixels.size() * kMagnified * kMagnified);
  std::vector<std::uint8_t> row;
  for (int y = 0; y < picture.height; ++y) {
    row.clear();
    for (int x = 0; x < picture.width; ++x) row.insert(row.end(), kMagnified, picture.row(y)[x]);
    for (std::size_t times = 0; times < kMagnified; ++times)
      large.pixels.insert(large.pixels.end(), row.begin(), row.end());
  }
  return large;
}

// ZXing looks for differences from about a tenth of the way from black to white on.
constexpr int kLeastContrast = 12;
constexpr int kEnoughContrast = 128;

struct Contrast {
  int darkest = 255, lightest = 0;
  int range() const { return lightest - darkest; }
};

// As far as it has to be known.
Contrast contrast_of(const GreyPicture& picture) {
  Contrast contrast;
  for (const int grey : picture.grey) {
    contrast.darkest = std::min(contrast.darkest, grey);
    contrast.lightest = std::max(contrast.lightest, grey);
    if (contrast.range() >= kEnoughContrast) break;
  }
  return contrast;
}

// From black to white.
GreyPicture stretched(GreyPicture picture, const Contrast& contrast) {
  for (std::uint8_t& grey : picture.grey)
    grey = static_cast<std::uint8_t>((grey - contrast.darkest) * 255 / contrast.range());
  return picture;
}

void read_with_zxing(const BinaryPicture& picture, std::vector<std::string>& texts) {
  const auto hints = ZXing::DecodeHints()
                         .setFormats(ZXing::BarcodeFormat::QRCode)
                         .setBinarizer(ZXing::Binarizer::BoolCast)
                         .setTryRotate(false)     // that is for bars
                         .setTryDownscale(false)  // large pictures are reduced before
                         .setMaxNumberOfSymbols(static_cast<std::uint8_t>(kMostCodes));
  const ZXing::ImageView view(picture.pixels.data(), picture.width, picture.height,
                              ZXing::ImageFormat::Lum);
  for (const ZXing::Result& code : ZXing::ReadBarcodes(view, hints)) {
    std::string text = code.text();
    if (texts.size() < kMostCodes && !text.empty() && std::ranges::find(texts, text) == texts.end())
      texts.push_back(std::move(text));
  }
}

void read_codes(const BinaryPicture& picture, bool small, std::vector<std::string>& texts) {
  if (!has_finder_patterns(picture)) return;
  read_with_zxing(picture, texts);
  if (small) read_with_zxing(magnified(picture), texts);
}

// ZXing 1.4 looks for dark codes alone, so light ones are given to it as dark.
void read_clear(const GreyPicture& picture, std::vector<std::string>& texts) {
  constexpr int kBlock = 8, kSmallBlock = 4;
  const bool small = is_small(picture);
  const LocalThresholds thresholds(picture, small ? kSmallBlock : kBlock);
  read_codes(thresholds.with_dark_ink(), small, texts);
  read_codes(thresholds.with_light_ink(), small, texts);
}

// "example.com/login", "example.com:8080/x"
bool looks_like_host_with_path(std::string_view text) {
  const std::size_t end = text.find_first_of("/:?#");
  if (end == text.npos || end == 0) return false;
  const std::string host = to_ascii_lower(text.substr(0, end));
  if (host.find('.') == std::string::npos || host.find_first_of(" \t\r\n@") != std::string::npos)
    return false;
  if (text[end] == ':' && (end + 1 == text.size() || !is_digit(text[end + 1]))) return false;
  return has_known_suffix(host);
}

}  // namespace

std::vector<std::string> read_qr_codes(const GreyPicture& picture) {
  std::vector<std::string> texts;
  if (picture.grey.empty()) return texts;
  const Contrast contrast = contrast_of(picture);
  if (contrast.range() < kLeastContrast) return texts;
  try {
    if (contrast.range() < kEnoughContrast)
      read_clear(stretched(picture, contrast), texts);
    else
      read_clear(picture, texts);
  } catch (const std::exception&) {  // what was found so far stands
  }
  return texts;
}

std::optional<std::string> target_of_code(std::string_view text) {
  text = trim(text);
  const std::string lower = to_ascii_lower(text);
  const std::size_t at = std::min(lower.find("http://"), lower.find("https://"));
  if (at != std::string::npos)
    return std::string(text.substr(at, text.find_first_of(" \t\r\n\"<>", at) - at));
  const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
  if (starts_ignoring_case(word, "www.")) return std::string(word);
  if (looks_like_host_with_path(word)) return "http://" + std::string(word);
  return {};
}

void look_for_qr_codes(const GreyPicture& picture, DocumentFindings& findings) {
  for (const std::string& text : read_qr_codes(picture)) {
    findings.add_fact("qr_code", text);
    if (const auto target = target_of_code(text)) findings.add_qr_url(*target);
  }
}

void look_for_qr_codes(const Picture& picture, DocumentFindings& findings) {
  look_for_qr_codes(picture.on_white, findings);
  if (picture.on_black) look_for_qr_codes(*picture.on_black, findings);
}

bool may_hold_code(const PictureSize& size) {
  return size.width >= kFewestModules && size.height >= kFewestModules;
}

bool take_off(const PictureSize& size, InspectionAllowance& allowance) {
  const bool is_counted = size.width >= kIconSide && size.height >= kIconSide;
  if ((is_counted && allowance.pictures == 0) || allowance.pixels < size.pixels()) return false;
  if (is_counted) --allowance.pictures;
  allowance.pixels -= size.pixels();
  return true;
}

void inspect_picture(std::string_view content, DocumentFindings& findings) {
  const auto size = picture_size(content);
  if (!size || !may_hold_code(*size)) return;
  if (!findings.allowance().seen_pictures.insert(sha256_hex(content)).second) return;
  if (!take_off(*size, findings.allowance()))
    return findings.add_unseen("more or larger pictures than are looked at in one mail");
  const auto picture = decode_picture(content);
  if (picture) return look_for_qr_codes(*picture, findings);
  if (picture.error().kind != Error::Kind::malformed) findings.add_unseen(picture.error().message);
}

}  // namespace secondlook
