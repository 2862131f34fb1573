#include "tests/support/japanese_mail.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <unicode/unistr.h>

#include "analyzer/message/ascii.h"
#include "tests/support/archive_writer.h"
#include "tests/support/drawn_picture.h"
#include "tests/support/japanese_text.h"
#include "tests/support/mail_layout.h"

namespace secondlook::test {
namespace {

constexpr std::size_t kCharactersAWord = 10;  // of a header's encoded word (RFC 2047: 75 bytes)

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c & '\x80') == 0; });
}

std::string utf8_of(char32_t character) {
  std::string text;
  icu::UnicodeString(static_cast<UChar32>(character)).toUTF8String(text);
  return text;
}

// "{U+200B}" becomes the character, so that what cannot be seen can be read.
std::string with_characters(std::string_view written) {
  constexpr std::string_view kOpen = "{U+";
  std::string text;
  for (;;) {
    const std::size_t at = written.find(kOpen);
    text += written.substr(0, at);
    if (at == written.npos) return text;
    const std::size_t end = written.find('}', at);
    const std::string_view digits = written.substr(at + 3, end - at - 3);
    std::uint32_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (end == written.npos || read.ec != std::errc() || number > 0x10FFFF)
      throw std::runtime_error("no character: " + std::string(written.substr(at, 12)));
    text += utf8_of(number);
    written.remove_prefix(end + 1);
  }
}

std::vector<std::string> cut_characters(std::string_view utf8, std::size_t most) {
  std::vector<std::string> pieces;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(utf8[i]) & 0xC0U) != 0x80U;
    if (begins && characters++ % most == 0) pieces.emplace_back();
    pieces.back() += utf8[i];
  }
  return pieces;
}

std::string on_one_line(std::string base64) {
  std::erase(base64, '\n');
  return base64;
}

std::string encoded_words(std::string_view text, const std::string& charset) {
  if (is_ascii(text)) return std::string(text);
  std::string words;
  for (const std::string& piece : cut_characters(text, kCharactersAWord)) {
    if (!words.empty()) words += "\n ";
    words += "=?" + charset + "?B?" + on_one_line(in_base64(in_charset(piece, charset))) + "?=";
  }
  return words;
}

// "名前 <address>" or running text.
std::string encoded_field(std::string_view value, const std::string& charset) {
  const std::size_t address = value.ends_with('>') ? value.rfind('<') : value.npos;
  if (address == value.npos) return encoded_words(value, charset);
  const std::string name = encoded_words(trim(value.substr(0, address)), charset);
  return name + (name.empty() ? "" : " ") + std::string(value.substr(address));
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || c == '.') {
      encoded += c;
      continue;
    }
    encoded += '%';
    encoded += kDigits[static_cast<unsigned char>(c) >> 4U];
    encoded += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return encoded;
}

// What a page asks for: a password, sent to `url`; or, without one, a file that the page makes
// itself.
std::string page_content(std::string_view url) {
  if (url.empty())
    return "<html><body><script>var b=atob('UEsDBAoAAAAAAA==');var a=document.createElement('a');"
           "a.href=URL.createObjectURL(new Blob([b]));a.download='invoice.zip';a.click();"
           "</script></body></html>\n";
  return "<html><body><form action=\"" + std::string(url) +
         "\" method=\"post\"><input type=\"email\" name=\"u\"><input type=\"password\" "
         "name=\"p\"><button>OK</button></form></body></html>\n";
}

// `how` holds "encrypted", "script", both or nothing; "page URL", "page", "code URL", "text WORDS".
std::string file_content(std::string_view name, std::string_view how) {
  if (how.starts_with("page"))
    return page_content(how.substr(std::min<std::size_t>(5, how.size())));
  if (how.starts_with("code ")) return as_png(draw_qr_code(how.substr(5)));
  if (how.starts_with("text ")) return std::string(how.substr(5)) + "\n";
  if (name.ends_with(".pdf")) return "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";
  const std::string encryption = how.starts_with("encrypted") ? "encryption=zipcrypt" : "";
  if (name.ends_with(".xlsx"))
    return make_archive("zip", {{"[Content_Types].xml", "<Types/>"}, {"xl/workbook.xml", "<a/>"}});
  if (!name.ends_with(".zip")) throw std::runtime_error("no such file: " + std::string(name));
  if (how.ends_with("script"))
    return make_archive("zip", {{"請求書.pdf.js", "var a = 1;\n"}}, encryption);
  return make_archive("zip", {{"資料.txt", "資料\n"}}, encryption);
}

class MailMaker {
 public:
  MailMaker(std::string_view written, std::string_view id) : id_(id) {
    const std::string text = with_characters(written);
    const std::size_t gap = text.find("\n\n");
    if (gap == text.npos) throw std::runtime_error("no empty line behind the header");
    read_header(std::string_view(text).substr(0, gap + 1));
    body_ = text.substr(gap + 2);
  }

  std::string make() const {
    std::string mail = trace();
    for (const auto& [name, value] : fields_)
      mail += name + ": " + encoded_field(value, charset_) + "\n";
    mail += "Date: Mon, 1 Jun 2026 09:00:00 +0900\nMessage-ID: <" + id_ + "@" + sender_host() +
            ">\nMIME-Version: 1.0\n";
    const std::string text = text_part();
    if (attached_.empty()) return mail + text;
    mail += "Content-Type: multipart/mixed; boundary=\"=_mixed\"\n\n--=_mixed\n" + text +
            "\n--=_mixed\n" + attached_part() + "\n--=_mixed--\n";
    return mail;
  }

