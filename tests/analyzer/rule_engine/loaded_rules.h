// Rules written down in a test, loaded as the product loads them and tried on a message made by
// hand.
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook::test {

// A directory that is gone when the test is over.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }
  // Gives the file's path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

Result<LoadedRules> load_text(const std::string& rules, const SignalTable& signals = {});

// A message with these header fields ("Name: value") and this rendered text.
ParsedMessage message_with(const std::vector<std::string>& fields, const std::string& body = "");
void add_link(ParsedMessage& message, const std::string& url);

ScanOutcome scan_with(const LoadedRules& rules, const ParsedMessage& message,
                      const std::string& envelope_sender = "");

// Names of the rules that hit, sorted, separated by blanks.
std::string names_of_hits(const std::string& rules, const ParsedMessage& message);

}  // namespace secondlook::test
