#include "analyzer/rule_engine/parser/rule_parser.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "analyzer/rule_engine/parser/known_words.h"
#include "analyzer/rule_engine/parser/replace_tags.h"
#include "analyzer/rule_engine/parser/rule_condition.h"
#include "analyzer/rule_engine/parser/rule_line.h"
#include "analyzer/rule_engine/parser/rule_settings.h"
#include "analyzer/rule_engine/parser/test_parser.h"
#include "analyzer/rule_engine/received/ip_networks.h"
#include "analyzer/rule_engine/stock_evals/redirectors.h"

namespace secondlook {
namespace {

std::optional<RuleKind> kind_of(std::string_view word) {
  for (const RuleKind kind :
       {RuleKind::header, RuleKind::body, RuleKind::rawbody, RuleKind::uri, RuleKind::uri_detail,
        RuleKind::full, RuleKind::mimeheader, RuleKind::meta}) {
    if (word == name_of(kind)) return kind;
  }
  return std::nullopt;
}

class FileParser {
 public:
  FileParser(std::uint32_t score_set, const ReadIncluded& read)
      : score_set_(score_set), read_(read) {}

  void parse(const RuleFile& file);
  ParsedRules finish();

 private:
  // An open `if`, and whether lines were taken where it stands.
  struct OpenIf {
    std::size_t line = 0;
    bool outer_taken = true;
    bool condition = false;
    bool has_else = false;
  };

  bool taken() const { return ifs_.empty() || (ifs_.back().outer_taken && ifs_.back().condition); }
  void parse_line();
  void describe_ja(const RuleWord& word);
  void parse_directive(const RuleWord& word, const std::string& directive);
  bool parse_structure(const std::string& directive, const RuleWord& value);
  void open_if(const std::string& directive, const RuleWord& value);
  void parse_rule(RuleKind kind, const RuleWord& name, const RuleWord& test);
  bool parse_setting(const std::string& directive, const RuleWord& name, const RuleWord& value);
  bool parse_replacement(const std::string& directive, const RuleWord& name, const RuleWord& value);
  void note_unknown(const RuleWord& word, const std::string& directive);
  void complain(std::size_t offset, std::string message, bool fatal = true);

  void include(const RuleWord& name);
  void check_networks(std::size_t from);
  void check_brand(std::size_t from);
  bool check_redirector(std::size_t from);

  const std::uint32_t score_set_;
  const ReadIncluded& read_;
  std::size_t depth_ = 0;           // of includes
  std::vector<RuleFile> included_;  // for the rule set's hash

  const RuleFile* file_ = nullptr;
  RuleLine line_;
  std::size_t number_ = 0;
  std::vector<OpenIf> ifs_;

  std::vector<RuleDefinition> rules_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, RuleSettings, std::less<>> settings_;
  ReplaceTags tags_;
  std::set<std::string, std::less<>> with_tags_;
  std::map<std::pair<std::string, std::string>, std::size_t> unknown_;  // (file, word) -> complaint
  std::vector<RuleComplaint> complaints_;
  RuleLists lists_;
};

void FileParser::complain(std::size_t offset, std::string message, bool fatal) {
  complaints_.push_back({file_->name, number_, line_.column(offset), std::move(message), fatal});
}

void FileParser::parse(const RuleFile& file) {
  file_ = &file;
  ifs_.clear();
  std::string_view rest = file.content;
  for (number_ = 1; !rest.empty(); ++number_) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line_ = cut_rule_line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line_.text.empty()) parse_line();
  }
  for (const OpenIf& open : ifs_) {
    complaints_.push_back({file.name, open.line, 1, "this \"if\" has no \"endif\" in its file"});
  }
}

// The included file is read where it stands; its conditions are its own.
void FileParser::include(const RuleWord& name) {
  if (name.text.empty()) return complain(name.offset, "\"include\" needs a file's name");
  if (depth_ >= kDeepestInclude || included_.size() >= kMostIncludes) {
    return complain(name.offset, "too many files include each other; at most " +
                                     std::to_string(kDeepestInclude) + " levels are read");
  }
  std::string path(name.text);
  if (!path.starts_with('/')) path = file_->name.substr(0, file_->name.rfind('/') + 1) + path;
  Result<std::string> content = read_ ? read_(path) : Result<std::string>(forbidden("not here"));
  if (!content) {
    return complain(name.offset, "cannot include " + path + ": " + content.error().message);
  }
  included_.push_back({std::move(path), std::move(*content)});
  const RuleFile file = included_.back();
  const RuleFile* const outer = file_;
  const std::size_t number = number_;
  RuleLine line = std::exchange(line_, {});
  std::vector<OpenIf> ifs = std::exchange(ifs_, {});
  ++depth_;
  parse(file);
  --depth_;
  file_ = outer;
  number_ = number;
  line_ = std::move(line);
  ifs_ = std::move(ifs);
}

