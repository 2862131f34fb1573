#include "tests/support/stand_in_tenant/login.h"

#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"
#include "tests/support/stand_in_tenant/assertion_check.h"
#include "tests/support/stand_in_tenant/rendering.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

bool fits(const std::string& expected, const std::string& given) {
  return !given.empty() && (expected.empty() || expected == given);
}

std::string header_of(const ServedRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

// The members of "access_token" in a request's claims; an empty object where there are none.
json access_token_claims(const std::string& claims) {
  const json parsed = json::parse(claims, nullptr, false);
  const bool has =
      parsed.is_object() && parsed.contains("access_token") && parsed["access_token"].is_object();
  return has ? parsed["access_token"] : json::object();
}

bool understands_challenges(const std::string& claims) {
  return access_token_claims(claims).value("/xms_cc/values/0"_json_pointer, "") == "cp1";
}

const std::set<std::string, std::less<>> kFormFields{
    "client_id",        "scope", "grant_type", "client_secret", "client_assertion_type",
    "client_assertion", "claims"};

}  // namespace

std::optional<ServedAnswer> Login::answer(const ServedRequest& request, const WebTarget& target) {
  const auto& path = target.segments;
  if (path.size() == 4 && path[1] == "oauth2" && path[2] == "v2.0" && path[3] == "token") {
    if (request.method != "POST") return refuse(405, "invalid_request", "POST only.");
    return answer_form(path[0], request);
  }
  if (path.size() == 4 && path[0] == "metadata" && path[1] == "identity" && path[3] == "token")
    return answer_identity(request, target, false);
  if (path.size() == 2 && path[0] == "msi" && path[1] == "token")
    return answer_identity(request, target, true);
  return std::nullopt;
}

ServedAnswer Login::answer_form(const std::string& tenant, const ServedRequest& request) {
  const auto form = read_form(request.body);
  const auto field = [&](const char* name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
  };
  if (!header_of(request, "content-type").starts_with("application/x-www-form-urlencoded"))
    return refuse(400, "invalid_request", "AADSTS900144: The request body must be a form.");
  for (const auto& [name, value] : form)
    if (!kFormFields.contains(name))
      return refuse(400, "invalid_request", "AADSTS90014: Unknown field '" + name + "'.");
  if (!fits(credentials_.tenant_id, tenant))
    return refuse(400, "invalid_request", "AADSTS90002: Tenant not found.");
  if (field("grant_type") != "client_credentials")
    return refuse(400, "unsupported_grant_type", "AADSTS70003: The grant type is not supported.");
  if (!field("scope").starts_with("https://") || !field("scope").ends_with("/.default"))
    return refuse(400, "invalid_scope", "AADSTS1002012: The scope is not valid.");
  if (!fits(credentials_.client_id, field("client_id")))
    return refuse(400, "unauthorized_client", "AADSTS700016: Application was not found.");
  if (!field("claims").empty() && !json::parse(field("claims"), nullptr, false).is_object())
    return refuse(400, "invalid_request", "AADSTS500073: The claims parameter is no JSON.");
  if (const std::string wrong = check_proof(form, tenant, request); !wrong.empty())
    return refuse(401, "invalid_client", wrong);
  return json_answer(200, {{"token_type", "Bearer"},
                           {"expires_in", lifetime_.count()},
                           {"ext_expires_in", lifetime_.count()},
                           {"access_token", issue(field("claims"))}});
}

std::string Login::check_proof(const std::map<std::string, std::string, std::less<>>& form,
                               const std::string& tenant, const ServedRequest& request) {
  const auto secret = form.find("client_secret");
  const auto assertion = form.find("client_assertion");
  if ((secret == form.end()) == (assertion == form.end()))
    return "AADSTS7000218: The request must contain 'client_assertion' or 'client_secret'.";
  if (secret != form.end())
    return fits(credentials_.client_secret, secret->second)
               ? ""
               : "AADSTS7000215: Invalid client secret provided.";
  const auto type = form.find("client_assertion_type");
  if (type == form.end() || type->second != kAssertionType)
    return "AADSTS50027: The client_assertion_type is not supported.";
  return check_assertion(assertion->second, tenant, request);
}

std::string Login::check_assertion(const std::string& assertion, const std::string& tenant,
                                   const ServedRequest& request) {
  if (!credentials_.federated_token.empty() && assertion == credentials_.federated_token) return "";
  if (credentials_.certificate.empty())
    return "AADSTS7002133: No credential of the application fits the assertion.";
  const std::string base = credentials_.login_url.empty() ? "http://" + header_of(request, "host")
                                                          : credentials_.login_url;
  const auto unique_id = check_client_assertion(
      assertion, {credentials_.certificate, base + "/" + tenant + "/oauth2/v2.0/token",
                  credentials_.client_id, clock_.now()});
  if (!unique_id) return unique_id.error().message;
  const std::scoped_lock lock(mutex_);
  if (!seen_assertions_.insert(*unique_id).second)
    return "AADSTS50013: The assertion was used before.";
  return "";
}

