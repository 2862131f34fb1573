#include "analyzer/rule_engine/patterns/literal_database.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <hs/hs.h>

namespace secondlook {

Result<LiteralDatabase> LiteralDatabase::compile(const std::vector<std::string>& literals) {
  if (literals.empty()) return LiteralDatabase();
  std::vector<const char*> strings;
  std::vector<std::size_t> lengths;
  std::vector<unsigned> flags, places;
  for (const std::string& literal : literals) {
    places.push_back(static_cast<unsigned>(strings.size()));
    strings.push_back(literal.data());
    lengths.push_back(literal.size());
    flags.push_back(HS_FLAG_CASELESS);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t done = hs_compile_lit_multi(
      strings.data(), flags.data(), places.data(), lengths.data(),
      static_cast<unsigned>(literals.size()), HS_MODE_BLOCK, nullptr, &database, &error);
  const std::string reason = error == nullptr ? "" : error->message;
  hs_free_compile_error(error);
  if (done != HS_SUCCESS) return internal("Hyperscan refuses strings: " + reason);
  return LiteralDatabase(database);
}

Result<std::string> LiteralDatabase::serialize() const {
  char* bytes = nullptr;
  std::size_t length = 0;
  if (database_ == nullptr || hs_serialize_database(database_, &bytes, &length) != HS_SUCCESS) {
    return internal("pattern database cannot be serialised");
  }
  std::string copy(bytes, length);
  free(bytes);
  return copy;
}

Result<LiteralDatabase> LiteralDatabase::deserialize(std::string_view bytes) {
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS) {
    return malformed("pattern database is damaged or of another version");
  }
  return LiteralDatabase(database);
}

LiteralDatabase::LiteralDatabase(LiteralDatabase&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

LiteralDatabase& LiteralDatabase::operator=(LiteralDatabase&& other) noexcept {
  std::swap(database_, other.database_);
  return *this;
}

LiteralDatabase::~LiteralDatabase() {
  hs_free_database(database_);
}

std::size_t LiteralDatabase::bytes() const {
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

Result<void> DatabaseScratch::grow_for(const LiteralDatabase& database) {
  if (hs_alloc_scratch(database.database_, &scratch_) == HS_SUCCESS) return {};
  return temporary("no memory for scanning");
}

Result<void> DatabaseScratch::scan(const LiteralDatabase& database, std::string_view text,
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
