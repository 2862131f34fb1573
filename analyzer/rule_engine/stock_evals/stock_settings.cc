#include "analyzer/rule_engine/stock_evals/stock_settings.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "analyzer/message/ascii.h"
#include "analyzer/message/registrable_domain.h"
#include "analyzer/rule_engine/parser/rule_line.h"

namespace secondlook {
namespace {

std::vector<std::string> lower_words(std::string_view value) {
  std::vector<std::string> words;
  for (const RuleWord& word : words_of(value, 0)) words.push_back(to_lower(word.text));
  return words;
}

void add_networks(IpNetworks& networks, std::string_view value) {
  for (const RuleWord& word : words_of(value, 0)) networks.add(word.text);
}

// Loopback is always on our side of the border.
void add_loopback(IpNetworks& networks) {
  networks.add("127.0.0.0/8");
  networks.add("::1");
}

void read_number(std::string_view value, std::size_t& number) {
  std::from_chars(value.data(), value.data() + value.size(), number);
}

class SettingsMaker {
 public:
  StockSettings make(const RuleLists& lists) {
    for (const RuleListLine& line : lists) {
      if (!read_networks(line) && !read_addresses(line) && !read_named_lists(line) &&
          !read_freemail(line))
        read_switches(line);
    }
    add_loopback(settings_.trust.trusted);
    add_loopback(settings_.trust.internal);
    return std::move(settings_);
  }

 private:
  bool read_networks(const RuleListLine& line) {
    TrustSettings& trust = settings_.trust;
    if (line.directive == "trusted_networks") {
      add_networks(trust.trusted, line.value);
      trust.trusted_configured = true;
    } else if (line.directive == "internal_networks") {
      add_networks(trust.internal, line.value);
      trust.internal_configured = true;
    } else if (line.directive == "msa_networks") {
      add_networks(trust.msa, line.value);
    } else if (line.directive == "clear_trusted_networks") {
      trust.trusted = {};
      trust.trusted_configured = false;
    } else if (line.directive == "clear_internal_networks") {
      trust.internal = {};
      trust.internal_configured = false;
    } else if (line.directive == "clear_msa_networks") {
      trust.msa = {};
    } else if (line.directive == "originating_ip_headers") {
      for (std::string& name : lower_words(line.value))
        trust.originating_ip_headers.push_back(std::move(name));
    } else if (line.directive == "clear_originating_ip_headers") {
      trust.originating_ip_headers.clear();
    } else {
      return false;
    }
    return true;
  }

  AddressPatterns* addresses(std::string_view directive) {
    if (directive == "welcomelist_from") return &settings_.welcome_from;
    if (directive == "blocklist_from") return &settings_.block_from;
    if (directive == "welcomelist_to") return &settings_.welcome_to;
    if (directive == "blocklist_to") return &settings_.block_to;
    if (directive == "more_spam_to") return &settings_.more_spam_to;
    if (directive == "all_spam_to") return &settings_.all_spam_to;
    if (directive == "welcomelist_allows_relays") return &settings_.allows_relays;
    if (directive == "welcomelist_bounce_relays") return &settings_.bounce_relays;
    return nullptr;
  }

  bool read_addresses(const RuleListLine& line) {
    const std::string& name = line.directive;
    if (AddressPatterns* patterns = addresses(name)) {
      for (const std::string& word : lower_words(line.value)) patterns->add(word);
    } else if (name == "unwelcomelist_from" || name == "unblocklist_from") {
      AddressPatterns& taken =
          name == "unwelcomelist_from" ? settings_.welcome_from : settings_.block_from;
      for (const std::string& word : lower_words(line.value)) taken.remove(word);
    } else if (name == "welcomelist_from_rcvd" || name == "def_welcomelist_from_rcvd") {
      const std::vector<std::string> words = lower_words(line.value);
      auto& list = name == "welcomelist_from_rcvd" ? settings_.welcome_from_rcvd
                                                   : settings_.default_welcome_from_rcvd;
      if (words.size() == 2) list.push_back({words[0], words[1]});
    } else if (name == "unwelcomelist_from_rcvd") {
      for (const std::string& word : lower_words(line.value)) {
        const auto same = [&](const RelayedAddress& each) { return each.address == word; };
        std::erase_if(settings_.welcome_from_rcvd, same);
        std::erase_if(settings_.default_welcome_from_rcvd, same);
      }
    } else {
      return false;
    }
    return true;
  }

  // "(NAME) host host", and the two lists that have directives of their own.
  bool read_named_lists(const RuleListLine& line) {
    const std::string& directive = line.directive;
    if (directive == "welcomelist_uri_host" || directive == "blocklist_uri_host") {
      add_hosts(directive.starts_with('w') ? "WELCOME" : "BLOCK", lower_words(line.value));
      return true;
    }
    if (directive != "enlist_uri_host" && directive != "delist_uri_host" &&
        directive != "enlist_addrlist")
      return false;
    const std::string_view value = line.value;
    const std::size_t close = value.find(')');
    if (!value.starts_with('(') || close == value.npos) return true;
    const std::string name(trim(value.substr(1, close - 1)));
    const std::vector<std::string> words = lower_words(value.substr(close + 1));
    if (directive == "enlist_addrlist") {
      for (const std::string& word : words) settings_.address_lists[name].add(word);
    } else if (directive == "enlist_uri_host") {
      add_hosts(name, words);
    } else {
      for (const std::string& word : words) settings_.host_lists[name].erase(word);
    }
    return true;
  }

