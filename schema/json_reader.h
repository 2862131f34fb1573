// A strict reader of one JSON object that a stranger may have written: depth, sizes and types are
// bounded, nothing throws, the first complaint is kept and reading goes on with defaults.
// For the sources of schema/ only; nlohmann/json itself stays in json_reader.cc and the writers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace secondlook {

// How a text may look. `data` takes everything (it came out of a mail); `name` takes no control
// characters, because our own code chose it.
enum class TextKind { data, name };

// A view of one object; an absent member and null read alike, as "nothing given". The JsonDocument
// it comes from must outlive it.
class JsonReader {
 public:
  // Empty when absent. Longer than `most_bytes` is a complaint.
  std::string text(std::string_view name, std::size_t most_bytes, TextKind kind = TextKind::data);
  std::vector<std::string> texts(std::string_view name, std::size_t most_items,
                                 std::size_t most_bytes, TextKind kind = TextKind::data);
  double number(std::string_view name);  // 0 when absent
  std::uint64_t whole(std::string_view name, std::uint64_t most);
  std::vector<std::uint64_t> wholes(std::string_view name, std::size_t most_items);
  std::optional<std::int64_t> signed_whole(std::string_view name, std::int64_t least,
                                           std::int64_t most);
  bool flag(std::string_view name);

  // An absent object reads as one in which everything is absent; an absent list as empty.
  JsonReader object(std::string_view name);
  std::vector<JsonReader> objects(std::string_view name, std::size_t most_items);
  // Names of the members, e.g. of a map of numbers.
  std::vector<std::string> names(std::size_t most_items);

  void complain(std::string_view name, std::string_view what);

 private:
  friend class JsonDocument;
  JsonReader(const nlohmann::json* value, std::string place, std::string* complaint)
      : value_(value), place_(std::move(place)), complaint_(complaint) {}
  const nlohmann::json* find(std::string_view name) const;
  const nlohmann::json* find_list(std::string_view name, std::size_t most_items);
  std::string checked_text(const nlohmann::json& value, std::string_view name,
                           std::size_t most_bytes, TextKind kind);

  const nlohmann::json* value_;  // null: the object is absent
  std::string place_;            // "hits[3].evidence", for complaints
  std::string* complaint_;       // of the document: the first one
};

class JsonDocument {
 public:
  static constexpr std::size_t kDeepest = 8;  // our own objects nest four deep

  // One object and nothing behind it; `what` stands in front of every complaint ("verdict").
  static Result<JsonDocument> parse(std::string_view json, std::string_view what);
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  JsonReader root();
  // Call when all has been read: the first complaint, as `malformed`.
  Result<void> finish() const;

 private:
  struct State;
  explicit JsonDocument(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
