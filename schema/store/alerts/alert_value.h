// One alert as a value: what happened how often, before it is put into anybody's words. Stored as
// JSON in the notifier's database, so that a restart sends what was collected.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/alert_settings.h"

namespace secondlook {

// One of the events that an alert stands for. Texts are as a mail's author chose them: whoever
// writes them somewhere encodes them for that place. Empty: not known, or not asked for by the
// rule.
struct AlertSample {
  std::int64_t message = 0;  // 0: none
  std::string mailbox, sender, subject;
  std::vector<std::string> rules;
  bool operator==(const AlertSample&) const = default;
};

struct Alert {
  static constexpr std::size_t kMostSamples = 5;
  static constexpr std::size_t kMostMessages = 200;

  std::string key;   // of its delivery: the same at each attempt (idempotency key)
  std::string rule;  // the [[alert]]; empty for a test
  AlertKind kind = AlertKind::test;
  AlertSeverity severity = AlertSeverity::info;
  std::string tenant;     // empty: the whole installation
  bool resolved = false;  // of a condition: it is over
  std::uint64_t count = 1;
  Timestamp first_at{}, last_at{};
  AlertLanguage language = AlertLanguage::english;
  std::map<std::string, std::string> facts;  // names and values as the event's detail has them
  std::vector<AlertSample> samples;          // the first few
  std::vector<std::int64_t> messages;        // different ones, up to kMostMessages
};

// `next` happened too: counted, its facts in place of those before.
void merge_into(Alert& alert, const Alert& next);

// Every member but the key, which is not part of the content.
std::string to_json(const Alert& alert);
Result<Alert> parse_alert(std::string_view json);

}  // namespace secondlook
