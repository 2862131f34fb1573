#include "analyzer/message/charset.h"

#include <array>
#include <memory>
#include <utility>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "analyzer/message/ascii.h"

namespace secondlook {
namespace {

struct ConverterCloser {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, ConverterCloser>;

// Names in mails and the ICU converter that reads them as the mail clients do.
constexpr std::pair<std::string_view, const char*> kAliases[] = {
    {"shift_jis", "ibm-943_P15A-2003"},
    {"shift-jis", "ibm-943_P15A-2003"},
    {"x-sjis", "ibm-943_P15A-2003"},
    {"sjis", "ibm-943_P15A-2003"},
    {"cp932", "ibm-943_P15A-2003"},
    {"ms932", "ibm-943_P15A-2003"},
    {"windows-31j", "ibm-943_P15A-2003"},
    {"windows-932", "ibm-943_P15A-2003"},
    {"ms_kanji", "ibm-943_P15A-2003"},
    {"x-ms-cp932", "ibm-943_P15A-2003"},
    {"csshiftjis", "ibm-943_P15A-2003"},
    {"euc-jp", "euc-jp-2007"},
    {"x-euc-jp", "euc-jp-2007"},
    {"eucjp", "euc-jp-2007"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"cp936", "gb18030"},
    {"x-gbk", "gb18030"},
    {"euc-cn", "gb18030"},
    {"ks_c_5601-1987", "windows-949"},
    {"ks_c_5601", "windows-949"},
    {"ksc5601", "windows-949"},
    {"euc-kr", "windows-949"},
    {"cp949", "windows-949"},
    {"big5", "windows-950"},
    {"big-5", "windows-950"},
    {"x-x-big5", "windows-950"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-11", "windows-874"},
    {"tis-620", "windows-874"},
    {"unicode-1-1-utf-7", "utf-7"},
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"cp-1251", "windows-1251"},
    {"win-1251", "windows-1251"},
};

constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  std::size_t plain = 0;  // what stands before this is in `text`
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (byte < 0x80) continue;
    text.append(bytes, plain, at - plain);
    append_utf8(text, byte < 0xA0 ? kWindows1252[byte - 0x80U] : byte);
    plain = at + 1;
  }
  text.append(bytes, plain);
  return text;
}

bool is_latin1(std::string_view name) {
  return name == "iso-8859-1" || name == "iso8859-1" || name == "iso_8859-1" || name == "latin1" ||
         name == "windows-1252" || name == "cp1252" || name == "x-cp1252" || name == "l1";
}
bool is_iso_2022_jp(std::string_view name) {
  return name == "iso-2022-jp" || name == "csiso2022jp" || name == "iso-2022-jp-ms" ||
         name == "cp50220" || name == "cp50221" || name == "x-windows-iso2022jp";
}

std::string by_icu(std::string_view bytes, const char* name, bool& known) {
  UErrorCode status = U_ZERO_ERROR;
  const Converter converter(ucnv_open(name, &status));
  known = U_SUCCESS(status) && converter != nullptr;
  if (!known) return {};
  std::u16string wide(bytes.size() + 16, u'\0');
  auto length = ucnv_toUChars(converter.get(), wide.data(), static_cast<std::int32_t>(wide.size()),
                              bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
  if (status == U_BUFFER_OVERFLOW_ERROR) {
    wide.resize(static_cast<std::size_t>(length) + 1);
    status = U_ZERO_ERROR;
    length = ucnv_toUChars(converter.get(), wide.data(), static_cast<std::int32_t>(wide.size()),
                           bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
  }
  if (U_FAILURE(status)) return from_windows_1252(bytes);
  std::string text(static_cast<std::size_t>(length) * 3 + 1, '\0');
  std::int32_t written = 0;
  u_strToUTF8WithSub(text.data(), static_cast<std::int32_t>(text.size()), &written, wide.data(),
                     length, 0xFFFD, nullptr, &status);
  text.resize(U_SUCCESS(status) ? static_cast<std::size_t>(written) : 0);
  return text;
}

// ISO-2022-JP as Shift_JIS, whose Windows form has the vendor characters. JIS X 0201 kana (ESC ( I)
// and both generations of JIS X 0208; another escape leaves its bytes standing.
std::string as_shift_jis(std::string_view bytes) {
  enum class Set { ascii, kana, kanji } set = Set::ascii;
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto escape = bytes.substr(i, 3);
    if (escape == "\x1b$B" || escape == "\x1b$@") {
      set = Set::kanji, i += 2;
    } else if (escape == "\x1b(B" || escape == "\x1b(J") {
      set = Set::ascii, i += 2;
    } else if (escape == "\x1b(I") {
      set = Set::kana, i += 2;
    } else if (bytes[i] == '\n' || bytes[i] == '\r') {
      set = Set::ascii, out += bytes[i];  // RFC 1468: a line ends in ASCII
    } else if (set == Set::kana && bytes[i] > 0x20 && bytes[i] < 0x60) {
      out += static_cast<char>(bytes[i] | '\x80');
    } else if (set == Set::kanji && i + 1 < bytes.size() && bytes[i] > 0x20 && bytes[i] < 0x7F &&
               bytes[i + 1] > 0x20 && bytes[i + 1] < 0x7F) {
      const unsigned row = static_cast<unsigned char>(bytes[i]);
      const unsigned cell = static_cast<unsigned char>(bytes[++i]);
      const unsigned lead = ((row - 0x21U) >> 1U) + 0x81U;
      out += static_cast<char>(lead > 0x9F ? lead + 0x40U : lead);
      const bool odd = (row & 1U) != 0;
      out += static_cast<char>(odd ? cell + (cell >= 0x60 ? 0x20U : 0x1FU) : cell + 0x7EU);
    } else {
      out += bytes[i];
    }
  }
  return out;
}

std::string from_iso_2022_jp(std::string_view bytes) {
  bool known = false;
  return by_icu(as_shift_jis(bytes), "ibm-943_P15A-2003", known);
}

// Every malformed byte becomes one U+FFFD. ICU's converter would do the same, more slowly.
std::string repaired_utf8(std::string_view bytes) {
  bool known = false;
  return by_icu(bytes, "utf-8", known);
}

std::string guessed(std::string_view bytes) {
  if (bytes.find("\x1b$") != std::string_view::npos) return from_iso_2022_jp(bytes);
  if (is_valid_utf8(bytes)) return std::string(bytes);
  return from_windows_1252(bytes);
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view charset) {
  constexpr std::size_t kMostForIcu = 0x20000000;  // its lengths are 32 bit, tripled
  if (bytes.size() > kMostForIcu) bytes = bytes.substr(0, kMostForIcu);
  std::string name = to_ascii_lower(trim(charset).substr(0, 60));
  if (name == "utf-8" || name == "utf8") {
    return is_valid_utf8(bytes) ? std::string(bytes) : repaired_utf8(bytes);
  }
  if (name.empty() || name == "us-ascii" || name == "ascii") return guessed(bytes);
  // Text that is UTF-8 by its bytes was mislabelled: Latin-1 text is it by no chance.
  if (is_latin1(name)) {
    return is_valid_utf8(bytes) ? std::string(bytes) : from_windows_1252(bytes);
  }
  if (is_iso_2022_jp(name)) return from_iso_2022_jp(bytes);
  for (const auto& [alias, converter] : kAliases) {
    if (name == alias) name = converter;
  }
  bool known = false;
  std::string text = by_icu(bytes, name.c_str(), known);
  return known ? text : guessed(bytes);
}

}  // namespace secondlook
