#include "analyzer/rule_engine/patterns/confirming_pattern.h"

#include <algorithm>
#include <string>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "analyzer/message/ascii.h"
#include "analyzer/rule_engine/patterns/shared_groups.h"

namespace secondlook {
namespace {

constexpr std::uint32_t kMostSteps = 1'000'000;  // about 10 ms
constexpr std::uint32_t kMostDepth = 10'000;
constexpr std::uint32_t kMostHeapKibibytes = 20'000;
constexpr std::size_t kJitStack = 1 << 20;

std::uint32_t options_of(const PerlPattern& pattern, bool by_characters) {
  std::uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT | PCRE2_DUPNAMES;
  if (pattern.caseless) options |= PCRE2_CASELESS;
  if (pattern.multi_line) options |= PCRE2_MULTILINE;
  if (pattern.dot_all) options |= PCRE2_DOTALL;
  if (pattern.extended) options |= PCRE2_EXTENDED;
  if (pattern.extended_more) options |= PCRE2_EXTENDED_MORE;
  if (pattern.no_capture) options |= PCRE2_NO_AUTO_CAPTURE;
  return options | (by_characters ? PCRE2_UTF : PCRE2_NEVER_UTF);
}

std::string text_of_error(int code) {
  unsigned char text[256] = {};
  pcre2_get_error_message(code, text, sizeof(text));
  return reinterpret_cast<const char*>(text);
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data() == nullptr ? "" : text.data());
}

pcre2_code* compile_expression(const std::string& expression, std::uint32_t options, int& error,
                               std::size_t& offset) {
  const std::unique_ptr<pcre2_compile_context, void (*)(pcre2_compile_context*)> context{
      pcre2_compile_context_create(nullptr), pcre2_compile_context_free};
  if (context) pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  return pcre2_compile(bytes_of(expression), expression.size(), options, &error, &offset,
                       context.get());
}

// Of a message's bytes that may be searched.
std::uint64_t search_cost(std::string_view subject, std::size_t from, std::size_t last) {
  const std::size_t end = std::min(last, subject.size());
  return 64 + end - std::min(from, end);
}

// "e", to count how often it stands in a text: not worth a call of PCRE2 each time.
std::optional<char> only_byte_of(const PerlPattern& pattern) {
  if (pattern.expression.size() != 1) return std::nullopt;
  const char byte = pattern.expression.front();
  const bool is_itself = is_digit(byte) || (is_letter(byte) && !pattern.caseless);
  return is_itself ? std::optional(byte) : std::nullopt;
}

}  // namespace

// Where PCRE2 writes what it found.
struct ConfirmingPattern::MatchData {
  explicit MatchData(std::uint32_t pairs)
      : data(pcre2_match_data_create(pairs, nullptr), pcre2_match_data_free) {}
  std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data;
  int pairs_set = 0;
};

struct PatternMatcher::Memory {
  ConfirmingPattern::MatchData whole{1};
  ConfirmingPattern::MatchData groups{ConfirmingPattern::kMostGroups};
  std::unique_ptr<pcre2_match_context, void (*)(pcre2_match_context*)> context{
      pcre2_match_context_create(nullptr), pcre2_match_context_free};
  std::unique_ptr<pcre2_jit_stack, void (*)(pcre2_jit_stack*)> stack{
      pcre2_jit_stack_create(32 * 1024, kJitStack, nullptr), pcre2_jit_stack_free};
};

PatternMatcher::PatternMatcher() : memory_(std::make_unique<Memory>()) {
  if (!memory_->context) return;
  pcre2_set_match_limit(memory_->context.get(), kMostSteps);
  pcre2_set_depth_limit(memory_->context.get(), kMostDepth);
  pcre2_set_heap_limit(memory_->context.get(), kMostHeapKibibytes);
  if (memory_->stack) {
    pcre2_jit_stack_assign(memory_->context.get(), nullptr, memory_->stack.get());
  }
}

PatternMatcher::PatternMatcher(PatternMatcher&&) noexcept = default;
PatternMatcher& PatternMatcher::operator=(PatternMatcher&&) noexcept = default;
PatternMatcher::~PatternMatcher() = default;

Parsed<ConfirmingPattern> ConfirmingPattern::compile(const PerlPattern& pattern, bool by_characters,
                                                     bool to_machine_code) {
  if (pattern.expression.size() > kLongestPattern) {
    return Mistake{0, "longer than " + std::to_string(kLongestPattern) + " bytes", true};
  }
  const std::uint32_t options = options_of(pattern, by_characters);
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* code = compile_expression(pattern.expression, options, error, offset);
  // Debian's PCRE2 holds 64 Ki units of compiled pattern.
  const bool is_limit =
      error == PCRE2_ERROR_PATTERN_TOO_LARGE || error == PCRE2_ERROR_PATTERN_TOO_COMPLICATED;
  if (code == nullptr && is_limit) {
    int again = 0;
    std::size_t elsewhere = 0;
    code = compile_expression(with_shared_groups(pattern.expression), options, again, elsewhere);
  }
  if (code == nullptr) return Mistake{offset, "bad pattern: " + text_of_error(error), is_limit};
  // Without JIT (none for this machine, or memory may not be executable) the interpreter does it.
  const bool is_fast = to_machine_code && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
  ConfirmingPattern ready(code, is_fast);
  ready.only_byte_ = only_byte_of(pattern);
  return ready;
}

