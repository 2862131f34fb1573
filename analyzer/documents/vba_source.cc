#include "analyzer/documents/vba_source.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>

#include "analyzer/message/ascii.h"
#include "analyzer/message/charset.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostUrls = 100, kMostText = 64 << 10;

// Event procedures that Office calls when a document is opened, closed or shown.
constexpr std::string_view kStarters[] = {"autoopen",
                                          "auto_open",
                                          "autoexec",
                                          "auto_exec",
                                          "autonew",
                                          "autoclose",
                                          "auto_close",
                                          "autoexit",
                                          "auto_activate",
                                          "document_open",
                                          "document_close",
                                          "document_new",
                                          "document_beforeclose",
                                          "workbook_open",
                                          "workbook_activate",
                                          "workbook_close",
                                          "workbook_beforeclose",
                                          "workbook_beforesave",
                                          "workbook_windowactivate",
                                          "workbook_addininstall",
                                          "workbook_deactivate",
                                          "presentation_open",
                                          "onslideshowpagechange",
                                          "application_startup"};
// Controls in a document call these without a click.
constexpr std::string_view kStarterEndings[] = {"_painted",          "_painting",
                                                "_layout",           "_navigatecomplete2",
                                                "_documentcomplete", "_statustextchange"};

constexpr std::string_view kActingNames[] = {"shell",
                                             "shellexecute",
                                             "shellexecutea",
                                             "shellexecutew",
                                             "winexec",
                                             "createprocess",
                                             "createprocessa",
                                             "createprocessw",
                                             "urldownloadtofile",
                                             "urldownloadtofilea",
                                             "urldownloadtofilew",
                                             "virtualalloc",
                                             "virtualallocex",
                                             "virtualprotect",
                                             "createthread",
                                             "createremotethread",
                                             "writeprocessmemory",
                                             "callbyname",
                                             "execquery"};
constexpr std::string_view kReachingNames[] = {"createobject", "getobject",  "environ",
                                               "declare",      "savetofile", "kill",
                                               "filecopy",     "sendkeys",   "rtlmovememory"};
// Within texts.
constexpr std::string_view kActingWords[] = {"wscript.shell",
                                             "shell.application",
                                             "powershell",
                                             "pwsh",
                                             "cmd.exe",
                                             "cmd /c",
                                             "cmd /k",
                                             "%comspec%",
                                             "mshta",
                                             "regsvr32",
                                             "rundll32",
                                             "certutil",
                                             "bitsadmin",
                                             "wscript.exe",
                                             "cscript",
                                             "msiexec",
                                             "xmlhttp",
                                             "winhttp",
                                             "adodb.stream",
                                             "schtasks",
                                             "winmgmts:",
                                             "win32_process",
                                             "schedule.service",
                                             "urldownloadtofile",
                                             "virtualalloc",
                                             "scriptcontrol",
                                             "htmlfile",
                                             "\\currentversion\\run",
                                             "frombase64string",
                                             "accessvbom"};
constexpr std::string_view kReachingWords[] = {"scripting.filesystemobject", "microsoft.xmldom",
                                               "internetexplorer.application"};
// A word that stands in pieces, over several statements: short ones come about by chance.
constexpr std::size_t kShortestInPieces = 8;

constexpr std::string_view kCharacterNames[] = {"chr", "chrw", "chrb"};

using Words = std::span<const std::string_view>;

bool is_among(Words words, std::string_view name) {
  return std::find(words.begin(), words.end(), name) != words.end();
}

void note_words(std::string_view text, Words words, std::size_t shortest,
                std::set<std::string>& found) {
  for (const std::string_view word : words)
    if (word.size() >= shortest && text.find(word) != text.npos) found.insert(std::string(word));
}

bool is_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

struct Token {
  enum class Kind { name, literal, sign, line_end };
  Kind kind = Kind::line_end;
  std::string text;  // of names in lower case, of literals without quotes
};

// VBA's tokens; a comment ends its line, " _" before a line's end joins it to the next.
class Tokens {
 public:
  explicit Tokens(std::string_view source) : source_(source) {}

  std::optional<Token> next() {
    skip_blanks();
    if (at_ >= source_.size()) return std::nullopt;
    const char c = source_[at_];
    if (c == '\n' || c == '\r' || c == ':') return one(Token::Kind::line_end);
    if (c == '\'') return comment();
    if (c == '"') return literal();
    if (!is_name(c)) return one(Token::Kind::sign);
    const std::size_t from = at_;
    while (at_ < source_.size() && is_name(source_[at_])) ++at_;
    const std::string name = to_ascii_lower(source_.substr(from, at_ - from));
    if (name == "rem") return comment();
    return Token{Token::Kind::name, name};
  }

