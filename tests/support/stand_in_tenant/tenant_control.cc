#include "tests/support/stand_in_tenant/tenant_control.h"

#include <memory>

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include "tests/support/mail_headers.h"

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(bytes, size * count);
  return size * count;
}

}  // namespace

Result<std::string> TenantControl::ask(const std::string& method, const std::string& what,
                                       const std::string& body) const {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 &curl_easy_cleanup);
  const std::string url = url_ + "/stand-in/" + what;
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method == "POST") {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
  }
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return temporary("stand-in tenant: " + std::string(curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return malformed("stand-in tenant: " + answer);
  return answer;
}

Result<DeliveredTo> TenantControl::deliver(std::string_view mail,
                                           const std::vector<std::string>& recipients,
                                           const DeliveryOptions& options) const {
  const json body{{"message_base64", encode_base64(mail)},
                  {"recipients", recipients},
                  {"folder", options.folder},
                  {"late_ms", options.late_milliseconds},
                  {"omit", options.omit},
                  {"late_spread_ms", options.late_spread_milliseconds},
                  {"twice_every", options.twice_every},
                  {"varied", options.varied}};
  const auto answer = ask("POST", "deliver", body.dump());
  if (!answer) return answer.error();
  const json parsed = json::parse(*answer, nullptr, false);
  if (!parsed.is_object()) return malformed("stand-in tenant: " + *answer);
  DeliveredTo delivered;
  for (const json& copy : parsed["copies"]) {
    delivered.mailboxes.push_back(copy["mailbox"].get<std::string>());
  }
  delivered.external = parsed["external"].get<std::vector<std::string>>();
  return delivered;
}

Result<std::map<std::string, std::string>> TenantControl::addresses() const {
  const auto answer = ask("GET", "users");
  if (!answer) return answer.error();
  const json users = json::parse(*answer, nullptr, false);
  if (!users.is_array()) return malformed("stand-in tenant: " + *answer);
  std::map<std::string, std::string> primary;
  for (const json& user : users) {
    const std::string mail = lower_case(user["mail"].get<std::string>());
    primary[mail] = mail;
    for (const json& alias : user["aliases"]) primary[alias.get<std::string>()] = mail;
  }
  return primary;
}

}  // namespace secondlook::stand_in
