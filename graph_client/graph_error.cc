#include "graph_client/graph_error.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "graph_client/claims_challenge.h"
#include "graph_client/retry_after.h"

namespace secondlook {

namespace {

using Kind = GraphError::Kind;
using nlohmann::json;

constexpr int kDeepestInnerError = 8;

constexpr auto kKnownCodes = std::to_array<std::pair<std::string_view, Kind>>({
    {"ApplicationThrottled", Kind::throttled},
    {"TooManyRequests", Kind::throttled},
    {"activityLimitReached", Kind::throttled},
    {"ErrorTooManyObjectsOpened", Kind::throttled},
    {"ErrorItemNotFound", Kind::stale_id},
    {"ErrorFolderNotFound", Kind::stale_id},
    {"ErrorInvalidUser", Kind::no_such_mailbox},
    {"ErrorNonExistentMailbox", Kind::no_such_mailbox},
    {"Request_ResourceNotFound", Kind::no_such_mailbox},
    {"ResourceNotFound", Kind::no_such_mailbox},
    {"MailboxNotEnabledForRESTAPI", Kind::unsupported_mailbox},
    {"MailboxNotSupportedForRESTAPI", Kind::unsupported_mailbox},
    {"extensionError", Kind::unsupported_mailbox},
    {"ErrorAccessDenied", Kind::forbidden},
    {"Authorization_RequestDenied", Kind::forbidden},
    {"ErrorIrresolvableConflict", Kind::conflict},
    {"ErrorQuotaExceeded", Kind::quota},
    // Exchange's own failure in the middle of a move, seen under load: not the request's fault.
    {"ErrorMoveCopyFailed", Kind::temporary},
});

std::optional<Kind> kind_of_code(std::string_view code) {
  const auto* const found = std::find_if(kKnownCodes.begin(), kKnownCodes.end(),
                                         [&](const auto& known) { return known.first == code; });
  if (found == kKnownCodes.end()) return std::nullopt;
  return found->second;
}

Kind kind_of_status(int status) {
  switch (status) {
    case 401: return Kind::temporary;  // a second one, after a fresh token: the tenant's set-up
    case 403: return Kind::forbidden;
    case 404: return Kind::stale_id;
    case 408: return Kind::temporary;
    case 409: return Kind::conflict;
    case 412: return Kind::conflict;
    case 429: return Kind::throttled;
    case 507: return Kind::quota;
    default: return status >= 500 ? Kind::temporary : Kind::refused;
  }
}

// A code or an id as it may stand in a log: short, and of harmless characters only.
std::string harmless(const std::string& text) {
  std::string kept;
  for (const char letter : text.substr(0, 80)) {
    const bool fits = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= 'a' && letter <= 'z') || letter == '-' || letter == '_' ||
                      letter == '.';
    if (fits) kept += letter;
  }
  return kept;
}

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

struct ErrorBody {
  std::string code;
  std::optional<Kind> kind;  // of the first known code, from the outside in
  std::string request_id;
};

ErrorBody read_body(const std::string& text) {
  const json body = json::parse(text, nullptr, false);
  ErrorBody result;
  if (!body.is_object() || !body.contains("error")) return result;
  const json* error = &body["error"];
  for (int depth = 0; depth < kDeepestInnerError && error->is_object(); ++depth) {
    const std::string code = text_at(*error, "code");
    if (result.code.empty()) result.code = harmless(code);
    if (!result.kind && (result.kind = kind_of_code(code))) result.code = harmless(code);
    if (result.request_id.empty()) result.request_id = harmless(text_at(*error, "request-id"));
    auto inner = error->find("innerError");
    if (inner == error->end()) inner = error->find("innererror");  // older services
    if (inner == error->end()) break;
    error = &*inner;
  }
  return result;
}

std::string describe(int status, const ErrorBody& body, std::string_view client_request_id) {
  std::string text = "HTTP " + std::to_string(status);
  if (!body.code.empty()) text += " " + body.code;
  if (!body.request_id.empty()) text += ", request-id " + body.request_id;
  return text + ", client-request-id " + std::string(client_request_id);
}

}  // namespace

GraphError read_graph_error(const HttpResponse& answer, std::string_view client_request_id,
                            Timestamp now) {
  const ErrorBody body = read_body(answer.body);
  GraphError error;
  error.status = answer.status;
  error.kind = body.kind.value_or(kind_of_status(answer.status));
  error.code = body.code;
  error.message = describe(answer.status, body, client_request_id);
  if (const auto found = answer.headers.find("retry-after"); found != answer.headers.end()) {
    error.retry_after = parse_retry_after(found->second, now);
  }
  if (const auto found = answer.headers.find("www-authenticate");
      answer.status == 401 && found != answer.headers.end()) {
    error.claims = read_claims_challenge(found->second).value_or("");
  }
  const bool is_throttled = answer.status == 429 || (answer.status == 503 && error.retry_after);
  if (is_throttled) error.kind = Kind::throttled;
  return error;
}

GraphError no_usable_answer(std::string_view code, std::string_view what) {
  GraphError error;
  error.kind = Kind::temporary;
  error.code = code;
  error.message = std::string(code) + ": " + std::string(what);
  return error;
}

}  // namespace secondlook
