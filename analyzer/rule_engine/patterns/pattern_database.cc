#include "analyzer/rule_engine/patterns/pattern_database.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <hs/hs.h>

namespace secondlook {
namespace {

constexpr unsigned kMode = HS_MODE_BLOCK;

// One pattern as Hyperscan takes it.
struct Candidate {
  std::string expression;
  unsigned flags = 0;
  PatternEngine engine = PatternEngine::hyperscan;
};

unsigned flags_of(const DatabasePattern& entry) {
  unsigned flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
  if (entry.pattern->caseless) flags |= HS_FLAG_CASELESS;
  if (entry.pattern->dot_all) flags |= HS_FLAG_DOTALL;
  if (entry.pattern->multi_line || entry.in_pieces) flags |= HS_FLAG_MULTILINE;
  if (entry.by_characters) flags |= HS_FLAG_UTF8;
  return flags;
}

// \A, \z, \Z and \G speak of the piece's ends, which Hyperscan does not see.
bool names_piece_ends(std::string_view expression) {
  for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] != '\\') continue;
    ++i;
    if (std::string_view("AzZG").find(expression[i]) != std::string_view::npos) return true;
  }
  return false;
}

bool is_accepted(const Candidate& candidate) {
  hs_expr_info_t* information = nullptr;
  hs_compile_error_t* error = nullptr;
  const bool accepted = hs_expression_info(candidate.expression.c_str(), candidate.flags,
                                           &information, &error) == HS_SUCCESS;
  free(information);
  hs_free_compile_error(error);
  return accepted;
}

// From exact to prefilter to PCRE2.
void step_down(Candidate& candidate) {
  if (candidate.engine == PatternEngine::hyperscan) {
    candidate.engine = PatternEngine::prefiltered;
    candidate.flags |= HS_FLAG_PREFILTER;
  } else {
    candidate.engine = PatternEngine::pcre_only;
  }
}

Candidate candidate_of(const DatabasePattern& entry) {
  Candidate candidate{entry.pattern->expression, flags_of(entry)};
  if (entry.pattern->extended) candidate.expression.insert(0, "(?x)");
  const bool has_nul = candidate.expression.find('\0') != std::string::npos;
  if (has_nul || entry.pattern->extended_more ||
      (entry.in_pieces && names_piece_ends(entry.pattern->expression))) {
    candidate.engine = PatternEngine::pcre_only;
  }
  while (candidate.engine != PatternEngine::pcre_only && !is_accepted(candidate)) {
    step_down(candidate);
  }
  return candidate;
}

struct Attempt {
  hs_database_t* database = nullptr;
  int culprit = -1;  // index among the places tried; -1: not known
};

Attempt compile_together(const std::vector<Candidate>& candidates,
                         const std::vector<unsigned>& places) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  for (const unsigned place : places) {
    expressions.push_back(candidates[place].expression.c_str());
    flags.push_back(candidates[place].flags);
  }
  Attempt attempt;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(expressions.data(), flags.data(), places.data(),
                       static_cast<unsigned>(places.size()), kMode, nullptr, &attempt.database,
                       &error) != HS_SUCCESS) {
    attempt.culprit = error == nullptr ? -1 : error->expression;
  }
  hs_free_compile_error(error);
  return attempt;
}

std::vector<unsigned> places_of_hyperscan(const std::vector<Candidate>& candidates) {
  std::vector<unsigned> places;
  for (unsigned place = 0; place < candidates.size(); ++place) {
    if (candidates[place].engine != PatternEngine::pcre_only) places.push_back(place);
  }
  return places;
}

// The set is refused and Hyperscan does not say for whose sake: try each alone.
void step_down_whoever_fails_alone(std::vector<Candidate>& candidates) {
  bool found = false;
  for (const unsigned place : places_of_hyperscan(candidates)) {
    const Attempt alone = compile_together(candidates, {place});
    hs_free_database(alone.database);
    if (alone.database != nullptr) continue;
    step_down(candidates[place]);
    found = true;
  }
  if (found) return;
  for (Candidate& candidate : candidates) candidate.engine = PatternEngine::pcre_only;
}

}  // namespace

