// What nobody writes down because nothing happens: silence, rates, dates, room. Looked for once in
// a while in read-only data, with time as an argument.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/configuration.h"
#include "schema/store/alerts/alert_events.h"

namespace secondlook {

struct Condition {
  AlertKind kind = AlertKind::journal_silence;
  AlertSeverity severity = AlertSeverity::critical;
  std::string tenant;
  std::string subject;  // tells conditions of one kind and tenant apart: a path, a place
  std::map<std::string, std::string> facts;
};

// Whether the tenant's reports are missing. With `longest` of 0 by what is usual: the time since
// the last report is laid over the same hours of the same weekday of each of the four weeks before;
// when the second lowest of these counts (so that one holiday or outage in them decides nothing) is
// kUsual or more, the silence is no accident. Nights and weekends have little in all weeks, so they
// stay quiet. Fewer than two weeks of history say nothing. A silence is looked at from three
// minutes on, up to a day back.
inline constexpr std::uint64_t kUsual = 15;  // by chance none instead of 15: three in ten million
Result<std::optional<Condition>> find_silence(AlertEvents& events, const std::string& tenant,
                                              std::chrono::seconds longest, Timestamp now);

// Tenants of whose mails of the last hour, twenty or more, `percent` or more are unscanned.
Result<std::vector<Condition>> find_unscanned(AlertEvents& events, std::uint32_t percent,
                                              Timestamp now);

// The end of the first certificate of a PEM file.
Result<Timestamp> certificate_end(const std::string& pem);
// Critical with less than a week left.
std::optional<Condition> judge_certificate(const std::string& tenant, const std::string& subject,
                                           const std::string& path, Timestamp end,
                                           std::uint32_t days, Timestamp now);

struct SpaceUse {
  std::string subject;                // "journal log", "database's file system"
  std::uint64_t used = 0, bound = 0;  // bytes
};
std::optional<Condition> judge_space(const SpaceUse& use, std::uint32_t percent);
// Unrecorded reports (what the log holds beyond its archive) against max_unrecorded_bytes, and the
// file systems of log and database. What may not be read is left out.
std::vector<SpaceUse> measure_space(const PathSettings& paths, const JournalSettings& journal);

}  // namespace secondlook