 private:
  void read_header(std::string_view header) {
    while (!header.empty()) {
      const std::string_view line = header.substr(0, header.find('\n'));
      header.remove_prefix(line.size() + 1);
      const std::size_t colon = line.find(": ");
      if (colon == line.npos) throw std::runtime_error("no field: " + std::string(line));
      take_field(line.substr(0, colon), line.substr(colon + 2));
    }
    if (charset_.empty()) throw std::runtime_error("no Charset");
  }

  void take_field(std::string_view name, std::string_view value) {
    if (name == "Charset") {
      charset_ = value;
    } else if (name == "Html") {
      is_html_ = true;
    } else if (name == "Layout") {
      layout_ = value;
    } else if (name == "Encoding" && value == "quoted-printable") {
      quoted_printable_ = true;
    } else if (name == "Authenticated") {
      authenticated_ = value;
    } else if (name == "Trap" && value == "no_final_escape") {
      final_escape_ = false;
    } else if (name == "Attach") {
      const std::size_t blank = value.find(' ');
      attached_ = value.substr(0, blank);
      if (blank != value.npos) attached_how_ = value.substr(blank + 1);
    } else {
      fields_.emplace_back(name, value);
    }
  }

  std::string sender_host() const {
    for (const auto& [name, value] : fields_) {
      const std::size_t at = name == "From" ? value.rfind('@') : value.npos;
      if (at != value.npos) return value.substr(at + 1, value.find('>', at) - at - 1);
    }
    throw std::runtime_error("no From");
  }

  // What Exchange Online writes above a mail that came from outside. authenticated_: "pass", "fail"
  // or "none", and where the envelope's domain is another one than From's, that.
  std::string trace() const {
    if (authenticated_.empty()) return "";
    const std::size_t blank = authenticated_.find(' ');
    const std::string result = authenticated_.substr(0, blank);
    const std::string from = sender_host();
    const std::string envelope =
        blank == std::string::npos ? from : authenticated_.substr(blank + 1);
    const bool passed = result == "pass";
    return "Authentication-Results: spf=" + result +
           " (sender IP is 192.0.2.40) smtp.mailfrom=" + envelope +
           "; dkim=" + (passed ? "pass header.d=" + from : "none") + "; dmarc=" +
           (passed             ? "pass"
            : result == "fail" ? "fail"
                               : "none") +
           " action=none header.from=" + from +
           ";compauth=" + (passed ? "pass reason=100" : "fail reason=001") +
           "\nReceived: from mta1." + envelope +
           " (192.0.2.40) by TY2PEPF0000AB84.mail.protection.outlook.com (10.167.253.5) with "
           "Microsoft SMTP Server (version=TLS1_3); Mon, 1 Jun 2026 00:00:03 +0000\n";
  }

  std::string text_part() const {
    if (layout_.empty()) return part(is_html_ ? "html" : "plain", body_);
    const std::string html = part("html", laid_out(body_, layout_, "click." + sender_host()));
    if (layout_ == "table") return html;
    return "Content-Type: multipart/alternative; boundary=\"=_alternative\"\n\n--=_alternative\n" +
           part("plain", as_plain_text(body_)) + "\n--=_alternative\n" + html +
           "\n--=_alternative--\n";
  }

  std::string part(const std::string& subtype, std::string_view text) const {
    const bool is_7bit = charset_ == "iso-2022-jp";
    const std::string encoding = quoted_printable_ ? "quoted-printable"
                                 : is_7bit         ? "7bit"
                                                   : "base64";
    std::string head = "Content-Type: text/" + subtype + "; charset=" + charset_ +
                       "\nContent-Transfer-Encoding: " + encoding + "\n\n";
    const std::string bytes = in_charset(text, charset_);
    if (quoted_printable_) return head + quoted_printable(bytes);
    if (!final_escape_) return head + without_final_escape(bytes);
    return head + (is_7bit ? bytes : in_base64(bytes));
  }

  std::string attached_part() const {
    return "Content-Type: application/octet-stream; name=\"" +
           on_one_line(encoded_words(attached_, charset_)) +
           "\"\nContent-Disposition: attachment; filename*=UTF-8''" + percent_encoded(attached_) +
           "\nContent-Transfer-Encoding: base64\n\n" +
           in_base64(file_content(attached_, attached_how_));
  }

  std::string id_, charset_, body_, attached_, attached_how_, layout_, authenticated_;
  std::vector<std::pair<std::string, std::string>> fields_;
  bool is_html_ = false, final_escape_ = true, quoted_printable_ = false;
};

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return std::move(content).str();
}

}  // namespace

std::string make_japanese_mail(std::string_view written, std::string_view id) {
  return MailMaker(written, id).make();
}

std::vector<JapaneseMail> read_japanese_mails(const std::string& directory) {
  std::vector<JapaneseMail> mails;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory)) {
    if (file.path().extension() != ".txt") continue;
    const auto relative = file.path().lexically_relative(directory).replace_extension();
    JapaneseMail mail;
    mail.path = relative.string();
    mail.kind = relative.parent_path().string();
    mail.is_phish = mail.path.starts_with("phish/");
    try {
      mail.bytes = make_japanese_mail(content_of(file.path()), relative.filename().string());
    } catch (const std::exception& error) {
      throw std::runtime_error(mail.path + ": " + error.what());
    }
    mails.push_back(std::move(mail));
  }
  std::ranges::sort(mails, {}, &JapaneseMail::path);
  return mails;
}

}  // namespace secondlook::test