PatternDatabase::Compiled PatternDatabase::compile(const std::vector<DatabasePattern>& patterns) {
  std::vector<Candidate> candidates;
  for (const DatabasePattern& entry : patterns) candidates.push_back(candidate_of(entry));
  Compiled compiled;
  for (std::vector<unsigned> places = places_of_hyperscan(candidates); !places.empty();
       places = places_of_hyperscan(candidates)) {
    const Attempt attempt = compile_together(candidates, places);
    compiled.database = PatternDatabase(attempt.database);
    if (attempt.database != nullptr) break;
    if (attempt.culprit >= 0) {
      step_down(candidates[places[static_cast<std::size_t>(attempt.culprit)]]);
    } else {
      step_down_whoever_fails_alone(candidates);
    }
  }
  for (const Candidate& candidate : candidates) compiled.engines.push_back(candidate.engine);
  return compiled;
}

Result<std::string> PatternDatabase::serialize() const {
  char* bytes = nullptr;
  std::size_t length = 0;
  if (database_ == nullptr || hs_serialize_database(database_, &bytes, &length) != HS_SUCCESS) {
    return internal("pattern database cannot be serialised");
  }
  std::string copy(bytes, length);
  free(bytes);
  return copy;
}

Result<PatternDatabase> PatternDatabase::deserialize(std::string_view bytes) {
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS) {
    return malformed("pattern database is damaged or of another version");
  }
  return PatternDatabase(database);
}

PatternDatabase::PatternDatabase(PatternDatabase&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

PatternDatabase& PatternDatabase::operator=(PatternDatabase&& other) noexcept {
  std::swap(database_, other.database_);
  return *this;
}

PatternDatabase::~PatternDatabase() {
  hs_free_database(database_);
}

std::size_t PatternDatabase::bytes() const {
  std::size_t size = 0;
  if (database_ != nullptr) hs_database_size(database_, &size);
  return size;
}

std::string database_platform() {
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  return std::string(hs_version()) + " tune " + std::to_string(platform.tune) + " features " +
         std::to_string(platform.cpu_features);
}

DatabaseScratch::DatabaseScratch(DatabaseScratch&& other) noexcept
    : scratch_(std::exchange(other.scratch_, nullptr)) {}

DatabaseScratch& DatabaseScratch::operator=(DatabaseScratch&& other) noexcept {
  std::swap(scratch_, other.scratch_);
  return *this;
}

DatabaseScratch::~DatabaseScratch() {
  hs_free_scratch(scratch_);
}

Result<void> DatabaseScratch::grow_for(const PatternDatabase& database) {
  if (hs_alloc_scratch(database.database_, &scratch_) == HS_SUCCESS) return {};
  return temporary("no memory for scanning");
}

Result<void> DatabaseScratch::scan(const PatternDatabase& database, std::string_view text,
                                   const std::function<void(unsigned, std::uint64_t)>& on_match) {
  const auto report = [](unsigned id, unsigned long long, unsigned long long end, unsigned,
                         void* context) {
    (*static_cast<const std::function<void(unsigned, std::uint64_t)>*>(context))(id, end);
    return 0;
  };
  const auto length = static_cast<unsigned>(
      std::min<std::size_t>(text.size(), std::numeric_limits<unsigned>::max()));
  void* context = const_cast<void*>(static_cast<const void*>(&on_match));
  const hs_error_t error = hs_scan(database.database_, text.data() == nullptr ? "" : text.data(),
                                   length, 0, scratch_, report, context);
  if (error == HS_SUCCESS) return {};
  return internal("Hyperscan error " + std::to_string(error));
}

}  // namespace secondlook
