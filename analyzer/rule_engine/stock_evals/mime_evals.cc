#include <algorithm>
#include <functional>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/faraway_charset.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostAlternatives = 20;  // each costs a look at all parts

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// The number under the name that rules use; 0 for others.
double number_named(const MailFacts& facts, std::string_view name) {
  const MimeNumbers& mime = facts.mime();
  if (name == "mime_base64_count") return static_cast<double>(mime.base64_parts);
  if (name == "mime_base64_encoded_text") return mime.base64_text;
  if (name == "mime_body_html_count") return static_cast<double>(mime.html_parts);
  if (name == "mime_body_text_count") return static_cast<double>(mime.text_parts);
  if (name == "mime_bad_iso_charset") return mime.bad_iso_charset;
  if (name == "mime_missing_boundary") return mime.missing_boundary;
  if (name == "mime_multipart_alternative") return mime.alternative;
  if (name == "mime_multipart_ratio") return mime.alternative_ratio;
  if (name == "mime_qp_count")
    return static_cast<double>(mime.quoted_bytes > 0 ? mime.quoted_needless : mime.quoted_parts);
  if (name == "mime_qp_long_line") return mime.long_quoted_line;
  if (name == "mime_qp_ratio") return share(mime.quoted_needless, mime.quoted_bytes);
  if (name == "mime_attachment") return static_cast<double>(mime.attachments);
  if (name == "mime_ascii_text_illegal") return static_cast<double>(mime.illegal_ascii_lines);
  if (name == "mime_text_unicode_ratio") return share(mime.unicode_references, mime.plain_bytes);
  if (name != "mime_faraway_charset") return 0;
  const std::string& locales = facts.settings().ok_locales;
  return std::any_of(mime.charsets.begin(), mime.charsets.end(),
                     [&](auto& charset) { return is_faraway(charset, locales); });
}

SignalResult check_for_mime(const ScanContext& context, const EvalArguments& arguments) {
  return answer(!arguments.empty() && number_named(facts_of(context), arguments[0]) != 0);
}

bool is_html_alone(const MailFacts& facts) {
  return starts_ignoring_case(facts.header("Content-Type"), "text/html");
}

SignalResult check_for_mime_html(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(is_html_alone(facts) || facts.mime().html_parts > 0);
}

SignalResult check_for_mime_html_only(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  return answer(is_html_alone(facts) ||
                (facts.mime().html_parts > 0 && facts.mime().text_parts == 0));
}

// At least the first, below the second.
SignalResult check_mime_multipart_ratio(const ScanContext& context,
                                        const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double ratio = facts_of(context).mime().alternative_ratio;
  return answer(ratio >= number_in(arguments[0]) && ratio < number_in(arguments[1]));
}

SignalResult check_for_ascii_text_illegal(const ScanContext& context, const EvalArguments&) {
  return answer(facts_of(context).mime().illegal_ascii_lines > 0);
}

SignalResult check_abundant_unicode_ratio(const ScanContext& context,
                                          const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  return answer(number_named(facts_of(context), "mime_text_unicode_ratio") >=
                number_in(arguments[0]));
}

SignalResult check_qp_ratio(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  return answer(number_named(facts_of(context), "mime_qp_ratio") >= number_in(arguments[0]));
}

SignalResult check_base64_length(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  const auto longest = static_cast<double>(facts_of(context).mime().longest_base64_line);
  return answer(longest >= number_in(arguments[0]) &&
                (arguments.size() < 2 || longest <= number_in(arguments[1])));
}

SignalResult check_msg_parse_flags(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  const MimeNumbers& mime = facts_of(context).mime();
  const std::string& flag = arguments[0];
  return answer((flag == "missing_mime_headers" && mime.missing_part_headers) ||
                (flag == "missing_mime_head_body_separator" && mime.missing_part_separator) ||
                (flag == "mime_epilogue_exists" && mime.has_epilogue) ||
                (flag == "missing_head_body_separator" && mime.missing_separator) ||
                (flag == "mimepart_limit_exceeded" && mime.too_many_parts) ||
                (flag == "truncated_header" && mime.long_header));
}

// Something that is no text stands among the alternatives of one text.
SignalResult check_ma_non_text(const ScanContext& context, const EvalArguments&) {
  const std::vector<MessagePart>& parts = facts_of(context).message().parts;
  std::size_t asked = 0;
  for (const MessagePart& outer : parts) {
    if (outer.content_type != "multipart/alternative" || ++asked > kMostAlternatives) continue;
    const std::string inside = outer.path + ".";
    for (const MessagePart& part : parts) {
      const bool is_child = part.path.starts_with(inside) &&
                            part.path.find('.', outer.path.size() + 1) == std::string::npos;
      if (is_child && !part.is_multipart && !part.content_type.starts_with("text/") &&
          part.content_type != "application/rtf")
        return answer(true);
    }
  }
  return answer(false);
}

SignalResult check_for_faraway_charset(const ScanContext& context, const EvalArguments&) {
  const MailFacts& facts = facts_of(context);
  const std::vector<MessagePart>& parts = facts.message().parts;
  if (parts.empty() || !is_faraway(parts.front().charset, facts.settings().ok_locales) ||
      parts.front().charset.empty())
    return answer(false);
  const std::string& body = facts.message().body_text;
  const auto high = static_cast<std::size_t>(std::count_if(
      body.begin(), body.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  return answer(high > 3 && body.size() - high <= high);
}

}  // namespace

void add_mime_evals(SignalTable& table) {
  table["check_for_mime"] = check_for_mime;
  table["check_for_mime_html"] = check_for_mime_html;
  table["check_for_mime_html_only"] = check_for_mime_html_only;
  table["check_mime_multipart_ratio"] = check_mime_multipart_ratio;
  table["check_for_ascii_text_illegal"] = check_for_ascii_text_illegal;
  table["check_abundant_unicode_ratio"] = check_abundant_unicode_ratio;
  table["check_qp_ratio"] = check_qp_ratio;
  table["check_base64_length"] = check_base64_length;
  table["check_msg_parse_flags"] = check_msg_parse_flags;
  table["check_ma_non_text"] = check_ma_non_text;
  table["check_for_faraway_charset"] = check_for_faraway_charset;
}

}  // namespace secondlook
