#include "analyzer/documents/html_document.h"

#include <algorithm>
#include <array>
#include <string>

#include "analyzer/documents/drawn_codes.h"
#include "analyzer/message/ascii.h"
#include "analyzer/message/byte_set.h"
#include "analyzer/message/charset.h"
#include "analyzer/message/html_tokenizer.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostBytes = 4 << 20;
// A file of a few kilobytes, encoded. Icons and fonts that scripts carry are smaller or say what
// they are.
constexpr std::size_t kLargeText = 4000;
constexpr std::size_t kEncodedText = 500;

constexpr std::array<std::string_view, 7> kDecoders = {
    "atob(",      "fromcharcode", "unescape(", "decodeuricomponent(",
    "charcodeat", "parseint(",    "cryptojs"};
constexpr std::array<std::string_view, 6> kSavers = {
    "createobjecturl", "mssaveoropenblob", "mssaveblob", ".download", "new blob(", "new file("};
constexpr std::array<std::string_view, 7> kRunners = {
    "eval(",  "document.write",     "innerhtml", "function(\"",
    "srcdoc", "insertadjacenthtml", "outerhtml"};
constexpr std::array<std::string_view, 5> kLeavers = {"location.href", "location.replace(",
                                                      "location.assign(", "window.location",
                                                      "document.location"};
constexpr ByteSet kEncoded(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-%\\,x ");

template <std::size_t count>
std::string_view first_of(std::string_view text, const std::array<std::string_view, count>& words) {
  for (const std::string_view word : words)
    if (text.find(word) != text.npos) return word;
  return {};
}

bool says_what_it_is(std::string_view text) {
  const std::string start = to_ascii_lower(text.substr(0, 16));
  return start.starts_with("data:image/") || start.starts_with("data:font/") ||
         start.starts_with("data:audio/") || start.starts_with("data:video/");
}

// The longest quoted text of a script that could be encoded bytes. Linear.
std::size_t longest_encoded(std::string_view script) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < script.size();) {
    const std::size_t quote = script.find_first_of("\"'`", at);
    if (quote == script.npos) break;
    const std::size_t end = kEncoded.find_outside(script, quote + 1);
    const std::string_view text = script.substr(quote + 1, end - quote - 1);
    if (!says_what_it_is(script.substr(quote + 1, 16))) longest = std::max(longest, text.size());
    at = std::max(end, quote + 1);
  }
  return longest;
}

std::string_view value_of(const HtmlToken& token, std::string_view name) {
  const HtmlAttribute* attribute = token.attribute(name);
  return attribute != nullptr ? attribute->value : std::string_view();
}

class HtmlInspection {
 public:
  explicit HtmlInspection(DocumentFindings& findings) : findings_(findings) {}

  void read(std::string_view html) {
    HtmlTokenizer tokenizer(html);
    for (HtmlToken token; tokenizer.next(token);) {
      if (token.kind == HtmlToken::Kind::start_tag) take_tag(token);
      if (token.kind == HtmlToken::Kind::raw_text && token.name == "script")
        take_script(token.text);
    }
    conclude();
  }

 private:
  void take_tag(const HtmlToken& token) {
    if (token.name == "script") {
      has_script_ = true;
      if (const auto source = value_of(token, "src"); !source.empty()) findings_.add_url(source);
    }
    if (token.name == "input" && equals_ignoring_case(value_of(token, "type"), "password"))
      findings_.add_fact("password_form", "");
    if (token.name == "form") take_form(value_of(token, "action"));
    if (token.name == "meta" && equals_ignoring_case(value_of(token, "http-equiv"), "refresh"))
      take_refresh(value_of(token, "content"));
    for (const HtmlAttribute& attribute : token.attributes) {
      if (attribute.name.starts_with("on")) take_script(attribute.value);
      if (says_what_it_is(attribute.value)) continue;
      if (kEncoded.find_outside(attribute.value) == attribute.value.size())
        encoded_ = std::max(encoded_, attribute.value.size());
      if (attribute.name == "href" && to_ascii_lower(attribute.value.substr(0, 5)) == "data:" &&
          token.attribute("download") != nullptr)
        findings_.add_fact("smuggled_file", value_of(token, "download"));
    }
  }

  void take_form(std::string_view action) {
    const std::string target = to_ascii_lower(action.substr(0, 8));
    if (!target.starts_with("http://") && !target.starts_with("https://")) return;
    findings_.add_fact("form_elsewhere", action);
    findings_.add_url(action);
  }

  void take_refresh(std::string_view content) {
    const std::size_t at = to_ascii_lower(content).find("http");
    if (at == std::string::npos) return;
    findings_.add_fact("script_leaves", content);
    findings_.add_url(content.substr(at, content.find_first_of("\"' ", at) - at));
  }

  void take_script(std::string_view script) {
    has_script_ = true;
    encoded_ = std::max(encoded_, longest_encoded(script));
    std::string lower = to_ascii_lower(script);
    std::erase_if(lower, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    if (decoder_.empty()) decoder_ = first_of(lower, kDecoders);
    if (saver_.empty()) saver_ = first_of(lower, kSavers);
    if (runner_.empty()) runner_ = first_of(lower, kRunners);
    if (leaver_.empty()) leaver_ = first_of(lower, kLeavers);
  }

  void conclude() {
    if (has_script_) findings_.add_fact("script", "");
    if (!leaver_.empty()) findings_.add_fact("script_leaves", leaver_);
    if (decoder_.empty()) return;
    const std::string how = std::string(decoder_) + " of " + std::to_string(encoded_) + " bytes";
    if (!saver_.empty() && encoded_ >= kLargeText)
      findings_.add_fact("smuggled_file", how + ", " + std::string(saver_));
    if (!runner_.empty() && encoded_ >= kEncodedText)
      findings_.add_fact("script_decodes", how + ", " + std::string(runner_));
  }

  DocumentFindings& findings_;
  bool has_script_ = false;
  std::size_t encoded_ = 0;  // the longest encoded text
  std::string_view decoder_, saver_, runner_, leaver_;
};

// A browser believes a byte order mark before anything else.
std::string in_utf8(std::string_view content) {
  if (content.starts_with("\xFF\xFE")) return to_utf8(content.substr(2), "utf-16le");
  if (content.starts_with("\xFE\xFF")) return to_utf8(content.substr(2), "utf-16be");
  return std::string(content);
}

}  // namespace

bool is_html_document(std::string_view type, std::string_view name) {
  if (type == "text/html" || type == "image/svg+xml") return true;
  const std::string lower = to_ascii_lower(name);
  for (const std::string_view ending :
       {".html", ".htm", ".shtml", ".xhtml", ".xht", ".svg", ".hta"})
    if (lower.ends_with(ending)) return true;
  return false;
}

std::string utf8_of_html(std::string_view content) {
  return in_utf8(content.substr(0, kMostBytes));
}

void read_html_document(std::string_view content, DocumentFindings& findings) {
  if (content.size() > kMostBytes)
    findings.add_unseen("only the first " + std::to_string(kMostBytes >> 20U) + " MiB looked at");
  const std::string html = utf8_of_html(content);
  HtmlInspection(findings).read(html);
}

void inspect_html_document(std::string_view content, DocumentFindings& findings) {
  read_html_document(content, findings);
  look_for_codes_in_html(utf8_of_html(content), findings);
}

}  // namespace secondlook