void FileParser::check_networks(std::size_t from) {
  for (const RuleWord& word : words_of(line_.text, from)) {
    if (!IpNetworks().add(word.text)) {
      complain(word.offset, "\"" + std::string(word.text) +
                                "\" is no network; write 192.0.2.0/24, 10. or [2001:db8::]/32");
    }
  }
}

void FileParser::check_brand(std::size_t from) {
  const std::vector<RuleWord> words = words_of(line_.text, from);
  if (words.size() < 2)
    return complain(from, "brand needs a name and its domains: brand Contoso contoso.example");
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string_view domain = words[i].text;
    if (domain.starts_with('=')) domain.remove_prefix(1);
    const bool is_domain = domain.find('.') != domain.npos && domain.front() != '.' &&
                           domain.back() != '.' && domain.find_first_of("@/:*") == domain.npos;
    if (!is_domain)
      complain(words[i].offset,
               "\"" + std::string(domain) + "\" is no domain such as contoso.example");
  }
}

bool FileParser::check_redirector(std::size_t from) {
  const RuleWord value = rest_at(line_.text, from);
  const auto mistake = Redirectors().add(value.text);
  if (mistake) complain(value.offset + mistake->offset, mistake->message, !mistake->is_limit);
  return !mistake;
}

void FileParser::parse_line() {
  RuleWord word = word_at(line_.text, 0);
  std::string directive = to_lower(word.text);
  std::replace(directive.begin(), directive.end(), '-', '_');
  if (parse_structure(directive, rest_at(line_.text, word.end())) || !taken()) return;
  if (directive == "lang") {
    const RuleWord language = word_at(line_.text, word.end());
    word = word_at(line_.text, language.end());
    directive = to_lower(word.text);
    if (language.text.starts_with("ja") && directive == "describe") return describe_ja(word);
    if (!language.text.starts_with("en")) return;
  }
  parse_directive(word, directive);
}

void FileParser::describe_ja(const RuleWord& word) {
  const RuleWord name = word_at(line_.text, word.end());
  if (is_rule_name(name.text))
    settings_[std::string(name.text)].description_ja = rest_at(line_.text, name.end()).text;
}

bool FileParser::parse_structure(const std::string& directive, const RuleWord& value) {
  if (directive == "if" || directive == "ifplugin") {
    open_if(directive, value);
  } else if (directive == "else" || directive == "endif") {
    if (!value.text.empty()) complain(value.offset, "nothing may follow \"" + directive + "\"");
    if (ifs_.empty()) {
      complain(0, "\"" + directive + "\" without an \"if\" before it in this file");
    } else if (directive == "endif") {
      ifs_.pop_back();
    } else if (std::exchange(ifs_.back().has_else, true)) {
      complain(0, "second \"else\" of one \"if\"");
    } else {
      ifs_.back().condition = !ifs_.back().condition;
    }
  } else {
    return false;
  }
  return true;
}

void FileParser::open_if(const std::string& directive, const RuleWord& value) {
  OpenIf open{number_, taken()};
  if (value.text.empty()) {
    complain(value.offset, "\"" + directive + "\" needs a condition");
  } else if (directive == "ifplugin") {
    open.condition = is_plugin_taken(value.text);
  } else if (const Parsed<bool> condition = evaluate_condition(value.text);
             condition.index() == 0) {
    open.condition = std::get<bool>(condition);
  } else if (taken()) {
    const auto& mistake = std::get<Mistake>(condition);
    complain(value.offset + mistake.offset, mistake.message);
  }
  ifs_.push_back(open);
}

