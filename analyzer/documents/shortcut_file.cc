#include "analyzer/documents/shortcut_file.h"

#include <algorithm>
#include <string>

#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_cursor.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

// Behind a shortcut's last block nothing stands; a few bytes are a program's own mark.
constexpr std::size_t kMostBehindEnd = 1024;
constexpr std::size_t kLongestName = 1024, kMostBlocks = 100;

constexpr std::string_view kRunners[] = {
    "cmd",      "powershell", "pwsh",      "mshta",     "wscript",  "cscript",     "rundll32",
    "regsvr32", "certutil",   "bitsadmin", "msiexec",   "curl",     "conhost",     "forfiles",
    "pcalua",   "ssh",        "ftp",       "wmic",      "schtasks", "msbuild",     "installutil",
    "python",   "node",       "autoit3",   "%comspec%", "odbcconf", "scriptrunner"};

std::string text_of(std::string_view bytes, bool is_unicode) {
  return to_utf8(bytes, is_unicode ? "utf-16le" : "windows-1252");
}

std::string zero_ended(std::string_view bytes, std::size_t at) {
  const std::string_view text = bytes.substr(std::min(at, bytes.size()), kLongestName);
  return text_of(text.substr(0, text.find('\0')), false);
}

// Blanks in a row are there to push the rest out of Explorer's sight.
std::string without_padding(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!is_space(c))
      result += c;
    else if (!result.empty() && result.back() != ' ')
      result += ' ';
  }
  return result;
}

// Whether the word stands by itself: "cmd" in "C:\…\cmd.exe", not in "cmdline".
bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const bool starts = at == 0 || (!is_letter(text[at - 1]) && !is_digit(text[at - 1]));
    const std::size_t end = at + word.size();
    if (starts && (end == text.size() || !(is_letter(text[end]) || is_digit(text[end]))))
      return true;
  }
  return false;
}

class ShortcutReading {
 public:
  ShortcutReading(std::string_view content, DocumentFindings& findings)
      : cursor_(content), findings_(findings) {}

  void read() {
    constexpr std::uint32_t kIdList = 1, kInfo = 2, kUnicode = 0x80;
    cursor_.skip(20);
    flags_ = cursor_.take_32();
    cursor_.skip(76 - 24);
    if ((flags_ & kIdList) != 0) take_id_list(cursor_.take(cursor_.take_16()));
    if ((flags_ & kInfo) != 0) take_info();
    is_unicode_ = (flags_ & kUnicode) != 0;
    take_strings();
    take_blocks();
    conclude();
  }

 private:
  // 2.2: items of the shell, undocumented; the last text in them names the file.
  void take_id_list(std::string_view list) {
    ByteCursor items(list);
    while (items.left() >= 2) {
      const std::size_t size = items.take_16();
      if (size < 2) break;
      const std::string_view item = items.take(size - 2);
      std::size_t from = 0;
      for (std::size_t at = 0; at <= item.size(); ++at) {
        const bool is_text = at < item.size() && item[at] >= ' ' && item[at] < '\x7F';
        if (is_text) continue;
        if (at - from >= 5 && item.substr(from, at - from).find('.') != item.npos)
          listed_ = item.substr(from, at - from);
        from = at + 1;
      }
    }
  }

  // 2.3: a path on this machine, or a share.
  void take_info() {
    const std::size_t size = cursor_.take_32();
    if (size < 4) return;
    const std::string info = std::string(4, '\0') + std::string(cursor_.take(size - 4));
    const auto number = [&](std::size_t at) {
      return at + 4 <= info.size() ? ByteCursor(std::string_view(info).substr(at)).take_32() : 0U;
    };
    constexpr std::uint32_t kLocal = 1, kNetwork = 2;
    if ((number(8) & kLocal) != 0) target_ = zero_ended(info, number(16));
    if ((number(8) & kNetwork) != 0) {
      const std::size_t share = number(20);
      target_ = zero_ended(info, share + number(share + 8)) + "\\";
    }
    target_ += zero_ended(info, number(24));
  }

  // 2.4: each with the number of its letters in front.
  std::string take_string(std::uint32_t flag) {
    if ((flags_ & flag) == 0) return {};
    const std::size_t letters = cursor_.take_16();
    return text_of(cursor_.take(letters * (is_unicode_ ? 2 : 1)), is_unicode_);
  }
  void take_strings() {
    take_string(0x04);  // a description
    relative_ = take_string(0x08);
    take_string(0x10);  // the directory to work in
    arguments_ = take_string(0x20);
    take_string(0x40);  // an icon
  }

  // 2.5: up to one of less than four bytes; 2.5.4 holds a target with variables in it.
  void take_blocks() {
    constexpr std::uint32_t kEnvironment = 0xA0000001;
    for (std::size_t i = 0; i < kMostBlocks && cursor_.left() >= 4; ++i) {
      const std::size_t size = cursor_.take_32();
      if (size < 8) break;
      const std::uint32_t signature = cursor_.take_32();
      const std::string_view block = cursor_.take(size - 8);
      if (signature != kEnvironment || block.size() < 260 + 520) continue;
      const std::string wide = to_utf8(block.substr(260, 520), "utf-16le");
      variables_ = wide.substr(0, wide.find('\0'));
    }
  }

  void conclude() {
    if (cursor_.failed()) findings_.add_unseen("damaged");
    std::string target = target_.empty() ? variables_ : target_;
    if (target.empty()) target = relative_.empty() ? listed_ : relative_;
    const std::string what = without_padding(target + " " + arguments_);
    findings_.add_fact("shortcut", what);
    const std::string all = to_ascii_lower(target_ + " " + variables_ + " " + relative_ + " " +
                                           listed_ + " " + arguments_);
    for (const std::string_view runner : kRunners)
      if (has_word(all, runner)) {
        findings_.add_fact("shortcut_runs", what);
        break;
      }
    if (target.starts_with("\\\\") || variables_.starts_with("\\\\"))
      findings_.add_fact("shortcut_elsewhere", target);
    if (cursor_.left() > kMostBehindEnd)
      findings_.add_fact("shortcut_carries", std::to_string(cursor_.left()) + " bytes");
    add_urls();
  }

  void add_urls() {
    const std::string lower = to_ascii_lower(arguments_);
    for (std::size_t at = lower.find("http"); at != lower.npos; at = lower.find("http", at + 4)) {
      const std::size_t end = std::min(lower.find_first_of(" '\"<>|)", at), lower.size());
      const std::string url = arguments_.substr(at, end - at);
      if (starts_ignoring_case(url, "http://") || starts_ignoring_case(url, "https://"))
        findings_.add_url(url);
    }
  }

  ByteCursor cursor_;
  DocumentFindings& findings_;
  std::uint32_t flags_ = 0;
  bool is_unicode_ = false;
  std::string listed_, target_, relative_, arguments_, variables_;
};

}  // namespace

void inspect_shortcut_file(std::string_view content, DocumentFindings& findings) {
  ShortcutReading(content, findings).read();
}

}  // namespace secondlook
