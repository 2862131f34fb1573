#include "analyzer/rule_engine/parser/known_words.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace secondlook {
namespace {

constexpr std::array<std::string_view, 24> kOurs = {
    "header",       "body",          "rawbody",     "uri",         "full",        "mimeheader",
    "meta",         "score",         "describe",    "tflags",      "lang",        "if",
    "ifplugin",     "else",          "endif",       "replace_tag", "replace_pre", "replace_inter",
    "replace_post", "replace_rules", "disposition", "include",     "uri_detail",  "brand"};

// Sorted. Beginnings count too: "bayes_" stands for all words that begin so.
constexpr auto kForeign = std::to_array<std::string_view>({"add_header",
                                                           "adsp_override",
                                                           "allow_user_rules",
                                                           "askdns",
                                                           "asn_",
                                                           "auto_",
                                                           "bayes_",
                                                           "blacklist_",
                                                           "blocklist_",
                                                           "clear_",
                                                           "dcc_",
                                                           "def_",
                                                           "dkim_",
                                                           "dns_",
                                                           "dnsbl_",
                                                           "enlist_",
                                                           "envelope_sender_",
                                                           "fns_",
                                                           "fold_headers",
                                                           "freemail_",
                                                           "hashbl_",
                                                           "loadplugin",
                                                           "lock_method",
                                                           "more_spam_",
                                                           "normalize_charset",
                                                           "ok_",
                                                           "originating_ip_",
                                                           "priority",
                                                           "pyzor_",
                                                           "razor_",
                                                           "rbl_",
                                                           "remove_header",
                                                           "report",
                                                           "required_",
                                                           "require_version",
                                                           "reuse",
                                                           "rewrite_header",
                                                           "shortcircuit",
                                                           "skip_",
                                                           "spf_",
                                                           "test",
                                                           "textcat_",
                                                           "time_limit",
                                                           "txrep_",
                                                           "unblacklist_",
                                                           "unblocklist_",
                                                           "uncloak_",
                                                           "unsafe_report",
                                                           "unwelcomelist_",
                                                           "unwhitelist_",
                                                           "uri_",
                                                           "uridnsbl",
                                                           "uridnssub",
                                                           "urifullnsrhssub",
                                                           "urinsrhssub",
                                                           "urirhsbl",
                                                           "urirhssub",
                                                           "url_",
                                                           "use_",
                                                           "user_",
                                                           "util_rb_",
                                                           "vbounce_",
                                                           "version_tag",
                                                           "welcomelist_",
                                                           "whitelist_"});

// Levenshtein's distance.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t change = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

bool is_foreign_directive(std::string_view word) {
  return std::any_of(kForeign.begin(), kForeign.end(), [&](std::string_view known) {
    return known.ends_with('_') ? word.starts_with(known)
                                : word == known || word.starts_with(std::string(known) + "_");
  });
}

std::string_view nearest_directive(std::string_view word) {
  if (word.size() > 32 || word.size() < 3) return "";
  std::size_t nearest = word.size() < 6 ? 2 : 3;
  std::string_view found;
  for (const std::string_view ours : kOurs) {
    const std::size_t steps = distance(word, ours);
    if (steps >= nearest) continue;
    nearest = steps;
    found = ours;
  }
  return found;
}

}  // namespace secondlook
