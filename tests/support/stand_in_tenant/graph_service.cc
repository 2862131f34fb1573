#include "tests/support/stand_in_tenant/graph_service.h"

#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/graph_question.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

Selection read_selection(const std::string& text) {
  Selection selection;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    selection.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return selection;
}

ServedAnswer not_implemented() {
  return error_answer(400, "BadRequest", "The stand-in does not know this request.");
}

bool has_address(const User& user, const std::string& address) {
  const std::string wanted = lower_case(address);
  return lower_case(user.mail) == wanted ||
         std::find(user.aliases.begin(), user.aliases.end(), wanted) != user.aliases.end();
}

}  // namespace

GraphService::Question::Question(const ServedRequest& asked, const WebTarget& where)
    : request(asked), target(where), selection(read_selection(where.query_value("$select"))) {
  const auto prefer = asked.headers.find("prefer");
  wants_immutable_ids = prefer != asked.headers.end() &&
                        lower_case(prefer->second).find("immutableid") != std::string::npos;
  wants_size = lower_case(where.query_value("$expand")).find("0x0e08") != std::string::npos;
}

std::size_t GraphService::Question::number(std::string_view name, std::size_t fallback,
                                           std::size_t most) const {
  if (!target.has(name)) return fallback;
  const auto value = std::strtoul(target.query_value(name).c_str(), nullptr, 10);
  return std::min<std::size_t>(value, most);
}

ServedAnswer GraphService::answer(const ServedRequest& request, const WebTarget& target) {
  const Question question(request, target);
  if (question.depth() == 3 && question.segment_is(2, "delta")) return answer_delta(question);
  if (!question.segment_is(1, "users")) return not_implemented();
  if (question.depth() == 2) return answer_about_users(question);
  Mailbox* const mailbox = tenant_.find_by_id_or_principal_name(target.segments[2]);
  if (mailbox == nullptr && question.depth() == 3) {
    return error_answer(404, "Request_ResourceNotFound", "Resource does not exist.");
  }
  if (mailbox == nullptr) return error_answer(404, "ErrorInvalidUser", "The user is invalid.");
  if (question.depth() == 3) {
    return json_answer(200, render_user(mailbox->user, question.selection));
  }
  if (mailbox->user.mailbox == MailboxState::unsupported) {
    return error_answer(404, "MailboxNotEnabledForRESTAPI", "The mailbox is on-premise.");
  }
  if (mailbox->user.mailbox == MailboxState::forbidden) {
    return error_answer(403, "ErrorAccessDenied", "Access is denied.");
  }
  return answer_about_mailbox(question, *mailbox);
}

ServedAnswer GraphService::answer_about_users(const Question& question) {
  const std::string filter = question.target.query_value("$filter");
  std::string wanted;
  const bool by_proxy = read_equals_filter(filter, "proxyAddresses/any(p:p", ")", wanted) ||
                        read_equals_filter(filter, "proxyAddresses/any(x:x", ")", wanted);
  if (by_proxy && lower_case(wanted).starts_with("smtp:")) wanted = wanted.substr(5);
  if (!filter.empty() && !by_proxy && !read_equals_filter(filter, "mail", "", wanted)) {
    return error_answer(400, "Request_UnsupportedQuery", "Unsupported filter.");
  }
  json users = json::array();
  const std::size_t top = question.number("$top", 100, 999);
  const std::size_t skip = question.number("$skiptoken", 0, SIZE_MAX);
  std::size_t at = 0;
  json answer{{"@odata.context", "https://graph.microsoft.com/v1.0/$metadata#users"}};
  for (const auto& [id, mailbox] : tenant_.mailboxes()) {
    if (!filter.empty() && !has_address(mailbox.user, wanted)) continue;
    if (at++ < skip) continue;
    if (users.size() == top) {
      answer["@odata.nextLink"] = next_link(question, at - 1);
      break;
    }
    users.push_back(render_user(mailbox.user, question.selection));
  }
  answer["value"] = std::move(users);
  return json_answer(200, answer);
}

ServedAnswer GraphService::answer_about_mailbox(const Question& question, Mailbox& mailbox) {
  if (question.segment_is(3, "mailFolders")) return answer_about_folders(question, mailbox);
  if (!question.segment_is(3, "messages")) return not_implemented();
  if (question.depth() == 4) return list_messages(question, mailbox, nullptr);
  return answer_about_message(question, mailbox, 4);
}

ServedAnswer GraphService::answer_about_folders(const Question& question, Mailbox& mailbox) {
  if (question.depth() == 4) {
    json folders = json::array();
    for (const Folder& folder : mailbox.folders) {
      const Folder* const root = mailbox.find_folder("msgfolderroot");
      if (folder.parent_id != root->id) continue;
      folders.push_back(render_folder(mailbox, folder, question.selection));
    }
    return json_answer(200, {{"value", std::move(folders)}});
  }
  const Folder* const folder = mailbox.find_folder(question.target.segments[4]);
  if (folder == nullptr) {
    return error_answer(404, "ErrorFolderNotFound", "The specified folder could not be found.");
  }
  if (question.depth() == 5) {
    return json_answer(200, render_folder(mailbox, *folder, question.selection));
  }
  if (!question.segment_is(5, "messages")) return not_implemented();
  if (question.depth() == 6 && question.method() == "POST")
    return create(question, mailbox, *folder);
  if (question.depth() == 6) return list_messages(question, mailbox, folder);
  return answer_about_message(question, mailbox, 6);
}

std::string GraphService::root(const Question& question) const {
  const auto host = question.request.headers.find("host");
  return !public_url_.empty() || host == question.request.headers.end() ? public_url_
                                                                        : "http://" + host->second;
}

std::string GraphService::next_link(const Question& question, std::size_t skip) const {
  std::string target = question.request.target;
  for (const char* const token : {"&$skiptoken=", "&%24skiptoken="})  // a proxy may encode anew
    if (const std::size_t old = target.find(token); old != std::string::npos) target.erase(old);
  const char* const mark = target.find('?') == std::string::npos ? "?" : "&";
  return root(question) + target + mark + "$skiptoken=" + std::to_string(skip);
}

}  // namespace secondlook::stand_in
