// Rule files, as one process read them, for another that must load exactly these: memory without a
// name that both hold. So the master opens no rule file, which may have changed since they were
// checked, or lie on a disk that hangs.
//
// Bytes, numbers little-endian: u64 length of what follows; u32 files, u32 included files; then of
// each u32 length and bytes of its name, u32 length and bytes of its content.
#pragma once

#include <string>
#include <string_view>

#include "analyzer/rule_engine/rule_source.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

inline constexpr std::size_t kMostHandedBytes = 256 << 20;

std::string pack_rules(const RuleSources& sources);  // without the first number
// malformed: cut, or more than it says.
Result<RuleSources> unpack_rules(std::string_view bytes);

class HandedRules {
 public:
  // Before the fork of the process that writes.
  static Result<HandedRules> make();

  // What was written before is gone. forbidden: more than kMostHandedBytes.
  Result<void> write(const RuleSources& sources) const;
  // Once; afterwards it is empty.
  Result<RuleSources> take() const;

 private:
  explicit HandedRules(FileDescriptor memory) : memory_(std::move(memory)) {}
  FileDescriptor memory_;
};

}  // namespace secondlook
