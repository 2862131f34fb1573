#include "base/log.h"

#include <atomic>
#include <cstdio>

#include <unistd.h>

#include "base/clock.h"

namespace secondlook {
namespace {

constexpr std::size_t kLongestValue = 1000;

struct LogSettings {
  std::string process = "secondlook";
  LogFormat format = LogFormat::text;
  std::atomic<LogLevel> level = LogLevel::info;
};

LogSettings& settings() {
  static LogSettings instance;
  return instance;
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

// Cut before a character that would pass the bound, so that UTF-8 stays UTF-8.
std::string_view within_bound(std::string_view value) {
  if (value.size() <= kLongestValue) return value;
  std::size_t end = kLongestValue;
  while (end > kLongestValue - 3 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return value.substr(0, end);
}

// The inside of a JSON string; also used for quoted text values. Bytes >= 0x80 pass as they are.
void append_escaped(std::string& line, std::string_view value) {
  for (const char c : within_bound(value)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", byte);
      line += code;
    } else {
      line += c;
    }
  }
}

void append_json_member(std::string& line, std::string_view name, std::string_view value) {
  line += line.size() == 1 ? "\"" : ",\"";
  append_escaped(line, name);
  line += "\":\"";
  append_escaped(line, value);
  line += '"';
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" \t\r\n\"=\\") != std::string_view::npos;
}

void append_text_member(std::string& line, std::string_view name, std::string_view value) {
  line += ' ';
  line += name;
  line += '=';
  const bool quoted = needs_quotes(value);
  if (quoted) line += '"';
  append_escaped(line, value);
  if (quoted) line += '"';
}

}  // namespace

void set_up_log(std::string_view process, LogFormat format, LogLevel level) {
  settings().process = process;
  settings().format = format;
  settings().level = level;
}

Result<LogLevel> parse_log_level(std::string_view name) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error})
    if (name == name_of(level)) return level;
  return malformed("no log level \"" + std::string(name) + "\" (debug, info, warning, error)");
}

Result<LogFormat> parse_log_format(std::string_view name) {
  if (name == "text") return LogFormat::text;
  if (name == "json") return LogFormat::json;
  return malformed("no log format \"" + std::string(name) + "\" (text, json)");
}

std::string format_log_line(LogFormat format, std::string_view time, std::string_view process,
                            LogLevel level, std::string_view event,
                            std::initializer_list<LogField> fields) {
  std::string line;
  if (format == LogFormat::json) {
    line = "{";
    append_json_member(line, "time", time);
    append_json_member(line, "process", process);
    append_json_member(line, "level", name_of(level));
    append_json_member(line, "event", event);
    for (const auto& [name, value] : fields) append_json_member(line, name, value);
    return line + "}";
  }
  line.append(time).append(" ").append(process).append(" ").append(name_of(level)).append(": ");
  append_escaped(line, event);
  for (const auto& [name, value] : fields) append_text_member(line, name, value);
  return line;
}

bool is_logged(LogLevel level) {
  return level >= settings().level.load(std::memory_order_relaxed);
}

void log_event(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!is_logged(level)) return;
  std::string line = format_log_line(settings().format, format_rfc3339(SystemClock().now()),
                                     settings().process, level, event, fields);
  line += '\n';
  // One write a line, so that lines of several processes on one pipe do not mix. A log that cannot
  // be written must not stop mail: the result is not looked at.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

void log_debug(std::string_view event, std::initializer_list<LogField> fields) {
  log_event(LogLevel::debug, event, fields);
}
void log_info(std::string_view event, std::initializer_list<LogField> fields) {
  log_event(LogLevel::info, event, fields);
}
void log_warning(std::string_view event, std::initializer_list<LogField> fields) {
  log_event(LogLevel::warning, event, fields);
}
void log_error(std::string_view event, std::initializer_list<LogField> fields) {
  log_event(LogLevel::error, event, fields);
}

}  // namespace secondlook
