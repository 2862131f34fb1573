// A strict reader of TOML: every name must be asked for, every value must have its type and range,
// and each complaint carries "file:line: ...". Knows nothing of what the names mean.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace secondlook {

// One table of the file. A getter returns `fallback` when the name is absent; a wrong type or a
// value out of range is remembered as an error and `fallback` returned, so that reading goes on and
// all complaints come at once. Tables are views into their ConfigFile, which must outlive them.
class ConfigTable {
 public:
  std::string text(std::string_view name, std::string fallback = "");
  bool flag(std::string_view name, bool fallback);
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                       std::int64_t most);
  double number(std::string_view name, double fallback, double least, double most);
  std::vector<std::string> texts(std::string_view name, std::vector<std::string> fallback = {});
  // One of `choices`; the complaint lists them.
  std::string choice(std::string_view name, std::vector<std::string_view> choices,
                     std::string fallback);
  bool has(std::string_view name) const;

  // A sub-table; an absent one reads as empty, so that the defaults stand in one place.
  ConfigTable table(std::string_view name);
  // [[name]]: an array of tables.
  std::vector<ConfigTable> tables(std::string_view name);

  // Remembers a complaint about `name` (its line is found here), e.g. for a value that is well
  // typed but cannot be meant.
  void complain(std::string_view name, std::string_view what);
  // "/etc/secondlook/secondlook.toml:12": where this table begins.
  std::string place() const;

 private:
  friend class ConfigFile;
  struct State;
  std::shared_ptr<State> state_;
};

class ConfigFile {
 public:
  // Reads at most 1 MiB. Syntax errors are `malformed` with file, line and column.
  static Result<ConfigFile> open(const std::string& path);
  static Result<ConfigFile> parse(std::string_view content, const std::string& path);

  ConfigTable root();

  // Call when all has been read: every complaint, and every name that nobody asked for ("unknown
  // name"), one a line, as one `malformed` error.
  Result<void> finish();

 private:
  friend class ConfigTable;
  struct Document;
  std::shared_ptr<Document> document_;
};

}  // namespace secondlook
