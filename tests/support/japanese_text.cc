#include "tests/support/japanese_text.h"

#include <memory>
#include <stdexcept>

#include <unicode/ucnv.h>
#include <unicode/unistr.h>

namespace secondlook::test {
namespace {

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

void check(UErrorCode status, std::string_view charset) {
  if (U_FAILURE(status))
    throw std::runtime_error(std::string(charset) + " cannot say it: " + u_errorName(status));
}

std::string by_icu(std::string_view utf8, const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter converter(ucnv_open(name, &status), ucnv_close);
  check(status, name);
  ucnv_setFromUCallBack(converter.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &status);
  const icu::UnicodeString wide = icu::UnicodeString::fromUTF8(std::string(utf8));
  std::string bytes(static_cast<std::size_t>(wide.length()) * 8 + 16, '\0');
  const auto length =
      ucnv_fromUChars(converter.get(), bytes.data(), static_cast<std::int32_t>(bytes.size()),
                      wide.getBuffer(), wide.length(), &status);
  check(status, name);
  bytes.resize(static_cast<std::size_t>(length));
  return bytes;
}

// RFC 1468 with JIS X 0201 kana (ESC ( I) and the rows that Windows added to JIS X 0208.
class Iso2022Jp {
 public:
  std::string encode(std::string_view shift_jis) {
    for (std::size_t i = 0; i < shift_jis.size(); ++i) {
      const auto byte = static_cast<unsigned char>(shift_jis[i]);
      if (byte < 0x80) {
        to("\x1b(B"), out_ += shift_jis[i];
      } else if (byte >= 0xA1 && byte <= 0xDF) {
        to("\x1b(I"), out_ += static_cast<char>(byte - 0x80);
      } else {
        to("\x1b$B"), add_pair(byte, static_cast<unsigned char>(shift_jis.at(++i)));
      }
    }
    to("\x1b(B");
    return std::move(out_);
  }

 private:
  void to(std::string_view escape) {
    if (escape == now_) return;
    out_ += now_ = escape;
  }

  void add_pair(unsigned lead, unsigned trail) {
    unsigned row = (lead - (lead >= 0xE0 ? 0xC1U : 0x81U)) * 2 + 0x21;
    unsigned cell = trail - (trail >= 0x80 ? 0x20U : 0x1FU);
    if (trail >= 0x9F) ++row, cell = trail - 0x7EU;
    if (row > 0x7E) throw std::runtime_error("ISO-2022-JP cannot say it");
    out_ += static_cast<char>(row);
    out_ += static_cast<char>(cell);
  }

  std::string out_;
  std::string_view now_ = "\x1b(B";
};

}  // namespace

std::string in_charset(std::string_view utf8, std::string_view charset) {
  if (charset == "utf-8") return std::string(utf8);
  if (charset == "euc-jp") return by_icu(utf8, "euc-jp-2007");
  const std::string shift_jis = by_icu(utf8, "ibm-943_P15A-2003");
  if (charset == "shift_jis") return shift_jis;
  if (charset == "iso-2022-jp") return Iso2022Jp().encode(shift_jis);
  throw std::runtime_error("no Japanese charset: " + std::string(charset));
}

std::string without_final_escape(std::string iso_2022_jp) {
  while (iso_2022_jp.ends_with('\n')) iso_2022_jp.pop_back();
  if (!iso_2022_jp.ends_with("\x1b(B"))
    throw std::runtime_error("the last line has to end in Japanese");
  iso_2022_jp.resize(iso_2022_jp.size() - 3);
  return iso_2022_jp;
}

}  // namespace secondlook::test
