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
void add_mime_evals(SignalTable& table);           // MIMEEval: parts and their encodings
void add_body_evals(SignalTable& table);           // BodyEval: the text as a whole
void add_image_evals(SignalTable& table);          // ImageInfo: sizes of attached images
void add_freemail_evals(SignalTable& table);       // FreeMail: addresses of free providers
void add_address_list_evals(SignalTable& table);   // WLBLEval: lists of the rule files
void add_uri_evals(SignalTable& table);            // URIEval, HTTPSMismatch: where links lead

// All of them.
SignalTable stock_evals();

}  // namespace secondlook
