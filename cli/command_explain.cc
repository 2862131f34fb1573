#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/control_client.h"
#include "cli/copy_mover.h"
#include "cli/explanation_view.h"
#include "cli/message_id.h"
#include "cli/terminal_text.h"
#include "schema/store/search.h"
#include "schema/store/search_text.h"

namespace secondlook {
namespace {

constexpr std::string_view kHelp =
    "Usage: secondlook explain MESSAGE-ID [--mailbox ADDRESS] [--lang en|ja] [--json]\n\n"
    "The answer to \"my mail did not arrive\": whether it was journaled and when, what Exchange\n"
    "Online said of it and why, what secondlook said and why, in which folder each copy lies now,\n"
    "and who moved it there, as far as there is evidence. Asks Microsoft Graph through the "
    "service\n"
    "(it only looks); without the service it says what the database knows.\n\n"
    "MESSAGE-ID as a header, a bounce or a browser shows it, in or out of <>. Quote it: a shell\n"
    "reads <, > and $ itself. A mail's number from `search` does as well.\n\n"
    "  --mailbox ADDRESS  only this recipient. With a Message-ID that was never recorded: looks\n"
    "                     into this mailbox all the same (group secondlook-operators)\n"
    "  --lang en|ja       else `lang` of the configuration, else the locale\n"
    "  --json             one object a mail, one line each\n\n"
    "Exit status: 0 explained, 1 no such mail is recorded, 2 bad usage, 3 no database.\n\n"
    "Example:\n"
    "  secondlook explain '<CAJ+f=8w@mail.example>'\n";

constexpr std::size_t kMostMails = 10;
constexpr std::size_t kMostCompared = 2000;  // of the newest mails, when a Message-ID is unknown
constexpr std::size_t kMostNear = 5;
constexpr std::chrono::minutes kPatience{2};

struct Asked {
  std::vector<CopySeen> copies;
  std::string service;  // "asked", "unreachable", or what it answered
};

Result<std::vector<MessageRowId>> find_ids(Store& store, const std::string& message_id) {
  SearchQuery query;
  query.terms = {{"message-id", message_id, false}};
  query.include_all = true;
  query.limit = kMostMails;
  std::vector<MessageRowId> ids;
  const auto searched = search(store, query, [&](const FoundMessage& message) {
    ids.push_back(message.id);
    return true;
  });
  if (!searched) return searched.error();
  return ids;
}

// By the number of a mail, or the first of the candidates that is recorded.
Result<std::vector<MessageRowId>> find_meant(Store& store, const std::vector<std::string>& words,
                                             const std::vector<std::string>& candidates) {
  for (const std::string& candidate : candidates) {
    auto ids = find_ids(store, candidate);
    if (!ids || !ids->empty()) return ids;
  }
  const auto number = words.size() == 1 ? parse_number(words[0]) : std::nullopt;
  std::vector<MessageRowId> ids;
  if (number && *number <= INT64_MAX) {
    const auto found = find_message(store, static_cast<MessageRowId>(*number));
    if (!found) return found.error();
    if (*found) ids.push_back((*found)->id);
  }
  return ids;
}

Asked ask(const Configuration& configuration, ControlRequest request) {
  request.command = "locate";
  request.login = login_name();
  Asked asked;
  const auto answer = ask_service(
      configuration.paths.control_socket(), request,
      [&](std::string_view json) { asked.copies.push_back(read_copy_seen(json)); }, kPatience);
  switch (answer.outcome) {
    case ServiceAnswer::Outcome::done: asked.service = "asked"; break;
    case ServiceAnswer::Outcome::unreachable: asked.service = "unreachable"; break;
    case ServiceAnswer::Outcome::failed: asked.service = answer.error.message; break;
  }
  return asked;
}

std::optional<HandCause> command_in_audit(Store& store, std::int64_t row) {
  const auto rows = store.audit_before(row + 1, 1);
  if (!rows || rows->empty() || rows->front().id != row) return std::nullopt;
  const AuditEntry& entry = rows->front().entry;
  HandCause cause{entry.login.empty() ? entry.who : entry.login, ""};
  const auto arguments = nlohmann::json::parse(entry.arguments, nullptr, false);
  if (arguments.is_object())
    if (const auto reason = arguments.find("reason");
        reason != arguments.end() && reason->is_string())
      cause.reason = reason->get<std::string>();
  return cause;
}

void tell_of_service(const Console& console, const std::string& service, Language language) {
  if (service == "asked") return;
  const std::string why =
      service == "unreachable"
          ? say(language,
                {"the service cannot be reached, so this is what the database alone knows",
                 "サービスに接続できないため、データベースの記録だけを表示しています"})
          : say(language,
                {"Graph was not asked ({1}), so this is what the database alone knows",
                 "Graph に問い合わせできないため ({1})、データベースの記録だけを表示しています"},
                {service});
  console.err << "secondlook: " << terminal_text(why) << '\n';
}

Result<void> explain_one(const Invocation& invocation, const Configuration& configuration,
                         Store& store, MessageRowId id, Language language) {
  const auto message = find_message(store, id);
  if (!message) return message.error();
  if (!*message) return not_found("mail " + std::to_string(id) + " has just been forgotten");
  const std::string mailbox = lower_ascii(invocation.arguments.value("mailbox"));
  ControlRequest request;
  request.of = id;
  if (!mailbox.empty()) request.select.mailboxes = {mailbox};
  const Asked asked = ask(configuration, request);
  const Explanation explanation = explain_message(
      **message, asked.copies, mailbox,
      [&](std::int64_t row) { return command_in_audit(store, row); }, language);
  if (invocation.arguments.has("json")) {
    invocation.console.out << json_text(to_json(explanation, asked.service)) << '\n';
    return {};
  }
  print_explanation(invocation.console, explanation, language);
  tell_of_service(invocation.console, asked.service, language);
  return {};
}

// The newest mails alone are compared: a Message-ID that somebody asks for is seldom old.
Result<void> compare_with_recorded(Store& store, const std::vector<std::string>& candidates,
                                   NothingRecorded& nothing) {
  SearchQuery query;
  query.include_all = true;
  query.limit = kMostCompared;
  return search(store, query, [&](const FoundMessage& message) {
    if (!nothing.newest) nothing.newest = message.received_at;
    nothing.oldest = message.received_at;
    const std::string& id = message.verdict.message_id;
    const bool is_near = std::ranges::any_of(
        candidates, [&](const std::string& one) { return is_near_message_id(one, id); });
    if (is_near && nothing.near.size() < kMostNear) nothing.near.push_back(id);
    return true;
  });
}

int explain_nothing(const Invocation& invocation, const Configuration& configuration, Store& store,
                    const std::vector<std::string>& candidates, Language language) {
  NothingRecorded nothing;
  // Graph wants the brackets, which belong to the header's value.
  const auto in_brackets = std::ranges::find_if(candidates, [](const std::string& one) {
    return one.starts_with('<') && one.ends_with('>');
  });
  nothing.message_id = in_brackets == candidates.end() ? candidates.front() : *in_brackets;
  nothing.retention_days = configuration.retention_days;
  if (auto compared = compare_with_recorded(store, candidates, nothing); !compared)
    return report_error(invocation.console, compared.error());
  Asked asked{{}, "not asked"};
  if (const std::string mailbox = invocation.arguments.value("mailbox"); !mailbox.empty()) {
    ControlRequest request;
    request.select.message_id = nothing.message_id;
    request.select.mailboxes = {mailbox};
    asked = ask(configuration, request);
    FoundMessage unknown;
    unknown.verdict.message_id = nothing.message_id;
    nothing.copies =
        explain_message(
            unknown, asked.copies, mailbox, [](std::int64_t) { return std::nullopt; }, language)
            .copies;
  }
  if (invocation.arguments.has("json")) {
    invocation.console.out << json_text(to_json(nothing, asked.service, language)) << '\n';
  } else {
    print_nothing(invocation.console, nothing, language);
    if (asked.service != "not asked") tell_of_service(invocation.console, asked.service, language);
  }
  return exit_findings;
}

int run_explain(const Invocation& invocation) {
  const Console& console = invocation.console;
  const auto candidates = message_id_candidates(invocation.arguments.words());
  if (candidates.empty())
    return usage_error(console,
                       "explain: which mail? Its Message-ID, in quotes: secondlook explain "
                       "'<id@host>'");
  const auto configuration = configuration_of(invocation);
  if (!configuration) return exit_usage;
  const auto language = choose_language(invocation.arguments.value("lang"), configuration->lang);
  if (!language) return report_error(console, within("explain", language.error()));
  const auto store = open_detections(console, *configuration);
  if (!store) return exit_unreachable;
  const auto ids = find_meant(**store, invocation.arguments.words(), candidates);
  if (!ids) return report_error(console, ids.error());
  if (ids->empty())
    return explain_nothing(invocation, *configuration, **store, candidates, *language);
  bool is_first = true;
  for (const MessageRowId id : *ids) {
    if (!std::exchange(is_first, false) && !invocation.arguments.has("json")) console.out << '\n';
    if (auto done = explain_one(invocation, *configuration, **store, id, *language); !done)
      return report_error(console, done.error());
  }
  return exit_done;
}

}  // namespace

Command explain_command() {
  return {"explain",
          "what happened to a mail, by its Message-ID",
          kHelp,
          {{{"mailbox", true}, {"lang", true}, {"json"}}, true},
          &run_explain};
}

}  // namespace secondlook
