// How a process tells the supervisor (`secondlook serve`) that it is ready and how it is confined:
// one line of JSON on the descriptor named by SECONDLOOK_NOTICE. Without that variable nothing is
// written. `serve` keeps the table in PathSettings::process_table() for `secondlook status`.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace secondlook {

inline constexpr const char* kNoticeVariable = "SECONDLOOK_NOTICE";

// Of the process that judges mails.
struct RulesNotice {
  std::string hash;       // of the set in force; empty: not known
  std::string loaded_at;  // RFC 3339
  std::string refused;    // why a later set was not taken; empty: none was refused
};

struct ProcessNotice {
  bool ready = false;
  std::string confinement;  // ConfinementReport::summary()
  std::string detail;       // e.g. "listening on 127.0.0.1:2525", "malware scanning off"
  RulesNotice rules{};
};

// Takes the descriptor out of the environment; call once, before threads and confinement.
int take_notice_descriptor();
// Writes one line; -1 is ignored.
void give_notice(int descriptor, const ProcessNotice& notice);
std::string to_json(const ProcessNotice& notice);  // one line
Result<ProcessNotice> parse_process_notice(std::string_view json);

}  // namespace secondlook
