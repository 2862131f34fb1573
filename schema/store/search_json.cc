#include <nlohmann/json.hpp>

#include "schema/store/search.h"
#include "schema/utf8_text.h"

namespace secondlook {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json time_or_null(const std::optional<Timestamp>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

template <typename Items, typename Convert>
Json list_of(const Items& items, Convert convert) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(convert(item));
  return list;
}

Json copy_json(const FoundCopy& copy) {
  return {{"mailbox", copy.mailbox},           {"action", text_or_null(copy.action)},
          {"state", text_or_null(copy.state)}, {"folder_before", text_or_null(copy.folder_before)},
          {"at", time_or_null(copy.at)},       {"undo_until", time_or_null(copy.undo_until)}};
}

Json line_json(const FoundMessage& message) {
  const Verdict& verdict = message.verdict;
  Json scores = Json::object();
  for (const auto& [name, score] : verdict.scores) scores[name] = score;
  const auto address = [](const Recipient& recipient) { return Json(recipient.address); };
  const auto rule = [](const RuleHit& hit) { return Json(hit.rule); };
  return {{"id", message.id},
          {"received_at", format_rfc3339(message.received_at)},
          {"tenant", text_or_null(message.tenant)},
          {"message_id", text_or_null(verdict.message_id)},
          {"sender", text_or_null(verdict.sender)},
          {"recipients", list_of(verdict.recipients, address)},
          {"subject", text_or_null(verdict.subject)},
          {"direction", text_or_null(verdict.direction)},
          {"disposition", name_of(verdict.disposition)},
          {"score", verdict.score},
          {"scores", std::move(scores)},
          {"rules", list_of(verdict.hits, rule)},
          {"attributes", Json(verdict.attributes)},
          {"copies", list_of(message.copies, copy_json)}};
}

Json report_json(const FoundMessage::Report& report) {
  return {{"log", report.log},
          {"sequence", report.sequence},
          {"received_at", format_rfc3339(report.received_at)},
          {"peer", text_or_null(report.peer)},
          {"revision", report.revision},
          {"cause", text_or_null(report.cause)},
          {"disposition_before", text_or_null(report.before)}};
}

Json step_json(const Step& step) {
  return {{"id", step.id},
          {"mailbox", step.mailbox},
          {"copy", step.copy},
          {"restores", step.restores},
          {"undoes", step.undoes ? Json(*step.undoes) : Json(nullptr)},
          {"action", name_of(step.action)},
          {"cause", step.cause},
          {"state", name_of(step.state)},
          {"detail", text_or_null(step.detail)},
          {"planned_at", format_rfc3339(step.planned_at)},
          {"first_try_at", time_or_null(step.first_try_at)},
          {"begun_at", time_or_null(step.begun_at)},
          {"finished_at", time_or_null(step.finished_at)},
          {"verified_at", time_or_null(step.verified_at)},
          {"next_try_at", time_or_null(step.next_try_at)},
          {"undo_until", time_or_null(step.undo_until)},
          {"tries", step.tries},
          {"folder_before", step.before ? text_or_null(step.before->folder_name) : Json(nullptr)}};
}

std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string search_line(const FoundMessage& message) {
  return one_line(line_json(message));
}

std::string show_json(const FoundMessage& message) {
  Json json = line_json(message);
  // The rest is the verdict as it came, under the names of `scan --json`.
  const Json verdict = Json::parse(to_json(message.verdict), nullptr, false);
  for (const auto& [name, value] : verdict.items()) {
    if (name == "recipients")
      json["envelope"] = value;  // with roles and notes
    else if (!json.contains(name) && name != "version")
      json[name] = value;
  }
  json["reported_by"] = message.reported_by;
  json["reports"] = list_of(message.reports, report_json);
  json["steps"] = list_of(message.steps, step_json);
  return one_line(json);
}

}  // namespace secondlook