ConfirmingPattern::ConfirmingPattern(ConfirmingPattern&& other) noexcept
    : code_(std::exchange(other.code_, nullptr)),
      is_fast_(other.is_fast_),
      only_byte_(other.only_byte_) {}

ConfirmingPattern& ConfirmingPattern::operator=(ConfirmingPattern&& other) noexcept {
  std::swap(code_, other.code_);
  std::swap(is_fast_, other.is_fast_);
  std::swap(only_byte_, other.only_byte_);
  return *this;
}

ConfirmingPattern::~ConfirmingPattern() {
  pcre2_code_free(code_);
}

MatchAnswer ConfirmingPattern::match(std::string_view subject, std::size_t from,
                                     PatternMatcher& matcher, MatchData& data,
                                     std::size_t last) const {
  PatternMatcher::Memory& memory = *matcher.memory_;
  const std::uint64_t cost = search_cost(subject, from, last);
  if (!data.data || !memory.context || cost > matcher.bytes_left_) {
    return MatchAnswer::limit_reached;
  }
  matcher.bytes_left_ -= cost;
  pcre2_set_offset_limit(memory.context.get(), last == kAnywhere ? PCRE2_UNSET : last);
  // Subjects of character patterns were made valid UTF-8 before.
  const auto search = is_fast_ ? pcre2_jit_match : pcre2_match;
  const int answer = search(code_, bytes_of(subject), subject.size(), from, PCRE2_NO_UTF_CHECK,
                            data.data.get(), memory.context.get());
  if (answer == PCRE2_ERROR_NOMATCH) return MatchAnswer::absent;
  if (answer < 0) {
    matcher.bytes_left_ -= std::min(matcher.bytes_left_, PatternMatcher::kBytesOfLimit);
    return MatchAnswer::limit_reached;
  }
  data.pairs_set = answer;
  return MatchAnswer::found;
}

MatchAnswer ConfirmingPattern::find(std::string_view subject, std::size_t from,
                                    PatternMatcher& matcher, MatchSpan& span,
                                    std::size_t last) const {
  if (only_byte_) return find_byte(subject, from, matcher, span, last);
  MatchData& data = matcher.memory_->whole;
  const MatchAnswer answer = match(subject, from, matcher, data, last);
  if (answer != MatchAnswer::found) return answer;
  const std::size_t* vector = pcre2_get_ovector_pointer(data.data.get());
  // \K in a lookahead can set the beginning behind the end.
  span = {std::min(vector[0], vector[1]), vector[1]};
  return answer;
}

MatchAnswer ConfirmingPattern::find_byte(std::string_view subject, std::size_t from,
                                         PatternMatcher& matcher, MatchSpan& span,
                                         std::size_t last) const {
  const std::uint64_t cost = search_cost(subject, from, last);
  if (cost > matcher.bytes_left_) return MatchAnswer::limit_reached;
  matcher.bytes_left_ -= cost;
  const std::size_t at = subject.find(*only_byte_, from);
  if (at == subject.npos || at > last) return MatchAnswer::absent;
  span = {at, at + 1};
  return MatchAnswer::found;
}

MatchAnswer ConfirmingPattern::find_groups(std::string_view subject, std::size_t from,
                                           PatternMatcher& matcher,
                                           std::vector<std::optional<MatchSpan>>& groups,
                                           std::size_t last) const {
  groups.clear();
  MatchData& data = matcher.memory_->groups;
  const MatchAnswer answer = match(subject, from, matcher, data, last);
  if (answer != MatchAnswer::found) return answer;
  // 0 pairs: more groups than there is room for; the first ones are there.
  const std::size_t pairs =
      data.pairs_set == 0 ? kMostGroups : static_cast<std::size_t>(data.pairs_set);
  const std::size_t* vector = pcre2_get_ovector_pointer(data.data.get());
  for (std::size_t i = 0; i < pairs; ++i) {
    const MatchSpan span = {std::min(vector[2 * i], vector[2 * i + 1]), vector[2 * i + 1]};
    groups.push_back(span.begin == PCRE2_UNSET ? std::nullopt : std::optional(span));
  }
  return answer;
}

std::vector<NamedGroup> ConfirmingPattern::named_groups() const {
  std::uint32_t count = 0, size = 0;
  const char* table = nullptr;
  pcre2_pattern_info(code_, PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code_, PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code_, PCRE2_INFO_NAMETABLE, &table);
  std::vector<NamedGroup> groups;
  for (std::uint32_t i = 0; i < count; ++i, table += size) {
    const auto high = static_cast<unsigned char>(table[0]);
    const auto low = static_cast<unsigned char>(table[1]);
    groups.push_back({table + 2, high * 256U + low});
  }
  return groups;
}

}  // namespace secondlook