// The platform's own services: no form, no scope, numbers as strings.
ServedAnswer Login::answer_identity(const ServedRequest& request, const WebTarget& target,
                                    bool is_app_service) {
  const std::string proof = header_of(request, is_app_service ? "x-identity-header" : "metadata");
  const std::string version = is_app_service ? "2019-08-01" : "2018-02-01";
  const bool is_known = is_app_service ? fits(credentials_.identity_header, proof) &&
                                             !credentials_.identity_header.empty()
                                       : proof == "true";
  if (request.method != "GET" || target.query_value("api-version") != version)
    return refuse(400, "invalid_request", "The api-version is not supported.");
  if (!is_known) return refuse(400, "invalid_request", "Required header missing or wrong.");
  const std::string resource = target.query_value("resource");
  if (!resource.starts_with("https://"))
    return refuse(400, "invalid_resource", "AADSTS500011: The resource was not found.");
  if (target.has("client_id") && !fits(credentials_.client_id, target.query_value("client_id")))
    return refuse(400, "invalid_request", "Identity not found");
  const auto end = std::chrono::floor<std::chrono::seconds>(clock_.now() + lifetime_);
  json answer{{"access_token", issue("")},
              {"expires_on", std::to_string(end.time_since_epoch().count())},
              {"resource", resource},
              {"token_type", "Bearer"}};
  if (!is_app_service) answer["expires_in"] = std::to_string(lifetime_.count());
  return json_answer(200, answer);
}

std::string Login::issue(const std::string& claims) {
  const std::scoped_lock lock(mutex_);
  // A payload that can be read, as Entra's have, between two parts that cannot.
  const json payload{{"jti", make_uuid(random_)}, {"roles", roles_}};
  const std::string token = "stand-in." + encode_base64(payload.dump()) + "." + make_uuid(random_);
  tokens_[token] = {clock_.steady() + lifetime_, claims};
  ++issued_;
  return token;
}

ServedAnswer Login::refuse(int status, const std::string& error, const std::string& description) {
  const std::size_t digits = description.find_first_of("0123456789");
  const int code = description.starts_with("AADSTS") ? std::stoi(description.substr(digits)) : 0;
  return json_answer(status, {{"error", error},
                              {"error_description", description},
                              {"error_codes", {code}},
                              {"trace_id", make_uuid(random_)},
                              {"correlation_id", make_uuid(random_)}});
}

std::optional<ServedAnswer> Login::refusal(const ServedRequest& request) {
  ServedAnswer refused =
      error_answer(401, "InvalidAuthenticationToken", "Access token is missing or expired.");
  const std::string field = header_of(request, "authorization");
  if (!field.starts_with("Bearer ")) return refused;
  const std::scoped_lock lock(mutex_);
  const auto token = tokens_.find(std::string_view(field).substr(7));
  if (token == tokens_.end() || clock_.steady() >= token->second.ends_at) return refused;
  if (has_demanded_claims(token->second.claims)) return std::nullopt;
  if (!understands_challenges(token->second.claims)) return refused;
  refused.headers.emplace_back("WWW-Authenticate", "PoP realm=\"\"");
  refused.headers.emplace_back(
      "WWW-Authenticate",
      "Bearer claims=\"" + encode_base64("{\"access_token\":" + demanded_ + "}") +
          "\", realm=\"\", error=\"insufficient_claims\", client_id=\"00000003-0000\"");
  return refused;
}

// Each demanded member stands in the token's claims, as it was demanded.
bool Login::has_demanded_claims(const std::string& claims) const {
  if (demanded_.empty()) return true;
  const json demanded = json::parse(demanded_);
  const json had = access_token_claims(claims);
  for (const auto& [name, value] : demanded.items())
    if (!had.contains(name) || had[name] != value) return false;
  return true;
}

void Login::expire_all() {
  const std::scoped_lock lock(mutex_);
  tokens_.clear();
}

void Login::grant(std::vector<std::string> roles) {
  const std::scoped_lock lock(mutex_);
  roles_ = std::move(roles);
  tokens_.clear();
}

void Login::demand_claims(const std::string& access_token_members) {
  const json members = json::parse(access_token_members);  // the caller catches what is no JSON
  const std::scoped_lock lock(mutex_);
  demanded_ = members.empty() ? "" : members.dump();
}

unsigned Login::issued() const {
  const std::scoped_lock lock(mutex_);
  return issued_;
}

}  // namespace secondlook::stand_in