 private:
  void skip_blanks() {
    for (;;) {
      while (at_ < source_.size() && (source_[at_] == ' ' || source_[at_] == '\t')) ++at_;
      const std::string_view left = source_.substr(at_);
      if (left.starts_with("_\r\n"))
        at_ += 3;
      else if (left.starts_with("_\n") || left.starts_with("_\r"))
        at_ += 2;
      else
        return;
    }
  }
  Token one(Token::Kind kind) { return {kind, std::string(1, source_[at_++])}; }
  Token comment() {
    at_ = std::min(source_.find_first_of("\r\n", at_), source_.size());
    return {Token::Kind::line_end, ""};
  }
  Token literal() {
    Token token{Token::Kind::literal, ""};
    for (++at_; at_ < source_.size() && source_[at_] != '\n' && source_[at_] != '\r'; ++at_) {
      if (source_[at_] == '"' && !source_.substr(at_ + 1).starts_with('"')) {
        ++at_;
        break;
      }
      if (source_[at_] == '"') ++at_;
      token.text += source_[at_];
    }
    return token;
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

bool is_sign(const std::optional<Token>& token, std::string_view sign) {
  return token && token->kind == Token::Kind::sign && token->text == sign;
}

// "65" or "&H41", as the tokens have it.
std::optional<unsigned> take_number(Tokens& tokens) {
  auto token = tokens.next();
  const bool is_hex = is_sign(token, "&");
  if (is_hex) token = tokens.next();
  if (!token || token->kind != Token::Kind::name) return std::nullopt;
  std::string_view digits = token->text;
  if (is_hex && !digits.starts_with('h')) return std::nullopt;
  if (is_hex) digits.remove_prefix(1);
  unsigned value = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, is_hex ? 16 : 10);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

// A literal, or Chr(65), ChrW$(&H41): the tokens move behind it. For others they stay.
std::optional<std::string> take_text(Tokens& tokens) {
  Tokens ahead = tokens;
  const auto first = ahead.next();
  if (!first) return std::nullopt;
  std::string text;
  if (first->kind == Token::Kind::literal) {
    text = first->text;
  } else {
    if (first->kind != Token::Kind::name || !is_among(kCharacterNames, first->text))
      return std::nullopt;
    auto sign = ahead.next();
    if (is_sign(sign, "$")) sign = ahead.next();
    if (!is_sign(sign, "(")) return std::nullopt;
    const auto value = take_number(ahead);
    if (!value || !is_sign(ahead.next(), ")")) return std::nullopt;
    append_utf8(text, *value);
  }
  tokens = ahead;
  return text;
}

// Texts joined by & or +.
std::optional<std::string> take_joined_text(Tokens& tokens) {
  std::optional<std::string> text = take_text(tokens);
  while (text) {
    Tokens ahead = tokens;
    const auto sign = ahead.next();
    if (!is_sign(sign, "&") && !is_sign(sign, "+")) break;
    const auto more = take_text(ahead);
    if (!more) break;
    *text += *more;
    tokens = ahead;
  }
  return text;
}

class SourceReading {
 public:
  explicit SourceReading(VbaBehaviour& behaviour) : behaviour_(behaviour) {}

  void read(std::string_view source) {
    for (Tokens tokens(source);;) {
      if (const auto text = take_joined_text(tokens)) {
        take_text_of(*text);
        continue;
      }
      const auto token = tokens.next();
      if (!token) break;
      if (opens_object_ && token->kind == Token::Kind::name)
        behaviour_.acts.insert("createobject of a computed name");
      opens_object_ = false;
      if (token->kind == Token::Kind::name)
        take_name(token->text);
      else
        take_sign(*token);
    }
    note_words(pieces_, kActingWords, kShortestInPieces, behaviour_.acts);
  }

 private:
  void take_text_of(const std::string& text) {
    opens_object_ = false;
    before_.clear();
    const std::string lower = to_ascii_lower(text);
    note_words(lower, kActingWords, 0, behaviour_.acts);
    note_words(lower, kReachingWords, 0, behaviour_.reaches);
    if (pieces_.size() < kMostText) pieces_ += lower;
    add_urls(text, lower);
  }

  void take_name(const std::string& name) {
    const bool is_starter =
        is_among(kStarters, name) ||
        std::any_of(std::begin(kStarterEndings), std::end(kStarterEndings),
                    [&](std::string_view ending) { return name.ends_with(ending); });
    if (is_starter && (before_ == "sub" || before_ == "function")) behaviour_.starts.insert(name);
    // "x.Shell" is a member of something else, unless x is VBA itself.
    const bool is_member = after_dot_ && owner_ != "vba" && owner_ != "interaction";
    const bool is_acting = is_among(kActingNames, name) && before_ != "sub" && before_ != "dim";
    if (is_acting && (!is_member || name != "shell")) behaviour_.acts.insert(name);
    if (is_among(kReachingNames, name)) behaviour_.reaches.insert(name);
    owner_ = before_ = name;
    after_dot_ = false;
  }

  void take_sign(const Token& token) {
    opens_object_ = token.text == "(" && (before_ == "createobject" || before_ == "getobject");
    after_dot_ = token.text == ".";
    before_.clear();
  }

  void add_urls(std::string_view text, std::string_view lower) {
    for (std::size_t at = lower.find("://"); at != lower.npos; at = lower.find("://", at + 3)) {
      std::size_t scheme = 0;
      for (const std::string_view known : {"https", "http", "ftp"})
        if (scheme == 0 && lower.substr(0, at).ends_with(known)) scheme = known.size();
      if (scheme == 0 || behaviour_.urls.size() >= kMostUrls) continue;
      const std::size_t end = std::min(lower.find_first_of(" \t\"'<>|", at), lower.size());
      if (end > at + 3) behaviour_.urls.emplace_back(text.substr(at - scheme, end - at + scheme));
    }
  }

  VbaBehaviour& behaviour_;
  std::string owner_, before_;  // the last name; the same, when it stands directly before
  bool after_dot_ = false, opens_object_ = false;
  std::string pieces_;  // all texts, one behind the other
};

}  // namespace

void read_vba_source(std::string_view source, VbaBehaviour& behaviour) {
  SourceReading(behaviour).read(source);
}

}  // namespace secondlook