void FileParser::parse_directive(const RuleWord& word, const std::string& directive) {
  const RuleWord name = word_at(line_.text, word.end());
  const RuleWord value = rest_at(line_.text, name.end());
  const std::optional<RuleKind> kind = kind_of(directive);
  if (std::string list = list_directive(directive); !list.empty()) {
    if (list.ends_with("_networks") && !list.starts_with("clear_")) check_networks(word.end());
    if (list == "brand") check_brand(word.end());
    if (list == "redirector_pattern" && !check_redirector(word.end())) return;
    lists_.push_back({std::move(list), std::string(rest_at(line_.text, word.end()).text)});
    return;
  }
  if (directive == "include") return include(rest_at(line_.text, word.end()));
  if (directive == "replace_rules") {
    for (const RuleWord& rule : words_of(line_.text, word.end())) with_tags_.emplace(rule.text);
    return;
  }
  const bool is_setting = directive == "score" || directive == "describe" ||
                          directive == "tflags" || directive == "disposition";
  if ((kind || is_setting) && !is_rule_name(name.text)) {
    complain(name.offset, "\"" + std::string(name.text) +
                              "\" is no rule name; use letters, digits and _ (at most 100, no "
                              "digit first)");
  } else if (kind) {
    parse_rule(*kind, name, value);
  } else if (!(is_setting && parse_setting(directive, name, value)) &&
             !parse_replacement(directive, name, value)) {
    note_unknown(word, directive);
  }
}

void FileParser::parse_rule(RuleKind kind, const RuleWord& name, const RuleWord& test) {
  Parsed<RuleDefinition> parsed = parse_test(kind, test.text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) {
    return complain(test.offset + mistake->offset, mistake->message);
  }
  RuleDefinition rule = std::get<RuleDefinition>(std::move(parsed));
  rule.name = name.text;
  rule.file = file_->name;
  rule.line = number_;
  rule.pattern_column = line_.column(test.offset + rule.pattern_column);
  rule.expression_column = line_.column(test.offset);
  for (UriCondition& condition : rule.uri_conditions) {
    condition.pattern.offset = line_.column(test.offset + condition.pattern.offset);
  }
  const auto [place, is_new] = index_.try_emplace(rule.name, rules_.size());
  if (is_new) {
    rules_.push_back(std::move(rule));
  } else {
    RuleDefinition& before = rules_[place->second];
    complain(name.offset,
             "rule " + rule.name + " was defined before, at " + before.file + ":" +
                 std::to_string(before.line) + "; this definition counts",
             false);
    before = std::move(rule);
  }
}

bool FileParser::parse_setting(const std::string& directive, const RuleWord& name,
                               const RuleWord& value) {
  RuleSettings& settings = settings_[std::string(name.text)];
  std::optional<Mistake> mistake;
  if (directive == "score") {
    mistake = read_score(settings, value.text, score_set_);
  } else if (directive == "tflags") {
    mistake = read_flags(settings, value.text);
  } else if (directive == "disposition") {
    mistake = read_disposition(settings, value.text);
  } else {
    settings.description = value.text;
  }
  if (mistake) complain(value.offset + mistake->offset, mistake->message);
  return true;
}

bool FileParser::parse_replacement(const std::string& directive, const RuleWord& name,
                                   const RuleWord& value) {
  ReplaceTags::Table* table = directive == "replace_tag"     ? &tags_.tags
                              : directive == "replace_pre"   ? &tags_.before
                              : directive == "replace_post"  ? &tags_.after
                              : directive == "replace_inter" ? &tags_.between
                                                             : nullptr;
  if (table == nullptr) return false;
  if (value.text.empty())
    complain(value.offset, "\"" + directive + "\" needs a name and a pattern");
  (*table)[std::string(name.text)] = value.text;
  return true;
}

// One complaint a file and word, however often it stands there.
void FileParser::note_unknown(const RuleWord& word, const std::string& directive) {
  const std::string quoted = "\"" + std::string(word.text) + "\"";
  if (!is_foreign_directive(directive)) {
    if (const std::string_view meant = nearest_directive(directive); !meant.empty()) {
      return complain(word.offset, "unknown directive " + quoted + "; did you mean \"" +
                                       std::string(meant) + "\"?");
    }
  }
  if (unknown_.try_emplace({file_->name, directive}, complaints_.size()).second) {
    complain(word.offset, "unsupported directive " + quoted + "; its lines are passed over", false);
  }
}

ParsedRules FileParser::finish() {
  for (RuleDefinition& rule : rules_) {
    const auto settings = settings_.find(rule.name);
    apply_settings(rule, settings == settings_.end() ? RuleSettings{} : settings->second);
    if (with_tags_.contains(rule.name)) {
      rule.pattern.expression = tags_.expand(rule.pattern.expression);
    }
  }
  return {std::move(rules_), std::move(complaints_), std::move(lists_), std::move(included_)};
}

}  // namespace

ParsedRules parse_rules(const std::vector<RuleFile>& files, std::uint32_t score_set,
                        const ReadIncluded& read) {
  FileParser parser(score_set, read);
  for (const RuleFile& file : files) parser.parse(file);
  return parser.finish();
}

}  // namespace secondlook
