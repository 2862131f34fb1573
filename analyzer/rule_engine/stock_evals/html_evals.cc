#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/stock_evals/comparison.h"
#include "analyzer/rule_engine/stock_evals/eval_answer.h"
#include "analyzer/rule_engine/stock_evals/faraway_charset.h"
#include "analyzer/rule_engine/stock_evals/mail_facts.h"
#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {
namespace {

double ratio_of(std::size_t part, std::size_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

// A number under the name that rules use; nothing when it is not there, as without any tag.
std::optional<double> number_named(const HtmlFacts& html, std::string_view name) {
  if (name == "length") return static_cast<double>(html.length);
  if (name == "image_area") return html.image_area;
  if (name == "non_space_len") return static_cast<double>(html.non_space);
  if (name == "max_size") return html.largest_font;
  if (name == "min_size") return html.smallest_font;
  if (html.tags == 0) return std::nullopt;
  if (name == "closed_extra_ratio") return ratio_of(html.closed_extra, html.tags);
  if (name == "bad_tag_ratio" && html.elements > 0)
    return ratio_of(html.tags - html.elements, html.tags);
  if (name == "non_element_ratio" && html.elements_seen > 0)
    return ratio_of(html.tags_seen - html.elements_seen, html.tags_seen);
  if (name == "obfuscation_ratio" && html.obfuscated > 0)
    return ratio_of(html.obfuscated, html.tags);
  return std::nullopt;
}

bool flag_named(const HtmlFacts& html, std::string_view name) {
  if (name == "html") return true;
  if (name == "font_low_contrast") return html.low_contrast;
  if (name == "font_invalid_color") return html.invalid_color;
  if (name == "font_face_bad") return html.bad_font_face;
  if (name == "form_action_mailto") return html.mailto_form;
  if (name == "embeds") return html.embeds;
  if (name == "uri_truncated") return html.long_uri;
  return false;
}

std::vector<std::string_view> texts_named(const HtmlFacts& html, std::string_view name) {
  if (name == "comment") return {html.comments.begin(), html.comments.end()};
  if (name == "title") return {html.titles.begin(), html.titles.end()};
  std::vector<std::string_view> texts;
  if (name != "anchor") return texts;
  for (const HtmlAnchor& anchor : html.anchors) texts.emplace_back(anchor.text);
  return texts;
}

template <typename Holds>
SignalResult any_part(const ScanContext& context, Holds holds) {
  const std::vector<HtmlFacts>& parts = facts_of(context).html();
  return answer(std::any_of(parts.begin(), parts.end(), holds));
}

SignalResult html_test(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  return any_part(context, [&](const HtmlFacts& html) { return flag_named(html, arguments[0]); });
}

SignalResult html_tag_exists(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.empty()) return answer(false);
  return any_part(context,
                  [&](const HtmlFacts& html) { return html.inside.contains(arguments[0]); });
}

// How many of a tag are open at the end, compared as in "!= 0".
SignalResult html_tag_balance(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  return any_part(context, [&](const HtmlFacts& html) {
    const auto found = html.inside.find(arguments[0]);
    return found != html.inside.end() && holds(found->second, arguments[1]);
  });
}

SignalResult html_eval(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  return any_part(context, [&](const HtmlFacts& html) {
    const auto number = number_named(html, arguments[0]);
    return number && holds(*number, arguments[1]);
  });
}

// Above the first bound and not above the second; "inf" or none is no bound.
SignalResult html_range(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double least = number_in(arguments[1]);
  const bool open = arguments.size() < 3 || arguments[2] == "inf";
  const double most = open ? std::numeric_limits<double>::infinity() : number_in(arguments[2]);
  return any_part(context, [&](const HtmlFacts& html) {
    const auto number = number_named(html, arguments[0]);
    return number && *number > least && *number <= most;
  });
}

SignalResult html_image_only(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double least = number_in(arguments[0]), most = number_in(arguments[1]);
  return any_part(context, [&](const HtmlFacts& html) {
    const auto length = static_cast<double>(html.length);
    return html.inside.contains("img") && length > least && length <= most;
  });
}

// Characters of text for each pixel of image.
SignalResult html_image_ratio(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const double least = number_in(arguments[0]), most = number_in(arguments[1]);
  return any_part(context, [&](const HtmlFacts& html) {
    if (html.image_area <= 0) return false;
    const double ratio = static_cast<double>(html.non_space) / html.image_area;
    return ratio > least && ratio <= most;
  });
}

SignalResult html_text_match(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const MailFacts& facts = facts_of(context);
  for (const HtmlFacts& html : facts.html()) {
    for (const std::string_view text : texts_named(html, arguments[0])) {
      if (facts.matches(arguments[1], text)) return answer_with(true, "html " + arguments[0], text);
    }
  }
  return answer(false);
}

SignalResult html_text_not_match(const ScanContext& context, const EvalArguments& arguments) {
  if (arguments.size() < 2) return answer(false);
  const MailFacts& facts = facts_of(context);
  return any_part(context, [&](const HtmlFacts& html) {
    const auto texts = texts_named(html, arguments[0]);
    return std::any_of(texts.begin(), texts.end(),
                       [&](std::string_view text) { return !facts.matches(arguments[1], text); });
  });
}

SignalResult html_title_subject_ratio(const ScanContext& context, const EvalArguments& arguments) {
  const std::string_view subject = facts_of(context).header("Subject");
  if (arguments.empty() || subject.empty()) return answer(false);
  const double bound = number_in(arguments[0]);
  return any_part(context, [&](const HtmlFacts& html) {
    return std::any_of(html.titles.begin(), html.titles.end(), [&](const std::string& title) {
      return ratio_of(characters_in(title), characters_in(subject)) > bound;
    });
  });
}

// A charset that no configured language uses, declared at least as often as others.
SignalResult html_charset_faraway(const ScanContext& context, const EvalArguments&) {
  const std::string& locales = facts_of(context).settings().ok_locales;
  return any_part(context, [&](const HtmlFacts& html) {
    const auto far = std::count_if(html.charsets.begin(), html.charsets.end(),
                                   [&](auto& charset) { return is_faraway(charset, locales); });
    return far > 0 && static_cast<std::size_t>(far) * 2 >= html.charsets.size();
  });
}

SignalResult check_iframe_src(const ScanContext& context, const EvalArguments&) {
  return any_part(context, [](const HtmlFacts& html) { return html.iframe_source; });
}

}  // namespace

void add_html_evals(SignalTable& table) {
  table["html_test"] = html_test;
  table["html_tag_exists"] = html_tag_exists;
  table["html_tag_balance"] = html_tag_balance;
  table["html_eval"] = html_eval;
  table["html_range"] = html_range;
  table["html_image_only"] = html_image_only;
  table["html_image_ratio"] = html_image_ratio;
  table["html_text_match"] = html_text_match;
  table["html_text_not_match"] = html_text_not_match;
  table["html_title_subject_ratio"] = html_title_subject_ratio;
  table["html_charset_faraway"] = html_charset_faraway;
  table["check_iframe_src"] = check_iframe_src;
}

}  // namespace secondlook
