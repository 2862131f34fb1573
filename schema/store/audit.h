// The audit: what operators did, who was refused, and how it ended. Rows are only ever added, and
// each carries the SHA-256 of itself and of the row before it, so that a changed, inserted or
// removed row shows. Rows cut off at the end show where the last hash was noted elsewhere (the log
// of the service names each). README.md gives the hashed bytes; any program can check the chain.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace secondlook {

class Store;

enum class AuditKind {
  command,  // somebody asked, and was allowed to
  refused,  // somebody asked, and was not; `outcome` says why
  outcome   // how the command of row `about` ended
};
std::string_view name_of(AuditKind kind);

struct AuditEntry {
  Timestamp at{};
  AuditKind kind = AuditKind::command;
  std::optional<std::int64_t> about;
  std::string who;        // the peer of the socket by the kernel's word: "alice(1000)"
  std::string login;      // who logged in, as the tool says; may be empty
  std::string command;    // "retract"
  std::string arguments;  // the request as JSON
  std::string outcome;    // JSON, or empty
};

struct AuditRow {
  std::int64_t id = 0;
  AuditEntry entry;
  std::string kind;  // as it stands in the row, which may be none of ours
  std::string hash;  // 64 lower-case hexadecimal digits
};

// The hash that the row should have. `previous`: the hash of the row before; empty for the first.
std::string audit_hash(std::string_view previous, const AuditRow& row);

// Newest first, from `since` on, `most` at most (0: all), one by one until `each` returns false.
Result<void> read_audit(Store& store, std::optional<Timestamp> since, std::size_t most,
                        const std::function<bool(const AuditRow&)>& each);

struct AuditCheck {
  std::uint64_t rows = 0;                 // that were looked at
  std::string head;                       // the last row's hash as stored; empty: no rows
  std::optional<std::int64_t> first_bad;  // the row that does not follow from the one before it
  std::string fault;                      // in plain words; empty: the chain is whole
  bool intact() const { return fault.empty(); }
};

// Reads the whole audit. `noted_head`: a hash that was noted earlier and must still be there;
// empty: not asked.
Result<AuditCheck> verify_audit(Store& store, std::string_view noted_head);

}  // namespace secondlook
