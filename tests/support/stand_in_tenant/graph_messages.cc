#include "tests/support/stand_in_tenant/graph_question.h"
#include "tests/support/stand_in_tenant/message_change.h"
#include "tests/support/stand_in_tenant/message_filter.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

ServedAnswer item_not_found() {
  return error_answer(404, "ErrorItemNotFound", "The specified object was not found in the store.");
}

ServedAnswer no_content() {
  ServedAnswer answer;
  answer.status = 204;
  return answer;
}

// The copies a list is made of, oldest first.
std::vector<const Copy*> candidates(const Mailbox& mailbox, const std::string* message_id) {
  std::vector<const Copy*> copies;
  if (message_id != nullptr) {
    const auto [first, last] = mailbox.by_message_id.equal_range(*message_id);
    for (auto copy = first; copy != last; ++copy) copies.push_back(copy->second);
    return copies;
  }
  for (const auto& [id, copy] : mailbox.copies) copies.push_back(copy.get());
  return copies;
}

}  // namespace

ServedAnswer GraphService::list_messages(const Question& question, Mailbox& mailbox,
                                         const Folder* folder) {
  if (question.method() != "GET") return error_answer(405, "Request_BadRequest", "GET only.");
  const std::string filter = question.target.query_value("$filter");
  std::string message_id;
  const bool by_id = read_equals_filter(filter, "internetMessageId", "", message_id);
  const auto traits = read_message_filter(filter);
  if (!filter.empty() && !by_id && !traits) {
    return error_answer(400, "InefficientFilter", "The restriction or sort order is too complex.");
  }
  if (question.target.has("$orderby") && !filter.empty()) {
    return error_answer(400, "InefficientFilter", "The restriction or sort order is too complex.");
  }
  const std::size_t top = std::max<std::size_t>(question.number("$top", 10, 1000), 1);
  const std::size_t skip =
      question.number("$skiptoken", question.number("$skip", 0, SIZE_MAX), SIZE_MAX);
  json answer{{"@odata.context", "https://graph.microsoft.com/v1.0/$metadata#messages"}};
  json messages = json::array();
  std::size_t at = 0;
  for (const Copy* const copy : candidates(mailbox, by_id ? &message_id : nullptr)) {
    const Folder& place = mailbox.folder_of(*copy);
    const bool is_here = folder == nullptr ? !place.is_recoverable : place.id == folder->id;
    if (traits && !traits->fits(*copy)) continue;
    if (!is_here || tenant_.steady() < copy->visible_from || at++ < skip) continue;
    if (messages.size() == top) {
      answer["@odata.nextLink"] = next_link(question, at - 1);
      break;
    }
    messages.push_back(render_message(*copy, question.selection, question.wants_immutable_ids,
                                      question.wants_size));
  }
  answer["value"] = std::move(messages);
  return json_answer(200, answer);
}

ServedAnswer GraphService::answer_about_message(const Question& question, Mailbox& mailbox,
                                                std::size_t at) {
  Copy* const copy = mailbox.find_copy(question.target.segments[at], tenant_.steady());
  if (copy == nullptr) return item_not_found();
  const bool is_itself = question.depth() == at + 1;
  if (is_itself && question.method() == "GET") {
    return json_answer(200, render_message(*copy, question.selection, question.wants_immutable_ids,
                                           question.wants_size));
  }
  if (is_itself && question.method() == "PATCH") return change(question, *copy);
  if (is_itself && question.method() == "DELETE") {
    ++bare_deletes_;
    tenant_.move(mailbox, *copy, *mailbox.find_folder("deleteditems"), "graph");
    return no_content();
  }
  if (question.segment_is(at + 1, "$value") && question.method() == "GET") {
    ServedAnswer answer;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = copy->mail;
    return answer;
  }
  if (question.method() != "POST") return error_answer(405, "Request_BadRequest", "POST only.");
  if (question.segment_is(at + 1, "move")) return move(question, mailbox, *copy);
  if (question.segment_is(at + 1, "permanentDelete")) {
    tenant_.move(mailbox, *copy, *mailbox.find_folder("recoverableitemspurges"), "purge");
    return no_content();
  }
  return error_answer(400, "BadRequest", "The stand-in does not know this action.");
}

// Nothing is sent and nothing journaled: the item is just there.
ServedAnswer GraphService::create(const Question& question, Mailbox& mailbox,
                                  const Folder& folder) {
  const auto made = read_new_message(question.request.body, mailbox.user.mail);
  if (!made) return error_answer(400, "BadRequest", made.error().message);
  Copy& copy = tenant_.deliver(mailbox, made->mail, folder.id, std::chrono::milliseconds(0));
  copy.is_read = made->properties.is_read;
  copy.is_draft = made->properties.is_draft;
  copy.categories = made->properties.categories;
  copy.flag = made->properties.flag;
  copy.importance = made->properties.importance;
  return json_answer(201,
                     render_message(copy, question.selection, question.wants_immutable_ids, false));
}

ServedAnswer GraphService::move(const Question& question, Mailbox& mailbox, Copy& copy) {
  const json body = json::parse(question.request.body, nullptr, false);
  if (!body.is_object() || body.size() != 1 || !body.contains("destinationId") ||
      !body["destinationId"].is_string()) {
    return error_answer(400, "BadRequest", "A move needs destinationId and nothing else.");
  }
  const Folder* const destination = mailbox.find_folder(body["destinationId"].get<std::string>());
  if (destination == nullptr) {
    return error_answer(404, "ErrorFolderNotFound", "The specified folder could not be found.");
  }
  tenant_.move(mailbox, copy, *destination, "graph");
  return json_answer(201,
                     render_message(copy, question.selection, question.wants_immutable_ids, false));
}

ServedAnswer GraphService::change(const Question& question, Copy& copy) {
  const auto changed = change_message(copy, question.request.body);
  if (!changed) return error_answer(400, "BadRequest", changed.error().message);
  return json_answer(200,
                     render_message(copy, question.selection, question.wants_immutable_ids, false));
}

}  // namespace secondlook::stand_in
