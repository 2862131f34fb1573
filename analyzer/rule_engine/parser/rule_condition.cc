#include "analyzer/rule_engine/parser/rule_condition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {
namespace {

constexpr double kVersion = 4.000001;      // of SpamAssassin's rule language: 4.0.1
constexpr double kPerlVersion = 5.036000;  // whose patterns PCRE2 10.42 understands
constexpr int kDeepest = 100;

constexpr std::string_view kPluginSpace = "Mail::SpamAssassin::Plugin::";
// What Debian's SpamAssassin loads. Of those that ask the network or have learned something only
// the rules stand here, and are left out one by one. Sorted.
constexpr auto kPlugins = std::to_array<std::string_view>({"AskDNS",        "AutoLearnThreshold",
                                                           "Bayes",         "BodyEval",
                                                           "Check",         "DKIM",
                                                           "DMARC",         "DNSEval",
                                                           "FreeMail",      "HTMLEval",
                                                           "HTTPSMismatch", "HashBL",
                                                           "HeaderEval",    "ImageInfo",
                                                           "MIMEEval",      "MIMEHeader",
                                                           "Pyzor",         "Razor2",
                                                           "RelayEval",     "ReplaceTags",
                                                           "SPF",           "SpamCop",
                                                           "URIDNSBL",      "URIDetail",
                                                           "URIEval",       "VBounce",
                                                           "WLBLEval",      "WelcomeListSubject"});

// What can() and has() are asked about, as far as the engine does it.
constexpr auto kFeatures = std::to_array<std::string_view>(
    {"Mail::SpamAssassin::Conf::feature_blocklist_welcomelist",
     "Mail::SpamAssassin::Conf::feature_bug6558_free",  // counts of `tflags multiple` are right
     // What captures is run; what searches the captured text is left out, and says so.
     "Mail::SpamAssassin::Conf::feature_capture_rules",
     "Mail::SpamAssassin::Conf::feature_get_host",
     "Mail::SpamAssassin::Conf::feature_header_address_parser",
     "Mail::SpamAssassin::Conf::feature_header_first_last",
     "Mail::SpamAssassin::Conf::feature_header_match_many",
     "Mail::SpamAssassin::Conf::feature_local_tests_only",
     "Mail::SpamAssassin::Conf::feature_originating_ip_headers",
     "Mail::SpamAssassin::Conf::feature_registryboundaries",
     "Mail::SpamAssassin::Conf::feature_uri_host_listed",
     "Mail::SpamAssassin::Conf::feature_welcomelist_blocklist",
     "Mail::SpamAssassin::Conf::has_tflags_nosubject",
     "Mail::SpamAssassin::Conf::perl_min_version_5010000",
     "Mail::SpamAssassin::Plugin::BodyEval::has_check_body_length",
     "Mail::SpamAssassin::Plugin::DKIM::has_arc",
     "Mail::SpamAssassin::Plugin::MIMEEval::has_check_abundant_unicode_ratio",
     "Mail::SpamAssassin::Plugin::MIMEEval::has_check_for_ascii_text_illegal",
     "Mail::SpamAssassin::Plugin::MIMEEval::has_check_qp_ratio",
     "Mail::SpamAssassin::Plugin::SPF::has_check_for_spf_errors",
     "Mail::SpamAssassin::Plugin::URIDNSBL::has_tflags_domains_only",
     "Mail::SpamAssassin::Plugin::URIDNSBL::has_uridnsbl_for_a",
     "Mail::SpamAssassin::Plugin::URIDetail::has_host_key"});

bool is_name(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == ':' || byte == '.';
}

// Recursive descent; the first mistake stops it.
class ConditionReader {
 public:
  explicit ConditionReader(std::string_view text) : text_(text) {}

  Parsed<bool> read() {
    const double value = either();
    skip_blanks();
    if (!mistake_ && position_ < text_.size()) complain("nothing is expected here");
    if (mistake_) return *mistake_;
    return value != 0;
  }

 private:
  double either() {
    double left = both();
    while (take("||")) {
      const double right = both();
      left = left != 0 || right != 0;
    }
    return left;
  }

  double both() {
    double left = comparison();
    while (take("&&")) {
      const double right = comparison();
      left = left != 0 && right != 0;
    }
    return left;
  }

  double comparison() {
    const double left = operand();
    if (take(">=")) return left >= operand();
    if (take("<=")) return left <= operand();
    if (take("==")) return left == operand();
    if (take("!=")) return left != operand();
    if (take(">")) return left > operand();
    if (take("<")) return left < operand();
    return left;
  }

  double operand() {
    if (mistake_) return 0;
    if (++depth_ > kDeepest) return complain("nested too deeply");
    const double value = take("!") ? !(operand() != 0) : take("(") ? parenthesis() : word();
    --depth_;
    return value;
  }

  double parenthesis() {
    const double value = either();
    if (!take(")")) complain("\")\" is missing");
    return value;
  }

  double word() {
    const std::string_view name = take_name();
    double number = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (!name.empty() && failure == std::errc() && end == name.data() + name.size()) return number;
    if (name == "version") return kVersion;
    if (name == "perl_version") return kPerlVersion;
    if (name == "local_tests_only") return 1;
    if (name == "plugin") return is_plugin_taken(argument());
    if (name == "can" || name == "has") {
      return std::find(kFeatures.begin(), kFeatures.end(), argument()) != kFeatures.end();
    }
    position_ -= name.size();
    return complain("expected plugin(…), can(…), has(…), version or a number");
  }

  std::string_view argument() {
    if (!take("(")) complain("\"(\" is missing");
    const std::string_view name = take_name();
    if (!take(")")) complain("\")\" is missing");
    return name;
  }

  std::string_view take_name() {
    skip_blanks();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_name(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  bool take(std::string_view token) {
    skip_blanks();
    if (!text_.substr(position_).starts_with(token)) return false;
    if (token == "!" && text_.substr(position_).starts_with("!=")) return false;
    position_ += token.size();
    return true;
  }

  void skip_blanks() {
    while (position_ < text_.size() && is_blank(text_[position_])) ++position_;
  }

  double complain(std::string message) {
    if (!mistake_) mistake_ = Mistake{position_, "condition: " + std::move(message)};
    position_ = text_.size();
    return 0;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::optional<Mistake> mistake_;
};

}  // namespace

bool is_plugin_taken(std::string_view name) {
  if (name == "Secondlook") return true;
  if (!name.starts_with(kPluginSpace)) return false;
  return std::binary_search(kPlugins.begin(), kPlugins.end(), name.substr(kPluginSpace.size()));
}

Parsed<bool> evaluate_condition(std::string_view text) {
  return ConditionReader(text).read();
}

}  // namespace secondlook
