// The eval: functions that SpamAssassin's stock rules call, as far as they need no network: one
// file a family. Names and arguments are those of its plugins (Mail::SpamAssassin::Plugin::…,
// whose documentation says what each means); answers are compared with the installed program.
// They may only be called while rules are scanned (facts_of).
#pragma once

#include <string>
#include <vector>

#include "analyzer/rule_engine/rule_engine.h"

namespace secondlook {

using EvalArguments = std::vector<std::string>;

// Each adds its family's functions by name.
void add_relay_evals(SignalTable& table);          // RelayEval: who handed the mail over
void add_html_evals(SignalTable& table);           // HTMLEval: numbers of an HTML part
void add_header_evals(SignalTable& table);         // HeaderEval: what single fields hold
void add_forged_origin_evals(SignalTable& table);  // HeaderEval: providers that did not send it
void add_recipient_evals(SignalTable& table);      // HeaderEval: To and Cc as a list
void add_date_evals(SignalTable& table);           // HeaderEval: Date against Received

// All of them.
SignalTable stock_evals();

}  // namespace secondlook
