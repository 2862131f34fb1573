// An alert in people's words, English or Japanese: one table for all channels. What comes out is
// made visible (visible_text.h) but not yet encoded for any medium.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/store/alerts/alert_value.h"

namespace secondlook {

struct AlertWords {
  std::string title;                                       // one line: what happened
  std::string sentence;                                    // what it means and what to do
  std::vector<std::pair<std::string, std::string>> facts;  // label, value
};

AlertWords words_of(const Alert& alert);

// The same moment everywhere: RFC 3339 to the second, "2026-11-22T13:07:27Z".
std::string time_text(Timestamp time);

}  // namespace secondlook
