#include "schema/process_notice.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

#include <nlohmann/json.hpp>

#include "base/file_descriptor.h"

namespace secondlook {

int take_notice_descriptor() {
  const char* text = std::getenv(kNoticeVariable);
  if (text == nullptr) return -1;
  int descriptor = -1;
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, descriptor);
  ::unsetenv(kNoticeVariable);
  return error == std::errc() && stopped == end ? descriptor : -1;
}

void give_notice(int descriptor, const ProcessNotice& notice) {
  if (descriptor < 0) return;
  // A supervisor that went away is noticed by the process's own means, not here.
  [[maybe_unused]] const auto written = write_fully(descriptor, to_json(notice) + "\n");
}

std::string to_json(const ProcessNotice& notice) {
  nlohmann::json json = {
      {"ready", notice.ready}, {"confinement", notice.confinement}, {"detail", notice.detail}};
  if (!notice.rules.hash.empty())
    json["rules"] = {{"hash", notice.rules.hash},
                     {"loaded_at", notice.rules.loaded_at},
                     {"refused", notice.rules.refused}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<ProcessNotice> parse_process_notice(std::string_view json) {
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  if (!parsed.is_object()) return malformed("process notice: no JSON object");
  const auto text_in = [](const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto ready = parsed.find("ready");
  ProcessNotice notice{ready != parsed.end() && ready->is_boolean() && ready->get<bool>(),
                       text_in(parsed, "confinement"),
                       text_in(parsed, "detail"),
                       {}};
  if (const auto rules = parsed.find("rules"); rules != parsed.end() && rules->is_object())
    notice.rules = {text_in(*rules, "hash"), text_in(*rules, "loaded_at"),
                    text_in(*rules, "refused")};
  return notice;
}

}  // namespace secondlook
