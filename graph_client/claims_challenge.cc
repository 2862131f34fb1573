#include "graph_client/claims_challenge.h"

#include <algorithm>
#include <vector>

#include <nlohmann/json.hpp>

#include "graph_client/base64.h"

namespace secondlook {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestField = 16U << 10U;

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The pieces between commas that stand outside quotes.
std::vector<std::string_view> split_list(std::string_view field) {
  std::vector<std::string_view> pieces;
  bool is_quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= field.size(); ++at) {
    if (at < field.size() && is_quoted && field[at] == '\\') {
      ++at;
      continue;
    }
    if (at < field.size() && field[at] == '"') is_quoted = !is_quoted;
    if (at < field.size() && (is_quoted || field[at] != ',')) continue;
    pieces.push_back(trimmed(field.substr(begin, at - begin)));
    begin = at + 1;
  }
  return pieces;
}

struct Challenge {
  std::string scheme, error, claims;
};

void read_parameter(std::string_view piece, Challenge& challenge) {
  const std::size_t equals = piece.find('=');
  if (equals == piece.npos) return;
  const std::string name = lower_case(trimmed(piece.substr(0, equals)));
  std::string_view value = trimmed(piece.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  if (name == "error") challenge.error = value;
  if (name == "claims") challenge.claims = value;
}

// A new challenge begins with a word that is followed by no "=": "Bearer realm=..." or "Negotiate".
bool begins_challenge(std::string_view piece, std::string_view& scheme, std::string_view& rest) {
  const std::size_t end = std::min(piece.find_first_of(" \t="), piece.size());
  scheme = piece.substr(0, end);
  rest = trimmed(piece.substr(end));
  return !scheme.empty() && !rest.starts_with('=');
}

std::optional<std::string> wanted_claims(const Challenge& challenge) {
  if (challenge.scheme != "bearer" || challenge.error != "insufficient_claims") return std::nullopt;
  auto claims = decode_base64_of_either_kind(challenge.claims);
  if (!claims || !json::parse(*claims, nullptr, false).is_object()) return std::nullopt;
  return claims;
}

}  // namespace

std::optional<std::string> read_claims_challenge(std::string_view www_authenticate) {
  Challenge challenge;
  for (const std::string_view piece : split_list(www_authenticate.substr(0, kLongestField))) {
    std::string_view scheme, rest;
    if (begins_challenge(piece, scheme, rest)) {
      if (auto claims = wanted_claims(challenge)) return claims;
      challenge = {lower_case(scheme), "", ""};
      read_parameter(rest, challenge);
    } else {
      read_parameter(piece, challenge);
    }
  }
  return wanted_claims(challenge);
}

std::string claims_to_request(std::string_view challenge) {
  json claims = challenge.empty() ? json::object() : json::parse(challenge, nullptr, false);
  if (!claims.is_object()) claims = json::object();
  json& access_token = claims["access_token"];
  if (!access_token.is_object()) access_token = json::object();
  access_token["xms_cc"] = {{"values", {"cp1"}}};
  return claims.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace secondlook
