// One event a line on standard error, as text or JSON. Never message content, never a secret.
// The only process-wide state of the project: set once at the start of main, before threads.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace secondlook {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

using LogField = std::pair<std::string_view, std::string>;

// `process` stands on every line ("ingest"). Safe to call again on reload.
void set_up_log(std::string_view process, LogFormat format, LogLevel level);
Result<LogLevel> parse_log_level(std::string_view name);
Result<LogFormat> parse_log_format(std::string_view name);

// Whether log_event would write a line of that level: for whoever has to ask for what stands in it.
bool is_logged(LogLevel level);

// event: a few plain words, the same for each occurrence ("connection refused"); what differs goes
// into the fields. Control characters are escaped; a value is cut at 1,000 bytes.
void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
void log_debug(std::string_view event, std::initializer_list<LogField> fields = {});
void log_info(std::string_view event, std::initializer_list<LogField> fields = {});
void log_warning(std::string_view event, std::initializer_list<LogField> fields = {});
void log_error(std::string_view event, std::initializer_list<LogField> fields = {});

// The line that log_event would write, without the line end: for tests.
std::string format_log_line(LogFormat format, std::string_view time, std::string_view process,
                            LogLevel level, std::string_view event,
                            std::initializer_list<LogField> fields);

}  // namespace secondlook
