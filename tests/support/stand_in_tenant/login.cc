#include "tests/support/stand_in_tenant/login.h"

#include <nlohmann/json.hpp>

#include "tests/support/stand_in_tenant/rendering.h"
#include "tests/support/stand_in_tenant/web_target.h"

namespace secondlook::stand_in {

namespace {
bool fits(const std::string& expected, const std::string& given) {
  return !given.empty() && (expected.empty() || expected == given);
}
}  // namespace

ServedAnswer Login::answer(const std::string& tenant, const ServedRequest& request) {
  auto form = read_form(request.body);
  if (!fits(credentials_.tenant_id, tenant)) {
    return refuse(400, "invalid_request", "AADSTS90002: Tenant not found.");
  }
  if (form["grant_type"] != "client_credentials" || !form["scope"].ends_with("/.default")) {
    return refuse(400, "invalid_scope", "AADSTS1002012: The scope is not valid.");
  }
  if (!fits(credentials_.client_id, form["client_id"])) {
    return refuse(400, "unauthorized_client", "AADSTS700016: Application was not found.");
  }
  if (!fits(credentials_.client_secret, form["client_secret"])) {
    return refuse(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
  }
  const std::scoped_lock lock(mutex_);
  const std::string token = "stand-in." + make_uuid(random_) + "." + make_uuid(random_);
  tokens_[token] = clock_.steady() + lifetime_;
  ++issued_;
  return json_answer(200, {{"token_type", "Bearer"},
                           {"expires_in", lifetime_.count()},
                           {"ext_expires_in", lifetime_.count()},
                           {"access_token", token}});
}

ServedAnswer Login::refuse(int status, const std::string& error, const std::string& description) {
  return json_answer(status, {{"error", error},
                              {"error_description", description},
                              {"error_codes", {7000215}},
                              {"trace_id", make_uuid(random_)},
                              {"correlation_id", make_uuid(random_)}});
}

bool Login::accepts(const ServedRequest& request) {
  const auto field = request.headers.find("authorization");
  if (field == request.headers.end() || !field->second.starts_with("Bearer ")) return false;
  const std::scoped_lock lock(mutex_);
  const auto token = tokens_.find(std::string_view(field->second).substr(7));
  return token != tokens_.end() && clock_.steady() < token->second;
}

void Login::expire_all() {
  const std::scoped_lock lock(mutex_);
  tokens_.clear();
}

}  // namespace secondlook::stand_in