  void add_hosts(const std::string& list, const std::vector<std::string>& words) {
    for (std::string_view word : words) {
      const bool out = word.starts_with('!');
      if (out) word.remove_prefix(1);
      settings_.host_lists[list][std::string(word)] = !out;
    }
  }

  bool read_freemail(const RuleListLine& line) {
    if (line.directive == "freemail_domains") {
      for (std::string& word : lower_words(line.value)) {
        const bool is_glob = word.find_first_of("*?") != std::string::npos;
        if (is_glob)
          settings_.freemail_globs.push_back(std::move(word));
        else
          settings_.freemail.insert(std::move(word));
      }
    } else if (line.directive == "freemail_welcomelist") {
      for (std::string& word : lower_words(line.value)) {
        if (word.starts_with('@')) word.erase(0, 1);
        settings_.freemail_excepted.insert(std::move(word));
      }
    } else if (line.directive == "freemail_max_body_emails") {
      read_number(line.value, settings_.freemail_most_emails);
    } else if (line.directive == "freemail_max_body_freemails") {
      read_number(line.value, settings_.freemail_most_freemails);
    } else if (line.directive == "freemail_skip_when_over_max") {
      settings_.freemail_skips_over_most = trim(line.value) != "0";
    } else {
      return false;
    }
    return true;
  }

  void read_brand(const std::vector<RuleWord>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool is_near_words = words[i].text.starts_with('=');
      settings_.brands.push_back({std::string(words[0].text),
                                  to_lower(words[i].text.substr(is_near_words ? 1 : 0)),
                                  is_near_words});
    }
  }

  void read_switches(const RuleListLine& line) {
    const std::string& name = line.directive;
    if (name == "util_rb_tld" || name == "util_rb_2tld" || name == "util_rb_3tld") {
      auto& list = name == "util_rb_tld"    ? settings_.tld
                   : name == "util_rb_2tld" ? settings_.two_level_tld
                                            : settings_.three_level_tld;
      for (std::string& word : lower_words(line.value)) list.insert(std::move(word));
    } else if (name == "clear_util_rb") {
      for (auto* list : {&settings_.tld, &settings_.two_level_tld, &settings_.three_level_tld})
        list->clear();
    } else if (name == "redirector_pattern") {
      settings_.redirectors.add(line.value);  // the parser told its mistakes
    } else if (name == "brand") {
      read_brand(words_of(line.value, 0));
    } else if (name == "ok_locales") {
      settings_.ok_locales = to_lower(trim(line.value));
    } else if (name == "envelope_sender_header") {
      settings_.envelope_sender_header = trim(line.value);
    } else if (name == "welcomelist_subject") {
      settings_.welcome_subjects.push_back(to_lower(trim(line.value)));
    } else if (name == "blocklist_subject") {
      settings_.block_subjects.push_back(to_lower(trim(line.value)));
    }
  }

  StockSettings settings_;
};

// The last `labels` labels of the name, or all of it.
std::string_view last_labels(std::string_view host, std::size_t labels) {
  std::size_t at = host.size();
  for (; labels > 0; --labels) {
    const std::size_t dot = at == 0 ? host.npos : host.rfind('.', at - 1);
    if (dot == host.npos) return host;
    at = dot;
  }
  return host.substr(at + 1);
}

}  // namespace

void AddressPatterns::add(std::string_view pattern) {
  patterns_.push_back(to_lower(pattern));
}

void AddressPatterns::remove(std::string_view pattern) {
  std::erase(patterns_, to_lower(pattern));
}

bool AddressPatterns::matches(std::string_view address) const {
  const std::string lower = to_lower(address);
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const std::string& pattern) { return matches_glob(lower, pattern); });
}

bool matches_glob(std::string_view text, std::string_view pattern) {
  // What stands behind the last wildcard stands at the text's end: most addresses differ there.
  while (!pattern.empty() && pattern.back() != '*' && pattern.back() != '?') {
    if (text.empty() || text.back() != pattern.back()) return false;
    text.remove_suffix(1);
    pattern.remove_suffix(1);
  }
  std::size_t at = 0, in_pattern = 0;
  std::size_t star = pattern.npos, star_text = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_text = at;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == text[at])) {
      ++in_pattern;
      ++at;
    } else if (star != pattern.npos) {
      in_pattern = star + 1;
      at = ++star_text;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

std::string StockSettings::registered_domain(std::string_view written) const {
  const std::string host = to_lower(written);
  if (two_level_tld.empty() && three_level_tld.empty()) return registrable_domain(host);
  if (three_level_tld.contains(last_labels(host, 3))) return std::string(last_labels(host, 4));
  if (two_level_tld.contains(last_labels(host, 2))) return std::string(last_labels(host, 3));
  return std::string(last_labels(host, 2));
}

StockSettings make_stock_settings(const RuleLists& lists) {
  return SettingsMaker().make(lists);
}

}  // namespace secondlook
